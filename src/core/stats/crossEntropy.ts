import { logSoftmax } from './softmax.ts'

/**
 * Mean cross entropy `-ln softmax(logits)[label]` over the rows: PyTorch's `cross_entropy`, computed in doubles.
 *
 * @param logits row-major `[n, classes]`, before softmax.
 * @param labels `n` true classes, 0 to `classes - 1`.
 * @returns nats per row, 0 or more; NaN where any logit is NaN (the run diverged) or `n` is 0.
 * @throws RangeError where the shapes disagree or a label is no class.
 */
export function crossEntropy(logits: ArrayLike<number>, labels: ArrayLike<number>, classes: number): number {
  checkLabels(labels, classes, logits.length / classes)
  const logProbabilities = logSoftmax(logits, classes)
  let sum = 0
  for (let row = 0; row < labels.length; row++) sum -= logProbabilities[row * classes + labels[row]!]!
  return sum / labels.length
}

/** Throws RangeError unless there are `rows` labels, each an integer from 0 to `classes - 1`. */
export function checkLabels(labels: ArrayLike<number>, classes: number, rows: number): void {
  if (labels.length !== rows) throw new RangeError(`${labels.length} labels for ${rows} rows`)
  for (let row = 0; row < rows; row++) {
    const label = labels[row]!
    if (!(Number.isInteger(label) && label >= 0 && label < classes))
      throw new RangeError(`label ${label} of row ${row} is no class`)
  }
}
