import { walshSums } from './hodgesLehmann.ts'
import { normalQuantile } from './normal.ts'

/** Chance of seeing a difference that is there. */
const POWER = 0.8

/**
 * Pairs that the signed-rank test needs to see a difference of a size, and the smallest size that a number of pairs sees, with a chance of
 * 80 %.
 *
 * Noether 1987 (doi 10.1080/01621459.1987.10478478): n = (z(1 - alpha/2) + z(0.8))^2 / (3 (P - 1/2)^2), P being the chance that the mean of
 * two differences lies above zero. P is taken from the pairs observed: the share of their Walsh averages, centred on zero by the Hodges-Lehmann
 * estimate, that a shift by the size lifts above zero. So it holds as far as later runs spread as these do.
 */
export interface PowerQuestion {
  /** Of pairedDifferences. Infinite ones (diverged runs) stay infinite however they are shifted. */
  readonly differences: Float64Array
  /** Two-sided; for a family of m tests the worst case of Holm's correction, 0.05 / m. */
  readonly alpha: number
}

/**
 * Pairs needed to see a difference of `size` (its sign does not matter; in the differences' unit). Never fewer than {@link fewestPairs}. Null
 * where the size is 0, or the spread too great for any number.
 */
export function pairsNeeded({ differences, alpha }: PowerQuestion, size: number): number | null {
  const centred = centredWalshSums(differences)
  if (centred.length === 0 || size === 0) return null
  const shift = 2 * Math.abs(size)
  const above = centred.reduce((count, sum) => count + (sum + shift > 0 ? 1 : sum + shift === 0 ? 0.5 : 0), 0)
  const lead = above / centred.length - 0.5
  if (lead <= 0) return null
  return Math.max(fewestPairs(alpha), Math.ceil(reach(alpha) ** 2 / (3 * lead ** 2)))
}

/** The smallest difference that so many pairs see; null where they see none, however great. */
export function smallestSeen({ differences, alpha }: PowerQuestion, pairs: number): number | null {
  const centred = centredWalshSums(differences)
  const lead = reach(alpha) / Math.sqrt(3 * pairs)
  if (centred.length === 0 || lead >= 0.5 || pairs < fewestPairs(alpha)) return null
  // A shift s lifts the sums above -2 s: the share 1/2 + lead must be.
  const lifted = Math.ceil((0.5 + lead) * centred.length)
  const size = -centred[centred.length - lifted]! / 2
  return Number.isFinite(size) ? Math.max(size, 0) : null
}

/** The fewest pairs whose smallest p, {@link smallestP}, is below `alpha`. */
export function fewestPairs(alpha: number): number {
  return Math.floor(1 - Math.log2(alpha)) + 1
}

/** The smallest two-sided p that so many pairs can have: all differences on one side. */
export function smallestP(pairs: number): number {
  return pairs === 0 ? 1 : Math.min(1, 2 ** (1 - pairs))
}

function reach(alpha: number): number {
  return normalQuantile(1 - alpha / 2) + normalQuantile(POWER)
}

/** Twice the Walsh averages of pairs i < j, which are two different runs, less twice their median; ascending. */
function centredWalshSums(differences: Float64Array): Float64Array {
  const sums = walshSums(differences, 1)
  const middle = sums[sums.length >> 1] ?? 0
  return Number.isFinite(middle) ? sums.map(sum => sum - middle) : new Float64Array(0)
}
