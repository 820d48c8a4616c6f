import { z } from 'zod'
import { LabError } from '../core/shared/errors.ts'
import type { Epoch } from '../core/study/run.ts'
import type { Connection, Values } from './connection.ts'
import { measured, stored } from './measured.ts'

const epochRow = z.object({
  epoch: z.int().positive(),
  trainLoss: measured,
  validationLoss: measured,
  validationAccuracy: measured,
  imagesPerSecond: measured,
  seconds: measured,
})

const INSERT = `
  INSERT INTO epochs (run, epoch, train_loss, validation_loss, validation_accuracy, images_per_second, seconds)
  SELECT :run, :epoch, :trainLoss, :validationLoss, :validationAccuracy, :imagesPerSecond, :seconds`

/** The history of runs: appended while a run is running, replaced wholly when it is finished. */
export class Epochs {
  readonly #append
  readonly #insert
  readonly #delete
  readonly #ofRun

  constructor(connection: Connection) {
    this.#append = connection.command(`${INSERT} WHERE EXISTS (SELECT 1 FROM runs WHERE id = :run AND status = 'running')`)
    this.#insert = connection.command(INSERT)
    this.#delete = connection.command('DELETE FROM epochs WHERE run = :run')
    this.#ofRun = connection.query<Epoch>(
      { table: 'epochs', key: ['run', 'epoch'] },
      epochRow,
      `SELECT run, epoch, train_loss AS trainLoss, validation_loss AS validationLoss,
         validation_accuracy AS validationAccuracy, images_per_second AS imagesPerSecond, seconds
       FROM epochs WHERE run = :run ORDER BY epoch`,
    )
  }

  /** Adds the epoch a running run has just ended. Throws a LabError `failed` when the run isn't running. */
  append(run: number, epoch: Epoch): void {
    const { changes } = this.#append.run(rowOf(run, epoch))
    if (changes === 0) throw new LabError('failed', `run ${run} is not running: its epoch ${epoch.epoch} was not stored`)
  }

  /** Puts `epochs` in the place of what the run has; a part of `Runs.finish`. */
  replace(run: number, epochs: readonly Epoch[]): void {
    this.#delete.run({ run })
    for (const epoch of epochs) this.#insert.run(rowOf(run, epoch))
  }

  /** A run's epochs so far, in order. */
  of(run: number): Epoch[] {
    return this.#ofRun.all({ run })
  }
}

function rowOf(run: number, epoch: Epoch): Values {
  return {
    run,
    epoch: epoch.epoch,
    trainLoss: stored(epoch.trainLoss),
    validationLoss: stored(epoch.validationLoss),
    validationAccuracy: stored(epoch.validationAccuracy),
    imagesPerSecond: stored(epoch.imagesPerSecond),
    seconds: stored(epoch.seconds),
  }
}
