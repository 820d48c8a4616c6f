/**
 * Opening the database of a lab: where it may lie, who may read it, how SQLite is set, and its schema brought up to date.
 */
import * as fs from 'node:fs'
import { resolve } from 'node:path'
import Database from 'better-sqlite3'
import { Connection } from './connection.ts'
import { migrate, schemaOf } from './migrate.ts'
import { refuseNetwork } from './networkFileSystem.ts'
import { createPrivateFile } from './privateFile.ts'
import { explained } from './sqliteError.ts'
import { Store } from './store.ts'

/** Milliseconds that a statement waits for another process's write to end. */
const PATIENCE = 5000

export interface OpenOptions {
  /** The clock, for the times of rows. */
  readonly now: () => Date
  /**
   * `write` makes what is missing. `read` makes nothing and refuses every write, but for bringing an older database up to
   * date.
   */
  readonly mode: 'write' | 'read'
}

/**
 * Opens the store at `path` (relative to the working folder, or absolute). In mode `read`: null where nothing has been
 * stored yet.
 *
 * Throws a LabError: `data` when the file is no database, another program's, damaged or newer than this program; `failed`
 * when it or its folder is not writable; `unavailable` on a network file system.
 */
export function openStore(path: string, options: OpenOptions & { readonly mode: 'write' }): Store
export function openStore(path: string, options: OpenOptions): Store | null
export function openStore(path: string, options: OpenOptions): Store | null {
  const { now, mode } = options
  const absolute = resolve(path)
  if (mode === 'read' && !fs.existsSync(absolute)) return null
  refuseNetwork(absolute)
  if (mode === 'write') createPrivateFile(absolute)

  let database: Database.Database | undefined
  try {
    database = new Database(absolute, { timeout: PATIENCE, fileMustExist: true })
    const schema = schemaOf(database, absolute)
    if (schema === 'empty' && mode === 'read') {
      database.close()
      return null
    }
    configure(database)
    if (schema !== 'current') migrate(database)
    if (mode === 'read') database.pragma('query_only = ON')
    return new Store(new Connection(absolute, database, now))
  } catch (thrown) {
    database?.close()
    throw explained(thrown, absolute)
  }
}

/** What SQLite keeps per connection is set at every open; WAL is kept in the file. */
function configure(database: Database.Database): void {
  withoutRace(() => database.pragma('journal_mode = WAL'))
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  database.pragma('trusted_schema = OFF')
}

/** SQLite doesn't wait for locks while it changes to WAL: of two processes that make one database, one is refused and asks again. */
function withoutRace(act: () => void): void {
  for (let waited = 0; ; waited += 10) {
    try {
      act()
      return
    } catch (thrown) {
      const busy = thrown instanceof Database.SqliteError && thrown.code.startsWith('SQLITE_BUSY')
      if (!busy || waited >= PATIENCE) throw thrown
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}
