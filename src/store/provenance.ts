import { z } from 'zod'
import type { Connection } from './connection.ts'
import { type JsonObject, jsonObject } from './json.ts'

/** Where a finished run's numbers come from: data, seed, code, engine, as one JSON object whose fields the trainer chooses. */
export class Provenance {
  readonly #insert
  readonly #ofRun

  constructor(connection: Connection) {
    this.#insert = connection.command('INSERT INTO provenance (run, record) VALUES (:run, :record)')
    this.#ofRun = connection.query(
      { table: 'provenance', key: ['run'] },
      z.object({ record: jsonObject }),
      'SELECT run, record FROM provenance WHERE run = :run',
    )
  }

  /** A part of `Runs.finish`. */
  insert(run: number, record: object): void {
    this.#insert.run({ run, record: JSON.stringify(record) })
  }

  /** A finished run's provenance, or null. */
  of(run: number): JsonObject | null {
    return this.#ofRun.get({ run })?.record ?? null
  }
}
