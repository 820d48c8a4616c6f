/**
 * The runner's lock: one process at a time may own the studies of a database.
 *
 * It is SQLite's exclusive lock on `<database>.runner`, an empty database of its own, held by an open transaction. The
 * system drops it with the process, however that dies, so it can't go stale and nothing has to be judged dead.
 *
 * The holder's pid lies beside it, in `<database>.runner.pid`, written once the lock is held: nobody can read the locked
 * file, and a process that opens and closes it by other means than SQLite would drop its own lock (POSIX locks end with the
 * first close). So the pid is for people; only the lock says whether a runner lives. In the moment between the two, and only
 * then, a runner lives whose pid isn't known yet.
 */
import * as fs from 'node:fs'
import { resolve } from 'node:path'
import Database from 'better-sqlite3'
import { LabError, messageOf } from '../core/shared/errors.ts'
import { refuseNetwork } from './networkFileSystem.ts'
import { createPrivateFile } from './privateFile.ts'
import { explained } from './sqliteError.ts'

/** Milliseconds to wait for the lock: long enough for somebody who only looks (`runnerHolder`), who holds it for microseconds. */
const PATIENCE = 100

export interface RunnerLock {
  /** Gives the lock back; a second call does nothing. */
  release(): void
}

/** Who holds a runner's lock. */
export interface RunnerHolder {
  /** Null in the first milliseconds of a runner. */
  readonly pid: number | null
}

/**
 * Takes the lock of `database` (a path; the file need not exist) for this process, or returns null when another holds it.
 * Throws a LabError: `failed` where files cannot be made, `data` when the lock's file is something else, `unavailable`
 * on a network file system.
 */
export function acquireRunnerLock(database: string): RunnerLock | null {
  const path = lockPath(database)
  refuseNetwork(path)
  createPrivateFile(path)
  const connection = openLock(path, PATIENCE)
  try {
    connection.pragma('journal_mode = MEMORY') // nothing is ever written: no journal beside it
    connection.exec('BEGIN EXCLUSIVE')
    writePid(database)
  } catch (thrown) {
    connection.close()
    if (isBusy(thrown)) return null
    throw explained(thrown, path)
  }
  return {
    release: () => {
      if (!connection.open) return
      fs.rmSync(pidPath(database), { force: true })
      connection.close()
    },
  }
}

/** Who holds the lock of `database` now, or null when nobody does. Leaves no file where there was none. */
export function runnerHolder(database: string): RunnerHolder | null {
  const path = lockPath(database)
  if (!fs.existsSync(path)) return null
  const connection = openLock(path, 0)
  try {
    connection.prepare('SELECT count(*) FROM sqlite_schema').get()
    return null
  } catch (thrown) {
    if (isBusy(thrown)) return { pid: readPid(database) }
    throw explained(thrown, path)
  } finally {
    connection.close()
  }
}

function lockPath(database: string): string {
  return `${resolve(database)}.runner`
}

function pidPath(database: string): string {
  return `${lockPath(database)}.pid`
}

function openLock(path: string, timeout: number): Database.Database {
  try {
    return new Database(path, { timeout, fileMustExist: true })
  } catch (thrown) {
    throw explained(thrown, path)
  }
}

/** Whole or not at all: a reader never sees half a number. */
function writePid(database: string): void {
  const path = pidPath(database)
  const aside = `${path}.new`
  try {
    fs.writeFileSync(aside, `${process.pid}\n`, { mode: 0o600 })
    fs.chmodSync(aside, 0o600)
    fs.renameSync(aside, path)
  } catch (thrown) {
    throw new LabError('failed', `${path}: cannot be written: ${messageOf(thrown)}`, { cause: thrown })
  }
}

/** The pid beside the lock, where a process of that pid lives: what a killed runner left behind is nobody's. */
function readPid(database: string): number | null {
  try {
    const pid = Number.parseInt(fs.readFileSync(pidPath(database), 'utf8'), 10)
    return Number.isInteger(pid) && pid > 0 && isAlive(pid) ? pid : null
  } catch {
    return null
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM'
  }
}

function isBusy(thrown: unknown): boolean {
  return thrown instanceof Database.SqliteError && thrown.code.startsWith('SQLITE_BUSY')
}
