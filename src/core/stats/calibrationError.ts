import { checkLabels } from './crossEntropy.ts'
import { predictedClasses } from './predictedClasses.ts'
import { rowsOf } from './softmax.ts'

const BINS = 15

/**
 * Expected calibration error of the top label over 15 bins of equal width: the mean over images, bin by bin, of |accuracy - mean confidence|.
 * Bins are open below and closed above, as Guo et al. 2017 (arXiv 1706.04599) define and code them: a confidence of 1 is in the last.
 *
 * @param probabilities row-major `[n, classes]`, each row summing to 1.
 * @param labels `n` true classes.
 * @returns 0 to 1; NaN where a probability is NaN (diverged) or `n` is 0.
 * @throws RangeError where the shapes disagree or a label is no class.
 */
export function calibrationError(probabilities: ArrayLike<number>, labels: ArrayLike<number>, classes: number): number {
  const rows = rowsOf(probabilities.length, classes)
  checkLabels(labels, classes, rows)
  const predicted = predictedClasses(probabilities, classes)
  const gaps = new Float64Array(BINS) // of each bin: hits - sum of confidences
  for (let row = 0; row < rows; row++) {
    const confidence = probabilities[row * classes + predicted[row]!]!
    if (Number.isNaN(confidence)) return Number.NaN
    const bin = Math.min(Math.max(Math.ceil(confidence * BINS) - 1, 0), BINS - 1)
    gaps[bin]! += (predicted[row] === labels[row] ? 1 : 0) - confidence
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / rows
}
