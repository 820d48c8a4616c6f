import { z } from 'zod'
import type { ClassScore } from '../core/study/run.ts'
import type { Connection } from './connection.ts'
import { ratio, storedRatio } from './measured.ts'

const SOURCE = { table: 'class_scores', key: ['run', 'class'] }

const scoreRow = z.object({
  run: z.int(),
  class: z.string(),
  support: z.int().nonnegative(),
  precision: ratio,
  recall: ratio,
  f1: ratio,
})

/** Precision, recall and F1 of every class on the validation images, in class order. */
export class ClassScores {
  readonly #insert
  readonly #ofRuns

  constructor(connection: Connection) {
    this.#insert = connection.command(
      `INSERT INTO class_scores (run, position, class, support, precision, recall, f1)
       VALUES (:run, :position, :class, :support, :precision, :recall, :f1)`,
    )
    this.#ofRuns = connection.query(
      SOURCE,
      scoreRow,
      `SELECT run, class, support, precision, recall, f1 FROM class_scores
       WHERE run IN (SELECT value FROM json_each(:runs)) ORDER BY run, position`,
    )
  }

  insert(run: number, scores: readonly ClassScore[]): void {
    for (const [position, score] of scores.entries()) {
      this.#insert.run({
        run,
        position,
        class: score.class,
        support: score.support,
        precision: storedRatio(score.precision),
        recall: storedRatio(score.recall),
        f1: storedRatio(score.f1),
      })
    }
  }

  /** The scores of several runs, by run id. */
  of(runs: readonly number[]): Map<number, ClassScore[]> {
    const byRun = new Map<number, ClassScore[]>()
    for (const row of this.#ofRuns.all({ runs: JSON.stringify(runs) })) {
      const { run, class: name, support, precision, recall, f1 } = row
      const score = { class: name, support, precision, recall, f1 }
      const scores = byRun.get(run)
      if (scores === undefined) byRun.set(run, [score])
      else scores.push(score)
    }
    return byRun
  }
}
