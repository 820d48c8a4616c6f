/** Pairs of images that are the same or nearly so, and the clusters they form. */
import { setImmediate } from 'node:timers/promises'
import type { DatasetImage } from './dataset.ts'
import { likeness, mayBeNear, NEAR, type SmallVersions } from './similarity.ts'

/** Two images, by position, a < b. */
export interface AlikePair {
  readonly a: number
  readonly b: number
  /** 1 for files of the same content. */
  readonly likeness: number
  /** The files are the same byte for byte. */
  readonly exact: boolean
}

export interface SearchOptions {
  /** Called now and then with how many images have been compared with all later ones. */
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

/** Images compared with all others between two breaths. */
const STRETCH = 64

/**
 * Calls `found` for every pair of images with the same content, or whose correlation (`likeness`) is `threshold` or more, in order of a, then b.
 * Pairs whose perceptual hashes are far apart are not correlated. Rejects with the signal's reason.
 */
export async function alikePairs(
  images: readonly Pick<DatasetImage, 'sha256'>[],
  versions: SmallVersions,
  found: (pair: AlikePair) => void,
  { onProgress, signal }: SearchOptions = {},
  threshold = NEAR,
): Promise<void> {
  for (let a = 0; a < images.length; a++) {
    const { sha256 } = images[a]!
    for (let b = a + 1; b < images.length; b++) {
      if (images[b]!.sha256 === sha256) found({ a, b, likeness: 1, exact: true })
      else if (mayBeNear(versions, a, b)) {
        const value = likeness(versions, a, b)
        if (value >= threshold) found({ a, b, likeness: Math.min(value, 1), exact: false })
      }
    }
    if (a % STRETCH === 0) {
      onProgress?.(a, images.length)
      await setImmediate()
      signal?.throwIfAborted()
    }
  }
  onProgress?.(images.length, images.length)
}

/** Clusters of images that pairs join, directly or by others between them. */
export class Clusters {
  readonly #parents: Int32Array

  constructor(count: number) {
    this.#parents = Int32Array.from({ length: count }, (_, i) => i)
  }

  join(a: number, b: number): void {
    const [low, high] = [this.of(a), this.of(b)].sort((x, y) => x - y)
    this.#parents[high!] = low!
  }

  /** The first image of an image's cluster. */
  of(image: number): number {
    let at = image
    while (this.#parents[at] !== at) {
      this.#parents[at] = this.#parents[this.#parents[at]!]!
      at = this.#parents[at]!
    }
    return at
  }
}

/**
 * The group of every image, by position, from near duplicates: the smallest SHA-256 of its cluster, so that it does not depend on the order of
 * images.
 */
export async function duplicateGroups(
  images: readonly Pick<DatasetImage, 'sha256'>[],
  versions: SmallVersions,
  options: SearchOptions = {},
): Promise<readonly string[]> {
  const clusters = new Clusters(images.length)
  await alikePairs(images, versions, ({ a, b }) => clusters.join(a, b), options)
  return clusterNames(images, clusters)
}

/** As `duplicateGroups`, of clusters that are found already. */
export function clusterNames(images: readonly Pick<DatasetImage, 'sha256'>[], clusters: Clusters): readonly string[] {
  const names = new Map<number, string>()
  for (const [i, { sha256 }] of images.entries()) {
    const cluster = clusters.of(i)
    const name = names.get(cluster)
    if (name === undefined || sha256 < name) names.set(cluster, sha256)
  }
  return images.map((_, i) => names.get(clusters.of(i))!)
}
