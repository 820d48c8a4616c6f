/** Every synthetic image beside its nearest real ones: copies, and images nearer to a validation image than to what they were made from. */
import { setImmediate } from 'node:timers/promises'
import type { Likenesses, Nearest, Neighbours } from './likenesses.ts'
import { copyThreshold, isCopy } from './memorisation.ts'

export const MEASURES = ['correlation', 'ssim'] as const
export type Measure = (typeof MEASURES)[number]
export type ByMeasure<T> = Readonly<Record<Measure, T>>

/** A synthetic image's nearest real images, as places among the images compared. */
export interface NearestOfImage {
  readonly train: Neighbours | null
  readonly validation: Neighbours | null
  /** Of its parents, those that are there; null without any. */
  readonly parents: Neighbours | null
  /** Training images that it is so near to, in either measure, that it counts as a copy. */
  readonly copies: readonly number[]
  /** Null where the parents are unknown or there is no validation image. */
  readonly nearerToValidation: ByMeasure<boolean> | null
}

export interface NearestFound {
  readonly thresholds: ByMeasure<number | null>
  /** In the order of `synthetic`. */
  readonly images: readonly NearestOfImage[]
}

/** Places of the images compared. */
export interface NearestQuestion {
  readonly train: readonly number[]
  readonly validation: readonly number[]
  readonly synthetic: readonly { readonly place: number; readonly parents: readonly number[] }[]
}

export interface ScanOptions {
  /** Called now and then with how many images have been looked at. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Images looked at between two breaths. */
const STRETCH = 16

/**
 * Thresholds come from each training image's nearest other one of other pixels. Time grows with training images times all images. Rejects with the
 * signal's reason.
 */
export async function findNearest(
  likenesses: Likenesses,
  { train, validation, synthetic }: NearestQuestion,
  { onProgress, signal }: ScanOptions = {},
): Promise<NearestFound> {
  const total = train.length + synthetic.length
  const breathe = async (done: number): Promise<void> => {
    if (done % STRETCH !== 0 && done !== total) return
    onProgress?.(done, total)
    await setImmediate()
    signal?.throwIfAborted()
  }
  const real: Neighbours[] = []
  for (const [n, place] of train.entries()) {
    const found = likenesses.nearest(place, train, { skipEqual: true })
    if (found !== null) real.push(found)
    await breathe(n)
  }
  const thresholds = byMeasure(measure => copyThreshold(real.map(found => found[measure].likeness)))
  const images: NearestOfImage[] = []
  for (const [n, { place, parents }] of synthetic.entries()) {
    const found = {
      train: likenesses.nearest(place, train),
      validation: likenesses.nearest(place, validation),
      parents: likenesses.nearest(place, parents),
    }
    const copies = MEASURES.flatMap(measure => {
      const near = found.train?.[measure]
      return near !== undefined && isCopy(near.likeness, thresholds[measure]) ? near.place : []
    })
    images.push({ ...found, copies, nearerToValidation: nearer(found.validation, found.parents) })
    await breathe(train.length + n + 1)
  }
  return { thresholds, images }
}

export function byMeasure<T>(value: (measure: Measure) => T): ByMeasure<T> {
  return { correlation: value('correlation'), ssim: value('ssim') }
}

function nearer(validation: ByMeasure<Nearest> | null, parents: ByMeasure<Nearest> | null): ByMeasure<boolean> | null {
  if (validation === null || parents === null) return null
  return byMeasure(measure => validation[measure].likeness > parents[measure].likeness)
}
