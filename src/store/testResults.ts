import { z } from 'zod'
import type { TestResult } from '../core/study/run.ts'
import type { Connection } from './connection.ts'
import { jsonText } from './json.ts'
import { measured, ratio, stored, storedRatio } from './measured.ts'

const classScore = z.object({ class: z.string(), support: z.int(), precision: ratio, recall: ratio, f1: ratio })

const testRow = z.object({
  run: z.int(),
  loss: measured,
  accuracy: z.number(),
  balancedAccuracy: ratio,
  macroF1: ratio,
  auc: ratio,
  brier: ratio,
  ece: ratio,
  quadraticWeightedKappa: ratio,
  confusion: jsonText(z.array(z.array(z.int()))),
  perClass: jsonText(z.array(classScore)),
})

/** What runs measured on the test images of their split; written by evaluations. */
export class TestResults {
  readonly #insert
  readonly #ofRuns

  constructor(connection: Connection) {
    this.#insert = connection.command(
      `INSERT INTO test_results (run, loss, accuracy, balanced_accuracy, macro_f1, auc, brier, ece, quadratic_weighted_kappa,
         confusion, per_class)
       VALUES (:run, :loss, :accuracy, :balancedAccuracy, :macroF1, :auc, :brier, :ece, :quadraticWeightedKappa, :confusion,
         :perClass)`,
    )
    this.#ofRuns = connection.query(
      { table: 'test_results', key: ['run'] },
      testRow,
      `SELECT run, loss, accuracy, balanced_accuracy AS balancedAccuracy, macro_f1 AS macroF1, auc, brier, ece,
         quadratic_weighted_kappa AS quadraticWeightedKappa, confusion, per_class AS perClass
       FROM test_results WHERE run IN (SELECT value FROM json_each(:runs))`,
    )
  }

  insert(run: number, result: TestResult): void {
    this.#insert.run({
      run,
      loss: stored(result.loss),
      accuracy: result.accuracy,
      balancedAccuracy: storedRatio(result.balancedAccuracy),
      macroF1: storedRatio(result.macroF1),
      auc: storedRatio(result.auc),
      brier: storedRatio(result.brier),
      ece: storedRatio(result.ece),
      quadraticWeightedKappa: storedRatio(result.quadraticWeightedKappa),
      confusion: JSON.stringify(result.confusion),
      perClass: JSON.stringify(result.perClass),
    })
  }

  /** The results of those of several runs that were evaluated, by run id. */
  of(runs: readonly number[]): Map<number, TestResult> {
    const rows = this.#ofRuns.all({ runs: JSON.stringify(runs) })
    return new Map(rows.map(({ run, ...result }) => [run, result]))
  }
}
