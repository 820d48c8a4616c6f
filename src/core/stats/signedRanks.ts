import { normalCdf } from './normal.ts'

/**
 * The signed-rank test of paired differences with Pratt's ranks: zeros are ranked with the others, then dropped; equal sizes share
 * mid-ranks. Wilcoxon 1945; Pratt 1959, doi 10.1080/01621459.1959.10501526.
 *
 * The null distribution is that of all 2^m signings of the m ranks, each as probable as any other: exact whatever ties and zeros there are, up to
 * {@link EXACT_PAIRS} pairs. Beyond, it is the normal distribution of the same mean and variance, without continuity correction. R's
 * `coin::wilcoxsign_test(zero.method = 'Pratt')` with distribution 'exact' and 'asymptotic'.
 */
export interface SignedRanks {
  /** Sum of the ranks of positive differences. */
  readonly positive: number
  readonly negative: number
  /** Two-sided, above 0, at most 1; 1 where all differences are zero or there are none. */
  readonly p: number
  /** Matched-pairs rank-biserial correlation (Kerby 2014): (positive - negative) / (positive + negative), -1 to 1; null where all are zero. */
  readonly rankBiserial: number | null
}

/** Up to so many pairs p is exact. */
export const EXACT_PAIRS = 60

/** Null distributions by their ranks: those of one set of differences, shifted, are few. */
export type NullDistributions = Map<string, Float64Array>

/**
 * Tests whether the differences are symmetric about `center2 / 2`, by default 0. Twice the centre is given because it is then the sum of
 * two differences, which is exact.
 *
 * @param differences of {@link pairedDifferences}; infinite ones are greater than any number, +Infinity and -Infinity are of one size.
 */
export function signedRanks(differences: ArrayLike<number>, center2 = 0, known: NullDistributions = new Map()): SignedRanks {
  const n = differences.length
  const ranks2 = [] // twice the mid-ranks, which are whole numbers, of differences that are not zero
  let positive2 = 0
  for (let i = 0; i < n; i++) {
    const d = differences[i]!
    const side = sign(2 * d - center2)
    if (side === 0) continue
    let [less, equal] = [0, 0]
    for (let j = 0; j < n; j++) {
      // |d - c| against |e - c|: the sign of (d - e)(d + e - 2c), whose factors have no rounding that changes it
      const e = differences[j]!
      const order = sign(d - e) * sign(d + e - center2)
      if (order > 0) less++
      else if (order === 0) equal++
    }
    const rank2 = 2 * less + equal + 1
    ranks2.push(rank2)
    if (side > 0) positive2 += rank2
  }
  const total2 = ranks2.reduce((sum, rank2) => sum + rank2, 0)
  return {
    positive: positive2 / 2,
    negative: (total2 - positive2) / 2,
    p:
      ranks2.length === 0
        ? 1
        : n <= EXACT_PAIRS
          ? exact(ranks2, positive2, total2, known)
          : normal(ranks2, positive2, total2),
    rankBiserial: total2 === 0 ? null : (2 * positive2 - total2) / total2,
  }
}

/** P(|T - mean| >= |t - mean|) over all signings, T being the sum of the positive ranks. */
function exact(ranks2: number[], positive2: number, total2: number, known: NullDistributions): number {
  const lower = Math.min(positive2, total2 - positive2)
  if (2 * lower === total2) return 1
  const key = ranks2.sort((a, b) => a - b).join()
  let below = known.get(key)
  if (below === undefined) {
    below = cumulative(ranks2, total2)
    known.set(key, below)
  }
  return Math.min(1, 2 * below[lower]!) // the distribution is symmetric
}

/** P(T <= t) for t from 0 to half the total: one pass a rank, adding its signings to those before. O(m total). */
function cumulative(ranks2: readonly number[], total2: number): Float64Array {
  const half = total2 >> 1
  const chances = new Float64Array(half + 1)
  chances[0] = 1
  let reached = 0
  for (const rank2 of ranks2) {
    reached = Math.min(reached + rank2, half)
    for (let t = reached; t >= rank2; t--) chances[t] = (chances[t]! + chances[t - rank2]!) / 2
    for (let t = Math.min(rank2 - 1, reached); t >= 0; t--) chances[t]! /= 2
  }
  for (let t = 1; t <= half; t++) chances[t]! += chances[t - 1]!
  return chances
}

function normal(ranks2: readonly number[], positive2: number, total2: number): number {
  const squares = ranks2.reduce((sum, rank2) => sum + rank2 * rank2, 0)
  return Math.min(1, 2 * normalCdf(-Math.abs(2 * positive2 - total2) / Math.sqrt(squares)))
}

/** -1, 0 or 1; 0 for the difference of two infinities. */
function sign(value: number): number {
  return value > 0 ? 1 : value < 0 ? -1 : 0
}
