import { statSync } from 'node:fs'
import { basename } from 'node:path'
import Database from 'better-sqlite3'
import { LabError } from '../core/shared/errors.ts'

/**
 * What SQLite threw about the world, as a LabError that says what to do; anything else comes back as it is. `path` is the
 * database it was thrown about, `instead` what to do where it is none.
 */
export function explained(thrown: unknown, path: string, instead = 'move it away, or name another with --db'): unknown {
  if (!(thrown instanceof Database.SqliteError)) return thrown
  const cause = { cause: thrown }
  const code = thrown.code
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new LabError('failed', `${path}: another process kept the database busy; try again in a moment`, cause)
  }
  if (code === 'SQLITE_NOTADB') {
    return new LabError('data', `${path}: not a database; ${instead}`, cause)
  }
  if (code.startsWith('SQLITE_CORRUPT')) {
    return new LabError('data', `${path}: the database is damaged (${thrown.message}); restore a backup`, cause)
  }
  if (code === 'SQLITE_FULL') {
    return new LabError('failed', `${path}: no room left on the disk; free some and run the command again`, cause)
  }
  if (code === 'SQLITE_CANTOPEN' && statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    return new LabError('usage', `${path}: a folder; name a file with --db`, cause)
  }
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH|IOERR)/.test(code)) {
    return new LabError(
      'failed',
      `${path}: cannot be read or written here (${thrown.message}): SQLite also writes to read; check the folder's rights, or copy it with ${basename(path)}.files to where you may write`,
      cause,
    )
  }
  return thrown
}
