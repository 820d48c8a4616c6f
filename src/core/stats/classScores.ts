import { type Confusion, classCounts } from './confusion.ts'

/** What one class looks like: `support` images truly of it; the ratios are 0 to 1, null where undefined. */
export interface ClassScore {
  readonly class: string
  readonly support: number
  /** hits / predicted; null where the class was never predicted. */
  readonly precision: number | null
  /** hits / support; null where the class has no image. */
  readonly recall: number | null
  /** 2 hits / (support + predicted); null only where the class has no image and was never predicted. */
  readonly f1: number | null
}

/**
 * Precision, recall and F1 of every class: scikit-learn's `precision_recall_fscore_support(zero_division=nan)`, with null for NaN.
 *
 * @param classes names in the order of the matrix.
 */
export function classScores(matrix: Confusion, classes: readonly string[]): ClassScore[] {
  if (matrix.length !== classes.length) throw new RangeError(`${classes.length} names for ${matrix.length} classes`)
  return classCounts(matrix).map(({ hits, support, predicted }, c) => ({
    class: classes[c]!,
    support,
    precision: predicted === 0 ? null : hits / predicted,
    recall: support === 0 ? null : hits / support,
    f1: support + predicted === 0 ? null : (2 * hits) / (support + predicted),
  }))
}

/**
 * Mean F1 over **all** classes of the dataset, 0 to 1: scikit-learn's
 * `f1_score(labels=range(k), average='macro', zero_division=0)`. A class with neither image nor prediction counts as 0, so that
 * the divisor is the same in every run of a study; null without images.
 */
export function macroF1(matrix: Confusion): number | null {
  const counts = classCounts(matrix)
  if (counts.every(({ support }) => support === 0)) return null
  const sum = counts.reduce(
    (total, c) => total + (c.support + c.predicted === 0 ? 0 : (2 * c.hits) / (c.support + c.predicted)),
    0,
  )
  return sum / counts.length
}
