import { checkLabels } from './crossEntropy.ts'

/** Counts of images: rows are true classes, columns predicted ones, both in class order. Square. */
export type Confusion = readonly (readonly number[])[]

/**
 * Confusion matrix, as scikit-learn's `confusion_matrix(truth, predicted, labels=range(classes))`.
 *
 * @throws RangeError where the lengths differ or a label is no class.
 */
export function confusion(truth: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): number[][] {
  checkLabels(truth, classes, predicted.length)
  checkLabels(predicted, classes, truth.length)
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (let i = 0; i < truth.length; i++) counts[truth[i]!]![predicted[i]!]!++
  return counts
}

/** Of one class: images hit (true and predicted), truly of it (`support`), and predicted as it. */
export interface ClassCounts {
  readonly hits: number
  readonly support: number
  readonly predicted: number
}

/** The counts of every class of a confusion matrix, in class order. */
export function classCounts(matrix: Confusion): ClassCounts[] {
  return matrix.map((row, c) => ({
    hits: row[c]!,
    support: row.reduce((sum, count) => sum + count, 0),
    predicted: matrix.reduce((sum, other) => sum + other[c]!, 0),
  }))
}
