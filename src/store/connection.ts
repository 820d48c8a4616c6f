/**
 * One open database: prepared statements whose rows are checked at the border, and immediate transactions.
 *
 * Everything that SQLite can say about the world (busy, full, damaged, not writable) leaves here as a `LabError`; what
 * remains a `SqliteError` is a mistake of this program.
 */
import type Database from 'better-sqlite3'
import type { z } from 'zod'
import { LabError } from '../core/shared/errors.ts'
import { explained } from './sqliteError.ts'

/** What a statement's named parameters may hold; a NaN would become NULL, see measured.ts. */
export type Values = Readonly<Record<string, string | number | Uint8Array | null>>

/** Which table a query's rows come from, and the columns that name a row in a message. */
export interface RowSource {
  readonly table: string
  readonly key: readonly string[]
}

/** A prepared SELECT whose rows are `Row`; a row that is not throws a LabError `data` that names table and row. */
export interface Query<Row> {
  get(values?: Values): Row | undefined
  all(values?: Values): Row[]
}

/** A prepared INSERT, UPDATE or DELETE. */
export interface Command {
  run(values?: Values): { readonly changes: number; readonly id: number }
}

export class Connection {
  /** Absolute path of the database. */
  readonly path: string
  readonly #database: Database.Database
  readonly #now: () => Date

  constructor(path: string, database: Database.Database, now: () => Date) {
    this.path = path
    this.#database = database
    this.#now = now
  }

  /** The present moment as it is stored: ISO 8601, UTC. */
  timestamp(): string {
    return this.#now().toISOString()
  }

  query<Row>(from: RowSource, schema: z.ZodType<Row>, sql: string): Query<Row> {
    const statement = this.#explaining(() => this.#database.prepare<[Values], unknown>(sql))
    const check = (row: unknown): Row => {
      const parsed = schema.safeParse(row)
      if (parsed.success) return parsed.data
      const what = parsed.error.issues.map(issue => `${issue.path.join('.') || 'row'}: ${issue.message}`).join('; ')
      throw this.damaged(from, row as object, what)
    }
    return {
      get: (values = {}) => {
        const row = this.#explaining(() => statement.get(values))
        return row === undefined ? undefined : check(row)
      },
      all: (values = {}) => this.#explaining(() => statement.all(values)).map(check),
    }
  }

  command(sql: string): Command {
    const statement = this.#explaining(() => this.#database.prepare<[Values]>(sql))
    return {
      run: (values = {}) => {
        const { changes, lastInsertRowid } = this.#explaining(() => statement.run(values))
        return { changes, id: Number(lastInsertRowid) }
      },
    }
  }

  /** A pragma's single value. */
  pragma(source: string): unknown {
    return this.#explaining(() => this.#database.pragma(source, { simple: true }))
  }

  /** A pragma's rows, one object a row. */
  pragmaRows(source: string): unknown {
    return this.#explaining(() => this.#database.pragma(source))
  }

  /**
   * Runs `work` in an immediate transaction: all of it is kept, or, if it throws, none. Inside another one it is a part
   * of that one. `work` must be synchronous.
   */
  atomically<T>(work: () => T): T {
    return this.#explaining(() => this.#database.transaction(work).immediate())
  }

  /** Runs `work` on one snapshot: what another process commits meanwhile is seen by none of its queries. */
  together<T>(work: () => T): T {
    return this.#explaining(() => this.#database.transaction(work).deferred())
  }

  /** A LabError `data`: a row is not what its table promises. */
  damaged(from: RowSource, row: object, what: string): LabError {
    const columns = new Map<string, unknown>(Object.entries(row))
    const name = from.key.map(column => `${column} ${columns.get(column)}`).join(', ')
    return new LabError('data', `${this.path}: table ${from.table}, ${name} is damaged (${what}); restore a backup`)
  }

  close(): void {
    this.#explaining(() => this.#database.close())
  }

  #explaining<T>(act: () => T): T {
    try {
      return act()
    } catch (thrown) {
      throw explained(thrown, this.path)
    }
  }
}
