import { z } from 'zod'
import type { Connection } from './connection.ts'

/** What every table that a finished run is in must say of it. */
export class Marks {
  readonly #insert
  readonly #ofRuns

  constructor(connection: Connection) {
    this.#insert = connection.command('INSERT INTO run_marks (run, mark) VALUES (:run, :mark) ON CONFLICT DO NOTHING')
    this.#ofRuns = connection.query(
      { table: 'run_marks', key: ['run'] },
      z.object({ run: z.int(), mark: z.string() }),
      'SELECT run, mark FROM run_marks WHERE run IN (SELECT value FROM json_each(:runs)) ORDER BY run, mark',
    )
  }

  /** A part of `Runs.finish`. */
  insert(run: number, marks: readonly string[]): void {
    for (const mark of marks) this.#insert.run({ run, mark })
  }

  /** By run id, those that have any. */
  of(runs: readonly number[]): Map<number, string[]> {
    const found = new Map<number, string[]>()
    for (const { run, mark } of this.#ofRuns.all({ runs: JSON.stringify(runs) }))
      found.set(run, [...(found.get(run) ?? []), mark])
    return found
  }
}
