import { z } from 'zod'
import type { Connection } from './connection.ts'

const SOURCE = { table: 'confusion', key: ['run'] }

/** One run's matrix as SQL gathers it: its counts, row by row, as a JSON array. */
const matrixRow = z.object({ run: z.int(), classes: z.int(), counts: z.string() })

/** Confusion matrices on the validation images, a row a count: true and predicted class by index. */
export class Confusion {
  readonly #connection: Connection
  readonly #insert
  readonly #ofRuns

  constructor(connection: Connection) {
    this.#connection = connection
    this.#insert = connection.command(
      'INSERT INTO confusion (run, true, predicted, count) VALUES (:run, :true, :predicted, :count)',
    )
    this.#ofRuns = connection.query(
      SOURCE,
      matrixRow,
      `SELECT run, max(max(true), max(predicted)) + 1 AS classes, json_group_array(count ORDER BY true, predicted) AS counts
       FROM confusion WHERE run IN (SELECT value FROM json_each(:runs)) GROUP BY run`,
    )
  }

  insert(run: number, matrix: readonly (readonly number[])[]): void {
    for (const [trueClass, row] of matrix.entries()) {
      for (const [predicted, count] of row.entries()) this.#insert.run({ run, true: trueClass, predicted, count })
    }
  }

  /** The matrices of several runs, by run id. */
  of(runs: readonly number[]): Map<number, number[][]> {
    const matrices = new Map<number, number[][]>()
    for (const row of this.#ofRuns.all({ runs: JSON.stringify(runs) })) {
      // SQL wrote the array, of integers of a STRICT table: its length is all that can be wrong.
      const counts: number[] = JSON.parse(row.counts)
      if (counts.length !== row.classes ** 2) throw this.#connection.damaged(SOURCE, row, 'its counts make no square')
      matrices.set(row.run, square(counts, row.classes))
    }
    return matrices
  }
}

function square(counts: readonly number[], side: number): number[][] {
  return Array.from({ length: side }, (_, row) => counts.slice(row * side, (row + 1) * side))
}
