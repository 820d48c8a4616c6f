import * as fs from 'node:fs'
import { LabError, reasonOf } from '../core/shared/errors.ts'

/** Parts of a content file, read where they lie: for files that need not fit into memory. */
export class ContentReader {
  readonly #path: string
  readonly #file: number

  constructor(path: string) {
    this.#path = path
    try {
      this.#file = fs.openSync(path, 'r')
    } catch (cause) {
      const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
      throw new LabError('data', `${path}: ${missing ? 'missing' : reasonOf(cause)}; restore it from a backup`, { cause })
    }
  }

  /** Bytes. */
  get size(): number {
    return fs.fstatSync(this.#file).size
  }

  /** Fills `target` from `offset` on. Throws a LabError `data` where the file ends before. */
  readInto(target: Uint8Array, offset: number): void {
    let read = 0
    while (read < target.length) {
      const more = fs.readSync(this.#file, target, read, target.length - read, offset + read)
      if (more === 0) throw new LabError('data', `${this.#path}: ends too early; restore it from a backup`)
      read += more
    }
  }

  close(): void {
    fs.closeSync(this.#file)
  }
}
