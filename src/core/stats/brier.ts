import { checkLabels } from './crossEntropy.ts'
import { rowsOf } from './softmax.ts'

/**
 * Brier score of several classes: the mean over images of the sum over classes of (p - y)^2, y being 1 for the true class and 0 for the
 * others. Brier 1950; scikit-learn's `brier_score_loss(scale_by_half=False)`.
 *
 * @param probabilities row-major `[n, classes]`, each row summing to 1.
 * @param labels `n` true classes.
 * @returns 0 (sure and right) to 2 (sure and wrong); NaN where a probability is NaN (diverged) or `n` is 0.
 * @throws RangeError where the shapes disagree or a label is no class.
 */
export function brier(probabilities: ArrayLike<number>, labels: ArrayLike<number>, classes: number): number {
  const rows = rowsOf(probabilities.length, classes)
  checkLabels(labels, classes, rows)
  let sum = 0
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < classes; c++) sum += (probabilities[row * classes + c]! - (labels[row] === c ? 1 : 0)) ** 2
  }
  return sum / rows
}
