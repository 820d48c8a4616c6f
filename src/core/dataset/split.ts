/** Divides a data set's images into train, validation and test: deterministic, every image in exactly one part. */
import { LabError } from '../shared/errors.ts'
import { hashOf } from '../shared/random.ts'
import type { Dataset, DatasetImage, Part, SplitSpec } from './dataset.ts'
import { fingerprintOf } from './fingerprint.ts'
import { shareOf } from './share.ts'

/** Shares of validation and test where nothing else is said. */
export const DEFAULT_FRACTION = 0.2

type Splittable = Pick<DatasetImage, 'id' | 'label' | 'sourcePart'>

/** The split used when none is named: `parity` where the source has training images and a validation or test part, else `random`. */
export function defaultSplitKind(images: readonly Pick<DatasetImage, 'sourcePart'>[]): 'parity' | 'random' {
  return hasOwnParts(images) ? 'parity' : 'random'
}

function hasOwnParts(images: readonly Pick<DatasetImage, 'sourcePart'>[]): boolean {
  const isHeldOut = ({ sourcePart }: Pick<DatasetImage, 'sourcePart'>) =>
    sourcePart === 'validation' || sourcePart === 'test'
  return images.some(isHeldOut) && !images.every(isHeldOut)
}

/**
 * The part of every image, by position; null for an image that the split leaves out.
 *
 * - `parity`: the source's own validation part, else its test part, is validation; test is empty. A source with both has its test part
 *   left out.
 * - `random`: all images together; each class's images in the order of hash(seed, 'split', image id), for split `number` k > 0 of hash(seed,
 *   'split', k, image id): the first round(validationFraction n) are validation, the next round(testFraction n) test, the others train.
 *
 * Throws `usage` for `parity` without such parts, for `grouped`, and for fractions that leave nothing to train on.
 */
export function splitParts(images: readonly Splittable[], split: SplitSpec, number = 0): readonly (Part | null)[] {
  if (split.kind === 'grouped')
    throw new LabError('usage', 'grouped splits come with a later release: use --split random or parity')
  return split.kind === 'parity' ? parityParts(images) : randomParts(images, split, number)
}

function parityParts(images: readonly Splittable[]): readonly (Part | null)[] {
  if (!hasOwnParts(images)) {
    throw new LabError(
      'usage',
      'the parity split needs a source with a train part and a validation or test part: give --validation PATH, or use --split random',
    )
  }
  const hasValidation = images.some(image => image.sourcePart === 'validation')
  return images.map(({ sourcePart }) => {
    if (sourcePart === 'validation') return 'validation'
    if (sourcePart === 'test') return hasValidation ? null : 'validation'
    return 'train'
  })
}

function randomParts(images: readonly Splittable[], split: SplitSpec, number: number): readonly Part[] {
  const { validationFraction, testFraction, seed } = split
  if (!(validationFraction >= 0 && testFraction >= 0 && validationFraction + testFraction < 1)) {
    throw new LabError(
      'usage',
      `--validation-fraction ${validationFraction} and --test-fraction ${testFraction} must be 0 or more and leave images to train on`,
    )
  }
  const name = number === 0 ? [seed, 'split'] : [seed, 'split', number]
  const parts = images.map((): Part => 'train')
  for (const label of new Set(images.map(image => image.label))) {
    const members = [...images.keys()].filter(i => images[i]!.label === label)
    const place = new Map(members.map(i => [i, hashOf(...name, images[i]!.id)]))
    const ordered = members.toSorted((a, b) => (place.get(a)! < place.get(b)! ? -1 : 1))
    const validation = shareOf(validationFraction, members.length)
    const test = shareOf(testFraction, members.length)
    for (const i of ordered.slice(0, validation)) parts[i] = 'validation'
    for (const i of ordered.slice(validation, validation + test)) parts[i] = 'test'
  }
  return parts
}

/**
 * The same data set under another split, with its own fingerprint: what a study that names its own split, or uses several (`number`), stands
 * on. Pixels and image ids stay. Throws as `splitParts`.
 */
export function splitDataset(dataset: Dataset, split: SplitSpec, number = 0): Dataset {
  const parts = splitParts(dataset.images, split, number)
  const images = dataset.images.flatMap((image, i) => {
    const part = parts[i]
    return part ? [{ ...image, part }] : []
  })
  return { ...dataset, split, images, fingerprint: fingerprintOf(dataset.classes, images) }
}
