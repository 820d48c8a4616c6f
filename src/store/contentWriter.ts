import { createHash, randomUUID } from 'node:crypto'
import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import { LabError, reasonOf } from '../core/shared/errors.ts'
import { makeFolders } from '../core/shared/makeFolders.ts'
import { syncFolder } from './privateFile.ts'

/**
 * A content file in the making: bytes come piece by piece, can be read again, and lie aside until `keep` gives the file its name. `abandon`
 * leaves nothing behind. Throws a LabError `failed` when the disk is full or not writable.
 */
export class ContentWriter {
  readonly #folder: string
  readonly #aside: string
  /** The folder was made for this file, and goes with it. */
  readonly #madeFolder: boolean
  readonly #file: number
  readonly #hash = createHash('sha256')
  #length = 0
  #digest: string | undefined
  #open = true

  constructor(folder: string) {
    this.#folder = folder
    this.#aside = asideIn(folder)
    this.#madeFolder = !fs.existsSync(folder)
    this.#file = this.#trying(() => {
      makeFolder(folder)
      removeLeftOvers(folder)
      const file = fs.openSync(this.#aside, 'wx+', 0o600)
      fs.fchmodSync(file, 0o600)
      return file
    })
  }

  write(bytes: Uint8Array): void {
    this.#hash.update(bytes)
    this.#trying(() => {
      for (let written = 0; written < bytes.length; )
        written += fs.writeSync(this.#file, bytes, written, bytes.length - written, this.#length + written)
    })
    this.#length += bytes.length
  }

  /** `length` bytes from `offset` on, all written before. */
  read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length)
    const read = this.#trying(() => fs.readSync(this.#file, bytes, 0, length, offset))
    if (read < length) throw new LabError('failed', `${this.#aside}: ${length} bytes at ${offset} are not there`)
    return bytes
  }

  /** SHA-256 of all that was written. Nothing is written after it. */
  sha256(): string {
    this.#digest ??= this.#hash.digest('hex')
    return this.#digest
  }

  /** Names the file by its SHA-256, on the disk when this returns. False where such a file was there already. */
  keep(): boolean {
    if (this.#length === 0) throw new LabError('data', `${this.#folder}: an empty file is not stored`)
    const path = join(this.#folder, this.sha256())
    const isNew = fs.statSync(path, { throwIfNoEntry: false })?.size !== this.#length
    this.#trying(() => {
      if (isNew) {
        fs.fsyncSync(this.#file)
        fs.renameSync(this.#aside, path)
        syncFolder(this.#folder)
      }
    })
    this.abandon()
    return isNew
  }

  /** Removes what was written, unless it is kept; the folder too if it was made for it and is empty. A second call does nothing. */
  abandon(): void {
    if (!this.#open) return
    this.#open = false
    fs.closeSync(this.#file)
    fs.rmSync(this.#aside, { force: true })
    if (!this.#madeFolder) return
    try {
      fs.rmdirSync(this.#folder)
    } catch {} // something lies in it: it stays
  }

  #trying<T>(act: () => T): T {
    try {
      return act()
    } catch (cause) {
      throw new LabError('failed', `${this.#folder}: cannot store a file: ${reasonOf(cause)}`, { cause })
    }
  }
}

/** A file without a name (where the system has such): its space is free again when it is closed. Throws a LabError `failed`. */
export function openScratch(folder: string): number {
  const path = asideIn(folder)
  try {
    makeFolder(folder)
    removeLeftOvers(folder)
    const file = fs.openSync(path, 'wx+', 0o600)
    try {
      fs.rmSync(path)
    } catch {} // Windows keeps what is open: it is left over then
    return file
  } catch (cause) {
    throw new LabError('failed', `${folder}: cannot store a file: ${reasonOf(cause)}`, { cause })
  }
}

function asideIn(folder: string): string {
  return join(folder, `.${process.pid}-${randomUUID()}`)
}

/** The folder of content files, for this user alone. */
export function makeFolder(folder: string): void {
  if (fs.existsSync(folder)) return
  makeFolders(folder, 0o700, made => fs.chmodSync(made, 0o700))
  syncFolder(dirname(folder))
}

/** Age past which a file in the making of a process that is not here is none any more: days may pass on another host of a shared disk. */
const LEFT_OVER = 7 * 86_400_000

/** What killed processes left. */
function removeLeftOvers(folder: string): void {
  for (const name of fs.readdirSync(folder)) {
    const pid = /^\.(\d+)-[0-9a-f-]{36}$/.exec(name)?.[1]
    const { mtimeMs } = (pid === undefined ? undefined : fs.statSync(join(folder, name), { throwIfNoEntry: false })) ?? {}
    if (pid === undefined || mtimeMs === undefined || Date.now() - mtimeMs < LEFT_OVER || isAlive(Number(pid))) continue
    fs.rmSync(join(folder, name), { force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
