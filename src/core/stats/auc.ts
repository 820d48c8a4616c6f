import { checkLabels } from './crossEntropy.ts'
import { midRanks } from './midRanks.ts'
import { rowsOf } from './softmax.ts'

/**
 * Area under the ROC curve of each class against the rest, averaged: scikit-learn's
 * `roc_auc_score(multi_class='ovr', average='macro')`. Each area is the Mann-Whitney statistic by mid-ranks, so ties count half.
 *
 * @param probabilities row-major `[n, classes]`; only their order within a column matters. Give softmax, not logits: the two
 *   order a column differently.
 * @param labels `n` true classes, 0 to `classes - 1`.
 * @returns 0 to 1, 0.5 for chance; null where a class has no image, or all of them; NaN where a probability is NaN (diverged).
 * @throws RangeError where the shapes disagree or a label is no class.
 */
export function auc(probabilities: ArrayLike<number>, labels: ArrayLike<number>, classes: number): number | null {
  const areas = classAreas(probabilities, labels, classes)
  let sum = 0
  for (const area of areas) {
    if (area === null) return null
    sum += area
  }
  return sum / classes
}

/** The area of each class against the rest, in class order; null, NaN and errors as of {@link auc}. O(classes n log n). */
export function classAreas(probabilities: ArrayLike<number>, labels: ArrayLike<number>, classes: number): (number | null)[] {
  const rows = rowsOf(probabilities.length, classes)
  checkLabels(labels, classes, rows)
  return Array.from({ length: classes }, (_, c) => {
    const scores = Float64Array.from({ length: rows }, (_, row) => probabilities[row * classes + c]!)
    return area(scores, row => labels[row] === c)
  })
}

function area(scores: Float64Array, isPositive: (row: number) => boolean): number | null {
  let positives = 0
  for (let row = 0; row < scores.length; row++) if (isPositive(row)) positives++
  const negatives = scores.length - positives
  if (positives === 0 || negatives === 0) return null
  if (scores.some(Number.isNaN)) return NaN
  const ranks = midRanks(scores)
  let rankSum = 0
  for (let row = 0; row < ranks.length; row++) if (isPositive(row)) rankSum += ranks[row]!
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives)
}
