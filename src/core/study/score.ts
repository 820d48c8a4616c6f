/** From what a model answers to the run's results. */
import { scoreLogits } from '../stats/index.ts'
import type { TrainedRun, TrainingTask } from '../training/index.ts'
import type { RunResult, TestResult } from './run.ts'

/** What the classes of a dataset are, for metrics. */
interface Classes {
  /** Whether their order is declared to mean something, as severity does. */
  readonly ordered: boolean
}

/** `weights` is the SHA-256 under which the checkpoint was stored. Metrics are those of the best epoch's weights on validation. */
export function runResult(
  task: TrainingTask,
  trained: Omit<TrainedRun, 'checkpoint'>,
  weights: string,
  { ordered }: Classes,
): RunResult {
  const labels = task.validation.map(image => image.label)
  const { loss, ...scores } = scoreLogits(trained.validationLogits, labels, task.classes, { ordered })
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

/** Metrics of the kept weights' logits `[n, classes]` on test images of these labels. */
export function testResult(
  logits: Float32Array,
  labels: readonly number[],
  classes: readonly string[],
  { ordered }: Classes,
): TestResult {
  const { loss, ...scores } = scoreLogits(logits, labels, classes, { ordered })
  return { loss: Number.isFinite(loss) ? loss : Number.NaN, ...scores }
}

function hintFor({ learningRate }: TrainingTask): string {
  return `a lower learning rate than ${learningRate} may help (optimizer.learningRate, --learning-rate)`
}
