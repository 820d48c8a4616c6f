/**
 * Precision and recall (Kynkäänniemi et al. 2019, arXiv 1904.06991), density and coverage (Naeem et al. 2020, arXiv 2002.09797): around every
 * image a ball that reaches to its k-th nearest neighbour among its own kind; the balls of one kind are where that kind lives.
 *
 * - precision: share of synthetic images inside a real image's ball: do they look real?
 * - recall: share of real images inside a synthetic image's ball: is all that is real also made?
 * - density: in how many real balls a synthetic image lies, divided by k: about 1 for real images, more where real images crowd.
 * - coverage: share of real images whose ball holds a synthetic image.
 *
 * As the `prdc` package computes them: strictly inside, Euclidean distances.
 */
import { bootstrapInterval, type Clustering, type Interval, shareInterval, weightedMean } from './clusters.ts'
import { type Features, squaredDistance } from './features.ts'

/** The neighbour that a ball reaches to, as in prdc's examples. */
export const NEIGHBOURS = 5

export interface Share extends Interval {
  readonly value: number
}

export interface Manifold {
  readonly precision: number
  readonly recall: number
  readonly density: number
  readonly coverage: number
}

/** What each image adds to the four means. */
interface Counts {
  /** By synthetic image: real balls that it lies in. */
  readonly realBalls: Float64Array
  /** By real image: 1 where it lies in a synthetic image's ball, and where a synthetic image lies in its own. */
  readonly reached: Float64Array
  readonly covered: Float64Array
}

/** Null where a kind has not more than `NEIGHBOURS` images. O((r + s)^2 width). */
function counts(real: Features, synthetic: Features, k: number): Counts | null {
  if (real.rows <= k || synthetic.rows <= k) return null
  const realRadii = radii(real, k)
  const syntheticRadii = radii(synthetic, k)
  const realBalls = new Float64Array(synthetic.rows)
  const reached = new Float64Array(real.rows)
  const covered = new Float64Array(real.rows)
  for (let r = 0; r < real.rows; r++) {
    for (let s = 0; s < synthetic.rows; s++) {
      const distance = squaredDistance(real, r, synthetic, s)
      if (distance < realRadii[r]!) {
        realBalls[s]!++
        covered[r] = 1
      }
      if (distance < syntheticRadii[s]!) reached[r] = 1
    }
  }
  return { realBalls, reached, covered }
}

/** The four values; null where a kind has not more than `k` images. */
export function manifold(real: Features, synthetic: Features, k = NEIGHBOURS): Manifold | null {
  const found = counts(real, synthetic, k)
  if (found === null) return null
  const { realBalls, reached, covered } = found
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    precision: mean(realBalls.map(n => (n > 0 ? 1 : 0))),
    recall: mean(reached),
    density: mean(realBalls) / k,
    coverage: mean(covered),
  }
}

/**
 * The four with 95 % intervals over clusters of the images that are averaged, the balls of the other kind staying as they are: how far the
 * value would move with other images of these kinds, not with other balls. Null as `manifold`.
 */
export function manifoldIntervals(
  real: Features,
  synthetic: Features,
  clusters: { readonly real: Clustering; readonly synthetic: Clustering },
  seed: readonly (string | number)[],
  k = NEIGHBOURS,
): Readonly<Record<keyof Manifold, Share | null>> {
  const found = counts(real, synthetic, k)
  if (found === null) return { precision: null, recall: null, density: null, coverage: null }
  const { realBalls, reached, covered } = found
  const inside = realBalls.map(n => (n > 0 ? 1 : 0))
  const depth = realBalls.map(n => n / k)
  const density = weightedMean(depth, new Float64Array(depth.length).fill(1))
  const densityInterval = bootstrapInterval(clusters.synthetic, draws => weightedMean(depth, draws), [...seed, 'density'])
  return {
    precision: shareInterval(inside, clusters.synthetic, [...seed, 'precision']),
    recall: shareInterval(reached, clusters.real, [...seed, 'recall']),
    density: density === null || densityInterval === null ? null : { value: density, ...densityInterval },
    coverage: shareInterval(covered, clusters.real, [...seed, 'coverage']),
  }
}

/** Squared distance of each row to its k-th nearest other row. */
function radii(features: Features, k: number): Float64Array {
  const nearest = new Float64Array(features.rows * k).fill(Number.POSITIVE_INFINITY) // each row's k least, ascending
  const offer = (row: number, distance: number): void => {
    let at = row * k + k - 1
    if (distance >= nearest[at]!) return
    for (; at > row * k && nearest[at - 1]! > distance; at--) nearest[at] = nearest[at - 1]!
    nearest[at] = distance
  }
  for (let a = 0; a < features.rows; a++) {
    for (let b = a + 1; b < features.rows; b++) {
      const distance = squaredDistance(features, a, features, b)
      offer(a, distance)
      offer(b, distance)
    }
  }
  return Float64Array.from({ length: features.rows }, (_, row) => nearest[row * k + k - 1]!)
}
