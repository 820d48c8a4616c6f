import { ascending } from './ascending.ts'

/** An interval of the median between two of the values themselves. */
export interface MedianInterval {
  readonly low: number
  readonly high: number
  /** Exact probability that such an interval covers the median of a continuous distribution; at least the level asked for. */
  readonly coverage: number
  /** `low` is the value of this rank from below, `high` of this rank from above; from 1. */
  readonly rank: number
}

/**
 * Distribution-free interval of the median by order statistics: the greatest rank r for which
 * 1 - 2 P(Binomial(n, 1/2) < r) is at least `level`. n = 20 gives the 6th and 15th values (95.9 %), n = 10 the 2nd and 9th
 * (97.9 %). Thompson 1936, doi 10.1214/aoms/1177732502; the same interval as SciPy's `quantile_test(p=0.5)`.
 *
 * @param level confidence, between 0 and 1.
 * @param nanAs what a NaN counts as (see {@link ascending}); a bound may so be infinite.
 * @returns null where even the extremes do not reach the level: below 6 values for 0.95.
 * @throws RangeError where `level` is not between 0 and 1.
 */
export function medianInterval(values: ArrayLike<number>, level = 0.95, nanAs = Infinity): MedianInterval | null {
  if (!(level > 0 && level < 1)) throw new RangeError(`${level} is no confidence level: give one between 0 and 1`)
  const found = rankAndCoverage(values.length, level)
  if (found === null) return null
  const sorted = ascending(values, nanAs)
  return { low: sorted[found.rank - 1]!, high: sorted[sorted.length - found.rank]!, ...found }
}

function rankAndCoverage(n: number, level: number): { rank: number; coverage: number } | null {
  let found: { rank: number; coverage: number } | null = null
  let logTerm = -n * Math.LN2 // ln P(Binomial(n, 1/2) = rank - 1); by logarithms, as 2^-n underflows beyond n = 1074
  let below = 0
  for (let rank = 1; rank <= n / 2; rank++) {
    below += Math.exp(logTerm)
    const coverage = 1 - 2 * below
    if (coverage < level) break
    found = { rank, coverage }
    logTerm += Math.log((n - rank + 1) / rank)
  }
  return found
}
