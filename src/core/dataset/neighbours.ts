/** What copying the label of the most similar training image achieves: how much a validation part gives away. */
import { setImmediate } from 'node:timers/promises'
import type { DatasetImage } from './dataset.ts'
import { groupOf } from './groupedSplit.ts'
import { type SmallVersions, TINY } from './similarity.ts'

const PIXELS = TINY * TINY
/** Validation images compared with all training images between two breaths. */
const BLOCK = 32

export interface NeighbourScore {
  /** Share of validation images whose most similar training image has their class; null without one of either. */
  readonly accuracy: number | null
  /** Share of them whose most similar training image is of their own group. */
  readonly sameGroup: number | null
}

/**
 * One nearest neighbour by the correlation of grey levels at 16x16, of each validation image among the training images; of equal ones the first.
 * (On standardised images the highest correlation is the shortest Euclidean distance: scikit-learn's KNeighborsClassifier with one neighbour.) An
 * image without contrast correlates by 0 with all.
 */
export async function nearestNeighbours(
  images: readonly Pick<DatasetImage, 'part' | 'label' | 'group' | 'sha256'>[],
  versions: SmallVersions,
  signal?: AbortSignal,
): Promise<NeighbourScore> {
  const places = (part: string): number[] => [...images.keys()].filter(i => images[i]!.part === part)
  const train = places('train')
  const validation = places('validation')
  if (train.length === 0 || validation.length === 0) return { accuracy: null, sameGroup: null }
  const known = standardised(versions, train)
  const asked = standardised(versions, validation)
  let right = 0
  let related = 0
  for (const [v, place] of validation.entries()) {
    const nearest = images[train[nearestRow(asked, v, known, train.length)]!]!
    if (nearest.label === images[place]!.label) right++
    if (groupOf(nearest) === groupOf(images[place]!)) related++
    if (v % BLOCK === 0) {
      await setImmediate()
      signal?.throwIfAborted()
    }
  }
  return { accuracy: right / validation.length, sameGroup: related / validation.length }
}

/** `[rows, 256]`: mean 0, length 1; zeros without contrast. */
function standardised({ tiny }: SmallVersions, places: readonly number[]): Float64Array {
  const rows = new Float64Array(places.length * PIXELS)
  for (const [row, place] of places.entries()) {
    const pixels = tiny.subarray(place * PIXELS, (place + 1) * PIXELS)
    const mean = pixels.reduce((sum, value) => sum + value, 0) / PIXELS
    const length = Math.sqrt(pixels.reduce((sum, value) => sum + (value - mean) ** 2, 0))
    if (length > 0) for (let k = 0; k < PIXELS; k++) rows[row * PIXELS + k] = (pixels[k]! - mean) / length
  }
  return rows
}

function nearestRow(asked: Float64Array, row: number, known: Float64Array, count: number): number {
  const from = row * PIXELS
  let best = 0
  let most = Number.NEGATIVE_INFINITY
  for (let other = 0, at = 0; other < count; other++, at += PIXELS) {
    let a = 0
    let b = 0
    for (let k = 0; k < PIXELS; k += 2) {
      a += asked[from + k]! * known[at + k]!
      b += asked[from + k + 1]! * known[at + k + 1]!
    }
    if (a + b > most) {
      most = a + b
      best = other
    }
  }
  return best
}
