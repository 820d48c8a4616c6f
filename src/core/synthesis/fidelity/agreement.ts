/** Does a classifier that learned from real images see in synthetic ones the class that they carry? */
import { clustering, type Interval, shareInterval } from './clusters.ts'

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
  const found = shareInterval(right, clustering(clusterNames), [...seed, 'agreement'])
  if (found === null) return null
  const { value: share, low, high } = found
  return { images: right.length, share, low, high }
}
