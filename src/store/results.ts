import { z } from 'zod'
import type { RunResult } from '../core/study/run.ts'
import { ClassScores } from './classScores.ts'
import { Confusion } from './confusion.ts'
import type { Connection } from './connection.ts'
import { measured, ratio, stored, storedRatio } from './measured.ts'

const SOURCE = { table: 'results', key: ['run'] }

const resultRow = z.object({
  run: z.int(),
  epochs: z.int().positive(),
  bestEpoch: z.int().positive(),
  stoppedBy: z.enum(['patience', 'epochs']),
  validationLoss: measured,
  finalValidationLoss: measured,
  accuracy: measured,
  balancedAccuracy: ratio,
  macroF1: ratio,
  auc: ratio,
  brier: ratio,
  ece: ratio,
  quadraticWeightedKappa: ratio,
  seconds: measured,
  weights: z.string(),
  divergedStep: z.int().positive().nullable(),
  divergedEpoch: z.int().positive().nullable(),
  divergedHint: z.string().nullable(),
})

/** What finished runs measured, with their confusion matrices and class scores; a row exists exactly while its run is done. */
export class Results {
  readonly #connection: Connection
  readonly #confusion: Confusion
  readonly #classScores: ClassScores
  readonly #insert
  readonly #ofRuns
  readonly #weightsUsers
  readonly #meanSeconds

  constructor(connection: Connection) {
    this.#connection = connection
    this.#confusion = new Confusion(connection)
    this.#classScores = new ClassScores(connection)
    this.#insert = connection.command(
      `INSERT INTO results (run, epochs, best_epoch, stopped_by, validation_loss, final_validation_loss, accuracy,
         balanced_accuracy, macro_f1, auc, brier, ece, quadratic_weighted_kappa, seconds, weights, diverged_step, diverged_epoch, diverged_hint)
       VALUES (:run, :epochs, :bestEpoch, :stoppedBy, :validationLoss, :finalValidationLoss, :accuracy,
         :balancedAccuracy, :macroF1, :auc, :brier, :ece, :quadraticWeightedKappa, :seconds, :weights, :divergedStep, :divergedEpoch, :divergedHint)`,
    )
    this.#ofRuns = connection.query(
      SOURCE,
      resultRow,
      `SELECT run, epochs, best_epoch AS bestEpoch, stopped_by AS stoppedBy, validation_loss AS validationLoss,
         final_validation_loss AS finalValidationLoss, accuracy, balanced_accuracy AS balancedAccuracy,
         macro_f1 AS macroF1, auc, brier, ece, quadratic_weighted_kappa AS quadraticWeightedKappa, seconds, weights, diverged_step AS divergedStep, diverged_epoch AS divergedEpoch,
         diverged_hint AS divergedHint
       FROM results WHERE run IN (SELECT value FROM json_each(:runs))`,
    )
    this.#weightsUsers = connection.query(
      SOURCE,
      z.object({ run: z.int() }),
      'SELECT run FROM results WHERE weights = :weights LIMIT 1',
    )
    this.#meanSeconds = connection.query(
      SOURCE,
      z.object({ seconds: z.number().nullable() }),
      `SELECT avg(seconds) AS seconds FROM results JOIN study_runs ON study_runs.run = results.run
       WHERE study_runs.study = (SELECT id FROM studies WHERE name = :study)`,
    )
  }

  /** See `Runs.meanSeconds`. */
  meanSeconds(study: string): number | null {
    return this.#meanSeconds.get({ study })?.seconds ?? null
  }

  /** A part of `Runs.finish`. */
  insert(run: number, result: RunResult): void {
    this.#insert.run({
      run,
      epochs: result.epochs,
      bestEpoch: result.bestEpoch,
      stoppedBy: result.stoppedBy,
      validationLoss: stored(result.validationLoss),
      finalValidationLoss: stored(result.finalValidationLoss),
      accuracy: stored(result.accuracy),
      balancedAccuracy: storedRatio(result.balancedAccuracy),
      macroF1: storedRatio(result.macroF1),
      auc: storedRatio(result.auc),
      brier: storedRatio(result.brier),
      ece: storedRatio(result.ece),
      quadraticWeightedKappa: storedRatio(result.quadraticWeightedKappa),
      seconds: stored(result.seconds),
      weights: result.weights,
      divergedStep: result.diverged?.step ?? null,
      divergedEpoch: result.diverged?.epoch ?? null,
      divergedHint: result.diverged?.hint ?? null,
    })
    this.#confusion.insert(run, result.confusion)
    this.#classScores.insert(run, result.perClass)
  }

  /** The results of those of several runs that are done, by run id. */
  of(runs: readonly number[]): Map<number, RunResult> {
    const confusions = this.#confusion.of(runs)
    const scores = this.#classScores.of(runs)
    const results = new Map<number, RunResult>()
    for (const row of this.#ofRuns.all({ runs: JSON.stringify(runs) })) {
      const { run, divergedStep: step, divergedEpoch: epoch, divergedHint: hint, ...result } = row
      const confusion = confusions.get(run)
      const perClass = scores.get(run)
      if (confusion === undefined || confusion.length !== perClass?.length) {
        throw this.#connection.damaged(SOURCE, row, 'its confusion matrix and class scores do not fit together')
      }
      const diverged = step === null || epoch === null || hint === null ? {} : { diverged: { step, epoch, hint } }
      results.set(run, { ...result, confusion, perClass, ...diverged })
    }
    return results
  }

  /** Whether a finished run keeps these weights. */
  uses(weights: string): boolean {
    return this.#weightsUsers.get({ weights }) !== undefined
  }
}
