import * as fs from 'node:fs'
import { dirname } from 'node:path'
import { LabError, reasonOf } from '../core/shared/errors.ts'
import { makeFolders } from '../core/shared/makeFolders.ts'

/**
 * Makes an empty file of mode 0600, and the folders it lacks of mode 0700, whatever the umask; what is there already stays as
 * it is. SQLite gives a database's -wal, -shm and -journal the mode of the database. Returns whether the file is new.
 *
 * An existing file is never opened: closing it would drop the locks that this process holds on it through SQLite.
 * Throws a LabError `failed` where it cannot be made.
 */
export function createPrivateFile(path: string): boolean {
  const folder = dirname(path)
  try {
    makeFolders(folder, 0o700, made => fs.chmodSync(made, 0o700)) // mkdir's own mode is cut by the umask
    const file = fs.openSync(path, 'wx', 0o600)
    fs.fchmodSync(file, 0o600)
    fs.closeSync(file)
    return true
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST') return false
    throw new LabError('failed', `${path}: cannot be made: ${reasonOf(thrown)}; name a folder you may write to with --db`, {
      cause: thrown,
    })
  }
}

/** Makes the bytes of a file reach the disk. */
export function syncFile(path: string): void {
  const file = fs.openSync(path, 'r+')
  try {
    fs.fsyncSync(file)
  } finally {
    fs.closeSync(file)
  }
}

/** Makes the names in a folder reach the disk; Windows has no such call and needs none. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = fs.openSync(path, 'r')
  try {
    fs.fsyncSync(folder)
  } finally {
    fs.closeSync(folder)
  }
}
