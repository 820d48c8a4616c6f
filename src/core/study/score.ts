/** From what a worker trained to the run's result. */
import { scoreLogits } from '../stats/index.ts'
import type { TrainedRun, TrainingTask } from '../training/index.ts'
import type { RunResult } from './run.ts'

/** `weights` is the SHA-256 under which the checkpoint was stored. Metrics are those of the best epoch's weights on validation. */
export function runResult(task: TrainingTask, trained: Omit<TrainedRun, 'checkpoint'>, weights: string): RunResult {
  const labels = task.validation.map(image => image.label)
  const { loss, ...scores } = scoreLogits(trained.validationLogits, labels, task.classes)
  return {
    epochs: trained.history.length,
    bestEpoch: trained.bestEpoch,
    stoppedBy: trained.stoppedBy,
    validationLoss: Number.isFinite(loss) ? loss : Number.NaN,
    finalValidationLoss: trained.history.at(-1)!.validationLoss,
    ...scores,
    seconds: trained.seconds,
    weights,
    ...(trained.diverged === null ? {} : { diverged: { ...trained.diverged, hint: hintFor(task) } }),
  }
}

function hintFor({ learningRate }: TrainingTask): string {
  return `a lower learning rate than ${learningRate} may help (optimizer.learningRate, --learning-rate)`
}
