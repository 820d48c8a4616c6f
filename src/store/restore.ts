import { randomUUID } from 'node:crypto'
import * as fs from 'node:fs'
import { dirname, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { LabError, messageOf } from '../core/shared/errors.ts'
import { vacuumInto } from './backup.ts'
import { checkDatabase } from './check.ts'
import { Connection } from './connection.ts'
import { ContentFiles } from './files.ts'
import { acquireRunnerLock } from './lock.ts'
import { migrate, schemaOf } from './migrate.ts'
import { refuseNetwork } from './networkFileSystem.ts'
import { createPrivateFile, syncFile, syncFolder } from './privateFile.ts'
import { referencedFiles } from './references.ts'
import { explained } from './sqliteError.ts'

/** Milliseconds that a program which has the old database open is waited for. */
const PATIENCE = 500

/**
 * Puts the database of `backup` in the place of the one at `target`, or where there is none, with the content files it names. The backup is checked before
 * anything is changed, and the old database stays whole until the new one takes its name at once; content files are only added. `onFile` hears how many of
 * them are there.
 *
 * Throws a LabError: `usage` without a backup; `data` where it is no database of this program, or damaged, or lacks a file; `failed` where a runner or
 * another program has the old one open, or the disk does not take it. Then the old one is what it was.
 */
export function restoreFrom(
  backup: string,
  target: string,
  onFile: (done: number, total: number) => void = () => {},
): { readonly files: number } {
  const [source, absolute] = [resolve(backup), resolve(target)]
  if (source === absolute) throw new LabError('usage', `${source} is the database itself: name a backup`)
  if (!fs.existsSync(source)) throw new LabError('usage', `there is no file ${source} to restore`)
  refuseNetwork(absolute)
  const aside = `${absolute}.${randomUUID()}`
  createPrivateFile(aside)
  const lock = acquireRunnerLock(absolute)
  try {
    if (lock === null) throw busy(absolute, "a runner is at work ('mri-lab stop' ends it)")
    const files = wholeCopy(source, aside)
    copyFiles(new ContentFiles(source), new ContentFiles(absolute), files, onFile)
    settle(absolute)
    fs.renameSync(aside, absolute)
    syncFolder(dirname(absolute))
    return { files: files.length }
  } catch (thrown) {
    throw explained(thrown, source, "name a file that 'mri-lab db backup' wrote")
  } finally {
    lock?.release()
    for (const suffix of ['', '-wal', '-shm', '-journal']) fs.rmSync(`${aside}${suffix}`, { force: true })
  }
}

/** A copy of the backup at `aside`, checked, at this program's schema and on the disk; returns the content files that it names. */
function wholeCopy(source: string, aside: string): string[] {
  vacuumInto(source, aside, { readonly: true })
  const database = new Database(aside, { fileMustExist: true })
  try {
    const schema = schemaOf(database, source)
    if (schema === 'empty') throw new LabError('data', `${source}: an empty database; there is nothing to restore`)
    if (schema === 'older') migrate(database)
    const connection = new Connection(source, database, () => new Date(0))
    const [fault, ...more] = checkDatabase(connection, new ContentFiles(source), true)
    if (fault !== undefined) {
      throw new LabError('data', `${source} is damaged: ${fault}${more.length > 0 ? ` (and ${more.length} more)` : ''}`)
    }
    return referencedFiles(connection)
  } finally {
    database.close()
    syncFile(aside)
  }
}

function copyFiles(
  from: ContentFiles,
  to: ContentFiles,
  files: readonly string[],
  onFile: (done: number, total: number) => void,
): void {
  for (const [done, sha256] of files.entries()) {
    if (!isWhole(to, sha256)) {
      to.remove(sha256)
      to.write(from.read(sha256, { verify: true }))
    }
    onFile(done + 1, files.length)
  }
}

function isWhole(files: ContentFiles, sha256: string): boolean {
  if (!files.has(sha256)) return false
  try {
    files.read(sha256, { verify: true })
    return true
  } catch (thrown) {
    if (thrown instanceof LabError && thrown.kind === 'data') return false
    throw thrown
  }
}

/**
 * Brings the old database's log into its file and removes the log, so that it is not taken for the new one's. SQLite does that only where nobody else
 * has the database open. What is too damaged for it has a log that is of no use.
 */
function settle(path: string): void {
  if (fs.existsSync(path)) {
    try {
      const old = new Database(path, { timeout: PATIENCE, fileMustExist: true })
      try {
        old.pragma('journal_mode = DELETE')
      } finally {
        old.close()
      }
    } catch (thrown) {
      if (!(thrown instanceof Database.SqliteError)) throw thrown
      if (/^SQLITE_(BUSY|LOCKED)/.test(thrown.code)) throw busy(path, `another program has it open (${messageOf(thrown)})`)
      if (!/^SQLITE_(CORRUPT|NOTADB)/.test(thrown.code)) throw thrown
    }
  }
  for (const suffix of ['-wal', '-shm', '-journal']) fs.rmSync(`${path}${suffix}`, { force: true })
}

function busy(path: string, why: string): LabError {
  return new LabError('failed', `${path} is in use: ${why}; nothing was changed`)
}
