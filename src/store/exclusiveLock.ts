/**
 * SQLite's exclusive lock on an empty database of its own, held by an open transaction. The system drops it with the process, however that dies, so it can't
 * go stale and nothing has to be judged dead. The file must be opened by nothing else: POSIX locks end with the first close.
 */
import * as fs from 'node:fs'
import Database from 'better-sqlite3'
import { refuseNetwork } from './networkFileSystem.ts'
import { createPrivateFile } from './privateFile.ts'
import { explained } from './sqliteError.ts'

/** Milliseconds to wait for the lock: long enough for somebody who only looks (`isLocked`), who holds it for microseconds. */
const PATIENCE = 100

/** Gives the lock back; a second call does nothing. */
export type Release = () => void

/**
 * Takes the lock of a file, which is made where there is none, or returns null when another holds it. `onLocked` is a part of it: where it throws, the lock is
 * given back. Throws a LabError: `failed` where files cannot be made, `data` when the file is something else, `unavailable` on a network file system.
 */
export function lockFile(path: string, onLocked: () => void = () => {}): Release | null {
  refuseNetwork(path)
  createPrivateFile(path)
  const connection = openLock(path, PATIENCE)
  try {
    connection.pragma('journal_mode = MEMORY') // nothing is ever written: no journal beside it
    connection.exec('BEGIN EXCLUSIVE')
    onLocked()
  } catch (thrown) {
    connection.close()
    if (isBusy(thrown)) return null
    throw explained(thrown, path)
  }
  return () => {
    if (connection.open) connection.close()
  }
}

/** Whether anyone holds the lock of a file. Leaves no file where there was none. */
export function isLocked(path: string): boolean {
  if (!fs.existsSync(path)) return false
  const connection = openLock(path, 0)
  try {
    connection.prepare('SELECT count(*) FROM sqlite_schema').get()
    return false
  } catch (thrown) {
    if (isBusy(thrown)) return true
    throw explained(thrown, path)
  } finally {
    connection.close()
  }
}

function openLock(path: string, timeout: number): Database.Database {
  try {
    return new Database(path, { timeout, fileMustExist: true })
  } catch (thrown) {
    throw explained(thrown, path)
  }
}

function isBusy(thrown: unknown): boolean {
  return thrown instanceof Database.SqliteError && thrown.code.startsWith('SQLITE_BUSY')
}
