import { z } from 'zod'
import type { Connection } from './connection.ts'
import { type JsonObject, jsonObject } from './json.ts'

/** Runs that the data wait is taken over: a look at a study of thousands must stay quick. */
const LATEST = 20

/** Where a finished run's numbers come from: data, seed, code, engine, as one JSON object whose fields the trainer chooses. */
export class Provenance {
  readonly #insert
  readonly #ofRun
  readonly #dataWait

  constructor(connection: Connection) {
    this.#insert = connection.command('INSERT INTO provenance (run, record) VALUES (:run, :record)')
    this.#ofRun = connection.query(
      { table: 'provenance', key: ['run'] },
      z.object({ record: jsonObject }),
      'SELECT run, record FROM provenance WHERE run = :run',
    )
    this.#dataWait = connection.query(
      { table: 'provenance', key: [] },
      z.object({ share: z.number().nullable() }),
      `SELECT sum(data) / sum(seconds) AS share FROM (
         SELECT record ->> 'dataSeconds' AS data, record ->> 'seconds' AS seconds
         FROM study_runs JOIN provenance ON provenance.run = study_runs.run
         WHERE study_runs.study = (SELECT id FROM studies WHERE name = :study)
         ORDER BY study_runs.position DESC LIMIT ${LATEST})`,
    )
  }

  /** A part of `Runs.finish`. */
  insert(run: number, record: object): void {
    this.#insert.run({ run, record: JSON.stringify(record) })
  }

  /** The share of its time, 0 to 1, that the engine waited for data in the study's last finished runs; null while there are none. */
  dataWait(study: string): number | null {
    return this.#dataWait.get({ study })?.share ?? null
  }

  /** A finished run's provenance, or null. */
  of(run: number): JsonObject | null {
    return this.#ofRun.get({ run })?.record ?? null
  }
}
