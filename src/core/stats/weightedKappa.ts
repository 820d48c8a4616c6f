import { type Confusion, classCounts } from './confusion.ts'

/**
 * Cohen's kappa with quadratic weights: 1 - sum(w O) / sum(w E), w = (true - predicted)^2, O the counts and E those expected of the same
 * margins by chance. For classes in an order only. Cohen 1968; scikit-learn's `cohen_kappa_score(weights='quadratic', labels=range(k))`.
 *
 * @returns at most 1, 0 for chance; null where chance alone would agree wholly (all images of one class and predicted as it), or without images.
 */
export function quadraticWeightedKappa(matrix: Confusion): number | null {
  const counts = classCounts(matrix)
  const images = counts.reduce((sum, { support }) => sum + support, 0)
  let observed = 0
  let expected = 0
  for (const [i, row] of matrix.entries()) {
    for (const [j, count] of row.entries()) {
      const weight = (i - j) ** 2
      observed += weight * count
      expected += (weight * counts[i]!.support * counts[j]!.predicted) / images
    }
  }
  return images === 0 || expected === 0 ? null : 1 - observed / expected
}
