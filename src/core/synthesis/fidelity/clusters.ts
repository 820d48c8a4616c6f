/**
 * Images that hang together are drawn together: slices of one subject, and the variations made of them. Intervals resample these clusters, and
 * the detector's folds keep them whole, or they would be too narrow and it too good.
 */
import { randomStream } from '../../shared/random.ts'

export interface Interval {
  readonly low: number
  readonly high: number
}

/** Clusters as numbers from 0, in order of first appearance. */
export interface Clustering {
  readonly of: Int32Array
  readonly count: number
}

export function clustering(names: readonly string[]): Clustering {
  const numbers = new Map<string, number>()
  for (const name of names) if (!numbers.has(name)) numbers.set(name, numbers.size)
  return { of: Int32Array.from(names, name => numbers.get(name)!), count: numbers.size }
}

/** Resamples of an interval. */
const RESAMPLES = 1000

/**
 * 95 % percentile interval of a statistic over clusters drawn with replacement, as many as there are. `statistic` is given how often each image
 * was drawn; resamples for which it is null (a kind of image was not drawn at all) are left out. Null below two clusters or where half are
 * left out.
 *
 * @param seed names the draws
 */
export function bootstrapInterval(
  { of, count }: Clustering,
  statistic: (draws: Float64Array) => number | null,
  seed: readonly (string | number)[],
): Interval | null {
  if (count < 2) return null
  const random = randomStream(...seed)
  const draws = new Float64Array(of.length)
  const times = new Float64Array(count)
  const found: number[] = []
  for (let n = 0; n < RESAMPLES; n++) {
    times.fill(0)
    for (let i = 0; i < count; i++) times[Math.floor(random.uniform() * count)]!++
    for (let i = 0; i < of.length; i++) draws[i] = times[of[i]!]!
    const value = statistic(draws)
    if (value !== null) found.push(value)
  }
  if (found.length < RESAMPLES / 2) return null
  found.sort((a, b) => a - b)
  return { low: quantile(found, 0.025), high: quantile(found, 0.975) }
}

/**
 * 95 % interval of the share of images for which something holds (1, else 0): of the bootstrap; where it holds for all or for none, which no resample
 * changes, the exact binomial one (Clopper and Pearson 1934) with as many trials as there are clusters. Null as `bootstrapInterval`.
 */
export function shareInterval(
  holds: ArrayLike<number>,
  clusters: Clustering,
  seed: readonly (string | number)[],
): (Interval & { readonly value: number }) | null {
  const value = weightedMean(holds, new Float64Array(holds.length).fill(1))
  if (value === null || clusters.count < 2) return null
  const rare = 0.025 ** (1 / clusters.count)
  if (value === 0) return { value, low: 0, high: 1 - rare }
  if (value === 1) return { value, low: rare, high: 1 }
  const interval = bootstrapInterval(clusters, draws => weightedMean(holds, draws), seed)
  return interval && { value, ...interval }
}

/** The mean of values by how often each counts; null where none does. */
export function weightedMean(values: ArrayLike<number>, weights: ArrayLike<number>): number | null {
  let sum = 0
  let total = 0
  for (let i = 0; i < values.length; i++) {
    sum += weights[i]! * values[i]!
    total += weights[i]!
  }
  return total === 0 ? null : sum / total
}

/** Of ascending values, interpolated as NumPy does by default. */
function quantile(ascending: readonly number[], share: number): number {
  const at = share * (ascending.length - 1)
  const below = ascending[Math.floor(at)]!
  return below + (ascending[Math.ceil(at)]! - below) * (at - Math.floor(at))
}
