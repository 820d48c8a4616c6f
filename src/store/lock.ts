/**
 * The runner's lock: one process at a time may own the studies of a database.
 *
 * It is an exclusive lock (exclusiveLock.ts) on `<database>.runner`.
 *
 * The holder's pid lies beside it, in `<database>.runner.pid`, written once the lock is held: nobody can read the locked
 * file, and a process that opens and closes it by other means than SQLite would drop its own lock (POSIX locks end with the
 * first close). So the pid is for people; only the lock says whether a runner lives. In the moment between the two, and only
 * then, a runner lives whose pid isn't known yet.
 */
import * as fs from 'node:fs'
import { resolve } from 'node:path'
import { LabError, reasonOf } from '../core/shared/errors.ts'
import { isLocked, lockFile } from './exclusiveLock.ts'

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
  const release = lockFile(lockPath(database), () => writePid(database))
  if (release === null) return null
  let held = true
  return {
    release: () => {
      if (!held) return
      held = false
      fs.rmSync(pidPath(database), { force: true })
      release()
    },
  }
}

/** Who holds the lock of `database` now, or null when nobody does. Leaves no file where there was none. */
export function runnerHolder(database: string): RunnerHolder | null {
  return isLocked(lockPath(database)) ? { pid: readPid(database) } : null
}

function lockPath(database: string): string {
  return `${resolve(database)}.runner`
}

function pidPath(database: string): string {
  return `${lockPath(database)}.pid`
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
    throw new LabError('failed', `${path}: cannot be written: ${reasonOf(thrown)}`, { cause: thrown })
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
