import { midRanks } from './midRanks.ts'

/**
 * Spearman's rank correlation, -1 to 1: Pearson's of the mid-ranks, as SciPy's `spearmanr`. Null where one of the two is constant, or there are
 * fewer than 2 values. O(n log n).
 *
 * @throws RangeError for lengths that differ, or NaN.
 */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  if (a.length !== b.length) throw new RangeError(`${a.length} values beside ${b.length}`)
  const [ranksA, ranksB] = [midRanks(a), midRanks(b)]
  const mean = (a.length + 1) / 2
  let [both, squareA, squareB] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    const x = ranksA[i]! - mean
    const y = ranksB[i]! - mean
    both += x * y
    squareA += x * x
    squareB += y * y
  }
  return squareA === 0 || squareB === 0 ? null : both / Math.sqrt(squareA * squareB)
}
