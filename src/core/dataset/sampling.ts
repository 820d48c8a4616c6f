/**
 * Which images a run trains on, and in which order. Everything comes from (seed, run index) and never from the cell, so that run i of every
 * cell is paired: 80/0 lies inside 100/0; 100/20 and 80/20 hold the same synthetic images; a control duplicates exactly their sources.
 */
import { LabError } from '../shared/errors.ts'
import { hashOf } from '../shared/random.ts'
import type { DatasetImage } from './dataset.ts'
import { shareOf } from './share.ts'

/** How one class is mixed: fractions of its own count in the training part, from 0 on; `real` at most 1. */
export interface ClassMix {
  readonly real: number
  readonly synthetic: number
}

/** A place in the training set for a synthetic image (or, in a control, for a duplicate of its source). */
export interface SyntheticPlace {
  readonly source: DatasetImage
  /** Which image made from this source, from 1. */
  readonly variation: number
  /** `SOURCE-ID` + `s` + variation: a bank image and a control's duplicate of one source share it, and so place and draws. */
  readonly id: string
}

/** The training images of one class in one run. */
export interface ClassSample {
  readonly real: readonly DatasetImage[]
  readonly synthetic: readonly SyntheticPlace[]
}

/** Everything that decides a run's training images. */
export interface SampleRequest {
  /** Images of the data set; those of part `train` are used. */
  readonly images: readonly DatasetImage[]
  /** By class index. */
  readonly mixes: readonly ClassMix[]
  readonly seed: number
  /** Of the run. */
  readonly index: number
  /**
   * For `"sources": "fixed"`: by class index, how many images lead the order in every run: the largest round(Y n) in the spec. Left out
   * (`per-run`) or 0: each run has an order of its own.
   */
  readonly fixed?: readonly number[]
}

/**
 * The sample of each class, by class index. A class's n training images are ordered by hash(seed, index, image id), that is by the
 * hex SHA-256 of the text `SEED/INDEX/ID`. Its real images are the first round(real n); the sources of its synthetic images the first
 * round(synthetic n) of those, cycling with variation 2, 3 ... when they run out. With `fixed`, the first so many by hash(seed, 'fixed',
 * image id) come before all others, in that order.
 *
 * Throws `usage` for a fraction out of range, and for synthetic images without a real one to make them from.
 */
export function sampleRun({ images, mixes, seed, index, fixed }: SampleRequest): readonly ClassSample[] {
  return mixes.map((mix, label) => {
    const members = images.filter(image => image.part === 'train' && image.label === label)
    const ordered = runOrder(members, seed, index, fixed?.[label] ?? 0)
    return sampleClass(ordered, mix, label)
  })
}

function runOrder(members: readonly DatasetImage[], seed: number, index: number, lead: number): readonly DatasetImage[] {
  const leaders = lead === 0 ? [] : byHash(members, seed, 'fixed').slice(0, lead)
  const leading = new Set(leaders)
  return [
    ...leaders,
    ...byHash(
      members.filter(image => !leading.has(image)),
      seed,
      index,
    ),
  ]
}

/** Ordered by hash(name, id). */
export function byHash<T extends { readonly id: string }>(
  images: readonly T[],
  ...name: readonly (string | number)[]
): readonly T[] {
  return sortByHash(images, image => hashOf(...name, image.id))
}

function sampleClass(ordered: readonly DatasetImage[], mix: ClassMix, label: number): ClassSample {
  if (!(mix.real >= 0 && mix.real <= 1)) throw new LabError('usage', `a real fraction lies between 0 and 1, not ${mix.real}`)
  const real = ordered.slice(0, shareOf(mix.real, ordered.length))
  const count = shareOf(mix.synthetic, ordered.length)
  if (mix.synthetic > 0 && real.length === 0) {
    throw new LabError(
      'usage',
      `synthetic fraction ${mix.synthetic} of class ${label} has no real image to start from: its real sample is empty`,
    )
  }
  const synthetic = Array.from({ length: count }, (_, k) => {
    const source = real[k % real.length]!
    const variation = Math.floor(k / real.length) + 1
    return { source, variation, id: `${source.id}s${variation}` }
  })
  return { real, synthetic }
}

/** The ids of one epoch (from 1) in the order they are fed: sorted by hash(seed, index, epoch, id), the hex SHA-256 of `SEED/INDEX/EPOCH/ID`. */
export function batchOrder(seed: number, index: number, epoch: number, ids: readonly string[]): readonly string[] {
  return sortByHash(ids, id => hashOf(seed, index, epoch, id))
}

function sortByHash<T>(items: readonly T[], hashOfItem: (item: T) => string): readonly T[] {
  return items
    .map(item => ({ item, hash: hashOfItem(item) }))
    .sort((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0))
    .map(({ item }) => item)
}
