import { EXACT_PAIRS, type NullDistributions, signedRanks } from './signedRanks.ts'

export interface HodgesLehmann {
  /** Median of the Walsh averages (d_i + d_j) / 2, i <= j. In the differences' unit; infinite where most pairs diverged on one side. */
  readonly estimate: number
  /** Every centre that the test does not reject lies between the two; null where it rejects none, as below 6 pairs at 95 %. */
  readonly interval: { readonly low: number; readonly high: number } | null
}

/**
 * Hodges-Lehmann estimate of the centre of paired differences, and the interval that inverts {@link signedRanks}, the same exact test: from
 * the least to the greatest centre whose p is above 1 - level. Hodges and Lehmann 1963, doi 10.1214/aoms/1177704172; without ties and zeros R's
 * `wilcox.test(paired = TRUE, conf.int = TRUE)`.
 *
 * The test's p changes only at Walsh averages. It is asked at each and between neighbours, from both ends, because with ties it need not fall
 * evenly; beyond {@link EXACT_PAIRS} pairs, where p is that of the normal distribution, by halving.
 *
 * @param differences of pairedDifferences: on a grid, so that their sums are exact. Null without any.
 * @param level confidence, between 0 and 1.
 */
export function hodgesLehmann(differences: Float64Array, level = 0.95): HodgesLehmann | null {
  if (!(level > 0 && level < 1)) throw new RangeError(`${level} is no confidence level: give one between 0 and 1`)
  if (differences.length === 0) return null
  const sums = walshSums(differences)
  const alpha = 1 - level
  const low = lowerEnd(differences, sums, alpha) / 2
  const high = -lowerEnd(negated(differences), negated(sums).reverse(), alpha) / 2 + 0 // + 0: no -0
  const open = low === Number.NEGATIVE_INFINITY && high === Number.POSITIVE_INFINITY
  return { estimate: middle(sums) / 2, interval: open ? null : { low, high } }
}

/** The estimate of {@link hodgesLehmann} without its interval, which costs more; null without any differences. */
export function hodgesLehmannEstimate(differences: Float64Array): number | null {
  return differences.length === 0 ? null : middle(walshSums(differences)) / 2
}

/**
 * d_i + d_j of all i <= j, or with `apart` 1 of i < j, ascending: twice the Walsh averages. The sum of +Infinity and -Infinity is on neither side of any centre and left out; where
 * nothing else is left, it is 0.
 */
export function walshSums(differences: ArrayLike<number>, apart: 0 | 1 = 0): Float64Array {
  const sums = []
  for (let i = 0; i < differences.length; i++) {
    for (let j = i + apart; j < differences.length; j++) {
      const sum = differences[i]! + differences[j]!
      if (!Number.isNaN(sum)) sums.push(sum)
    }
  }
  return Float64Array.from(sums).sort()
}

function middle(sorted: Float64Array): number {
  const upper = sorted[sorted.length >> 1]!
  const lower = sorted[(sorted.length - 1) >> 1]!
  if (lower === upper) return upper
  const mean = (lower + upper) / 2
  return Number.isNaN(mean) ? 0 : mean
}

function negated(values: Float64Array): Float64Array {
  return values.map(value => -value)
}

/** Twice the least centre that is not rejected, as {@link hodgesLehmann} looks for it, from below. */
function lowerEnd(differences: Float64Array, sums: Float64Array, alpha: number): number {
  const points = [...new Set(sums)].filter(Number.isFinite)
  const known: NullDistributions = new Map()
  /** Whether the search ends here: accepted, or (rejecting on one side turned into rejecting on the other) passed by. */
  const ends = (sum: number): boolean => {
    const { p, positive, negative } = signedRanks(differences, sum, known)
    return p > alpha || positive <= negative
  }
  const [first = 0] = points
  const last = points.at(-1) ?? 0
  // Beyond all Walsh averages nothing changes any more.
  if (ends(first - 1 - Math.abs(first))) return Number.NEGATIVE_INFINITY
  const endsAt = (k: number): boolean => {
    const point = points[k]!
    const next = points[k + 1] ?? last + 1 + Math.abs(last)
    return ends(point) || ends(point + (next - point) / 2)
  }
  const k = differences.length <= EXACT_PAIRS ? firstOf(points.length, endsAt) : bisected(points.length, endsAt)
  return points[k] ?? Number.POSITIVE_INFINITY // most differences are infinite: no finite centre fits
}

/** The first k below n of which `holds` is true, else n. */
function firstOf(n: number, holds: (k: number) => boolean): number {
  for (let k = 0; k < n; k++) if (holds(k)) return k
  return n
}

/** The same where, once true, it stays true: in log n steps. */
function bisected(n: number, holds: (k: number) => boolean): number {
  let [low, high] = [0, n]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
