/**
 * The kernel distance of two clouds of images: the unbiased estimate of the squared maximum mean discrepancy with the kernel
 * (x.y / width + 1)^3 (Binkowski et al. 2018, arXiv 1801.01401), over all images rather than subsets of them. They call it KID on the features
 * of an Inception network; here the features are others, so values compare only with values in the same feature space. 0 means alike; an unbiased
 * estimate of 0 is often a little negative.
 */
import type { Clustering, Interval } from './clusters.ts'
import type { Features } from './features.ts'

export interface KernelDistance extends Interval {
  readonly value: number
}

/**
 * With a 95 % interval: the value +- 1.96 standard errors of the jackknife that leaves out one cluster at a time, real and synthetic images of it
 * together. Null where a kind has fewer than two images, or would without some cluster, or there are fewer than two clusters.
 *
 * @param clusters of the real rows, then of the synthetic ones
 */
export function kernelDistance(real: Features, synthetic: Features, clusters: Clustering): KernelDistance | null {
  const sums = kernelSums(real, synthetic, clusters)
  const value = estimate(sums.all, real.rows, synthetic.rows)
  if (value === null || clusters.count < 2) return null
  const without: number[] = []
  for (let c = 0; c < clusters.count; c++) {
    const left = { rr: sums.all.rr - sums.rr[c]!, ss: sums.all.ss - sums.ss[c]!, rs: sums.all.rs - sums.rs[c]! }
    const one = estimate(left, real.rows - sums.real[c]!, synthetic.rows - sums.synthetic[c]!)
    if (one === null) return null
    without.push(one)
  }
  const mean = without.reduce((sum, one) => sum + one, 0) / without.length
  const spread = without.reduce((sum, one) => sum + (one - mean) ** 2, 0)
  const error = Math.sqrt(((without.length - 1) / without.length) * spread)
  return { value, low: value - 1.96 * error, high: value + 1.96 * error }
}

/** Sums of the kernel over pairs: of two real images, of two synthetic ones, and of one of each. Each pair once. */
interface PairSums {
  rr: number
  ss: number
  rs: number
}

function estimate({ rr, ss, rs }: PairSums, r: number, s: number): number | null {
  if (r < 2 || s < 2) return null
  return (2 * rr) / (r * (r - 1)) + (2 * ss) / (s * (s - 1)) - (2 * rs) / (r * s)
}

/** Over all pairs, and by cluster over the pairs that a cluster has a part in: what leaving it out takes away; with the images of each. */
function kernelSums(real: Features, synthetic: Features, { of, count }: Clustering) {
  const all: PairSums = { rr: 0, ss: 0, rs: 0 }
  const [rr, ss, rs] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)]
  const images = [new Float64Array(count), new Float64Array(count)] as const
  const add = (byCluster: Float64Array, i: number, j: number, value: number): void => {
    const [a, b] = [of[i]!, of[j]!]
    byCluster[a]! += value
    if (a !== b) byCluster[b]! += value
  }
  for (let i = 0; i < real.rows; i++) {
    images[0][of[i]!]!++
    for (let j = i + 1; j < real.rows; j++) {
      const value = kernel(real, i, real, j)
      all.rr += value
      add(rr, i, j, value)
    }
    for (let j = 0; j < synthetic.rows; j++) {
      const value = kernel(real, i, synthetic, j)
      all.rs += value
      add(rs, i, real.rows + j, value)
    }
  }
  for (let i = 0; i < synthetic.rows; i++) {
    images[1][of[real.rows + i]!]!++
    for (let j = i + 1; j < synthetic.rows; j++) {
      const value = kernel(synthetic, i, synthetic, j)
      all.ss += value
      add(ss, real.rows + i, real.rows + j, value)
    }
  }
  return { all, rr, ss, rs, real: images[0], synthetic: images[1] }
}

function kernel(a: Features, row: number, b: Features, other: number): number {
  const { width } = a
  let product = 0
  for (let c = 0, p = row * width, q = other * width; c < width; c++, p++, q++) product += a.values[p]! * b.values[q]!
  return (product / width + 1) ** 3
}
