/** Does a classifier that learned from real images see in synthetic ones the class that they carry? */
import { bootstrapInterval, clustering, type Interval, weightedMean } from './clusters.ts'

export interface Agreement extends Interval {
  readonly images: number
  /** Share whose predicted class is their label. */
  readonly share: number
}

/** With a 95 % interval over clusters; null without images, or where all are of one cluster. */
export function agreement(
  predicted: ArrayLike<number>,
  labels: ArrayLike<number>,
  clusterNames: readonly string[],
  seed: readonly (string | number)[],
): Agreement | null {
  const right = Float64Array.from(labels, (label, i) => (predicted[i] === label ? 1 : 0))
  const share = weightedMean(right, new Float64Array(right.length).fill(1))
  const interval = bootstrapInterval(clustering(clusterNames), draws => weightedMean(right, draws), [...seed, 'agreement'])
  return share === null || interval === null ? null : { images: right.length, share, ...interval }
}
