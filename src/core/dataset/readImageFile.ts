import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { LabError, reasonOf } from '../shared/errors.ts'

/** Longer files are no slices: they are left out rather than read into memory. */
const MOST_BYTES = 2 ** 28

/**
 * The bytes of a file, seen whole and at rest. Throws `data` with the reason, without its name: for what is no regular file (a pipe would
 * block for ever), can't be read, is longer than 256 MiB, or changed while it was read.
 */
export function readImageFile(path: string): Uint8Array<ArrayBuffer> {
  let file: number | undefined
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const before = fstatSync(file)
    if (!before.isFile()) throw new LabError('data', 'is no regular file')
    if (before.size > MOST_BYTES) throw new LabError('data', `has ${before.size} bytes: at most ${MOST_BYTES} are read`)
    const bytes = new Uint8Array(before.size)
    let read = 0
    while (read < bytes.length) {
      const more = readSync(file, bytes, read, bytes.length - read, read)
      if (more === 0) break
      read += more
    }
    const after = fstatSync(file)
    if (read < before.size || after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
      throw new LabError('data', 'changed while it was read: add again when nothing writes there')
    }
    return bytes
  } catch (thrown) {
    if (thrown instanceof LabError) throw thrown
    throw new LabError('data', `cannot be read: ${reasonOf(thrown)}`, { cause: thrown })
  } finally {
    if (file !== undefined) closeSync(file)
  }
}
