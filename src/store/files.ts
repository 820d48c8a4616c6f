/**
 * Content-addressed files beside a database: pixels and weights, each named by the SHA-256 of its bytes, in
 * `<database>.files/`. No database needs to be open: a trainer writes weights through here.
 *
 * A file appears whole or not at all (written aside, synced, renamed, folder synced) and never changes.
 */
import { hash, randomUUID } from 'node:crypto'
import * as fs from 'node:fs'
import { join, resolve } from 'node:path'
import { LabError, reasonOf } from '../core/shared/errors.ts'
import { ContentReader } from './contentReader.ts'
import { ContentWriter, makeFolder, openScratch } from './contentWriter.ts'
import { syncFolder } from './privateFile.ts'

export class ContentFiles {
  /** Absolute path of the folder; made at the first write. */
  readonly folder: string

  /** `database`: path of the database that the files lie beside. */
  constructor(database: string) {
    this.folder = `${resolve(database)}.files`
  }

  /**
   * Stores bytes and returns their SHA-256 in lower-case hex; bytes that are there already are not written again. When it
   * returns, they have reached the disk. Throws a LabError `failed` when the disk is full or not writable.
   */
  write(bytes: Uint8Array): string {
    if (bytes.length === 0) throw new LabError('data', `${this.folder}: an empty file is not stored`)
    const sha256 = hash('sha256', bytes, 'hex')
    if (this.#sizeOf(sha256) === bytes.length) return sha256
    const aside = join(this.folder, `.${process.pid}-${randomUUID()}`)
    try {
      makeFolder(this.folder)
      writeSynced(aside, bytes)
      fs.renameSync(aside, this.pathOf(sha256))
      syncFolder(this.folder)
    } catch (thrown) {
      removeIfThere(aside)
      throw new LabError('failed', `${this.folder}: cannot store a file of ${bytes.length} bytes: ${reasonOf(thrown)}`, {
        cause: thrown,
      })
    }
    return sha256
  }

  /** Begins a file whose bytes come piece by piece: kept or abandoned in the end. Throws as `write`. */
  begin(): ContentWriter {
    return new ContentWriter(this.folder)
  }

  /** Opens a file that has no name, for reading and writing: it goes when it is closed, or with the process. Throws as `write`. */
  scratch(): number {
    return openScratch(this.folder)
  }

  /** Opens a file to read parts of it; the caller closes it. Throws a LabError `data` when it is missing. */
  open(sha256: string): ContentReader {
    return new ContentReader(this.pathOf(sha256))
  }

  /**
   * The bytes of a file; `verify` compares them with its name (about a second a gigabyte). Throws a LabError `data` when it is
   * missing, empty or, with `verify`, changed.
   */
  read(sha256: string, options: { readonly verify?: boolean } = {}): Buffer<ArrayBuffer> {
    const { verify = false } = options
    const path = this.pathOf(sha256)
    let bytes: Buffer<ArrayBuffer>
    try {
      bytes = fs.readFileSync(path)
    } catch (thrown) {
      const reason = codeOf(thrown) === 'ENOENT' ? 'missing' : reasonOf(thrown)
      throw new LabError('data', `${path}: ${reason}; restore it from a backup`, { cause: thrown })
    }
    if (bytes.length === 0) throw new LabError('data', `${path}: empty; restore it from a backup`)
    if (verify && hash('sha256', bytes, 'hex') !== sha256) {
      throw new LabError('data', `${path}: its content is not what its name says; restore it from a backup`)
    }
    return bytes
  }

  /** Where the file lies, there or not. Throws a LabError `data` for what is no SHA-256: a name never leaves the folder. */
  pathOf(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256))
      throw new LabError('data', `${this.folder}: ${JSON.stringify(sha256)} is not a SHA-256`)
    return join(this.folder, sha256)
  }

  /** Whether the file is there and not empty. */
  has(sha256: string): boolean {
    return this.#sizeOf(sha256) > 0
  }

  /** Removes a file; one that isn't there is no error. */
  remove(sha256: string): void {
    fs.rmSync(this.pathOf(sha256), { force: true })
  }

  #sizeOf(sha256: string): number {
    return fs.statSync(this.pathOf(sha256), { throwIfNoEntry: false })?.size ?? 0
  }
}

/** A new file of mode 0600, whatever the umask, whose bytes have reached the disk. */
function writeSynced(path: string, bytes: Uint8Array): void {
  const file = fs.openSync(path, 'wx', 0o600)
  try {
    fs.fchmodSync(file, 0o600)
    fs.writeFileSync(file, bytes)
    fs.fsyncSync(file)
  } finally {
    fs.closeSync(file)
  }
}

/** Of no use to the caller, who has an error to tell already. */
function removeIfThere(path: string): void {
  try {
    fs.rmSync(path)
  } catch {}
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
}
