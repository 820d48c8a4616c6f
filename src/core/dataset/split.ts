/** Divides a data set's images into train, validation and test: deterministic, every image in exactly one part. */
import { LabError } from '../shared/errors.ts'
import { hashOf } from '../shared/random.ts'
import type { Dataset, DatasetImage, GroupRule, Part, SplitSpec } from './dataset.ts'
import { fingerprintOf } from './fingerprint.ts'
import { groupedParts } from './groupedSplit.ts'
import { shareOf } from './share.ts'

/** Shares of validation and test where nothing else is said. */
export const DEFAULT_FRACTION = 0.2

type Splittable = Pick<DatasetImage, 'id' | 'sha256' | 'label' | 'sourcePart' | 'group'>

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
 * The part of every image, by position; `unused` for an image that the split leaves out.
 *
 * - `parity`: the source's own validation part, else its test part, is validation; test is empty. A source with both has its test part
 *   unused.
 * - `random`: all images together; each class's images in the order of hash(seed, 'split', image id), for split `number` k > 0 of hash(seed,
 *   'split', k, image id): the first round(validationFraction n) are validation, the next round(testFraction n) test, the others train.
 * - `grouped`: all images together, those of one group in one part: see `groupedParts`; in the order of the same hashes of groups.
 *
 * Throws `usage` for `parity` without such parts, for `grouped` with too few groups, and for fractions that leave nothing to train on.
 */
export function splitParts(images: readonly Splittable[], split: SplitSpec): readonly DatasetImage['part'][] {
  if (split.kind === 'parity') return parityParts(images)
  const { validationFraction, testFraction, seed, number = 0 } = split
  checkFractions(split)
  const name = number === 0 ? [seed, 'split'] : [seed, 'split', number]
  if (split.kind === 'grouped') return groupedParts(images, { validationFraction, testFraction, name })
  return randomParts(images, split, name)
}

/** Throws `usage` where they leave nothing to train on. */
export function checkFractions({
  validationFraction,
  testFraction,
}: Pick<SplitSpec, 'validationFraction' | 'testFraction'>): void {
  if (validationFraction >= 0 && testFraction >= 0 && validationFraction + testFraction < 1) return
  throw new LabError(
    'usage',
    `--validation-fraction ${validationFraction} and --test-fraction ${testFraction} must be 0 or more and leave images to train on`,
  )
}

function parityParts(images: readonly Splittable[]): readonly DatasetImage['part'][] {
  if (!hasOwnParts(images)) {
    throw new LabError(
      'usage',
      'the parity split needs a source with a train part and a validation or test part: give --validation PATH, or use --split random',
    )
  }
  const hasValidation = images.some(image => image.sourcePart === 'validation')
  return images.map(({ sourcePart }) => {
    if (sourcePart === 'validation') return 'validation'
    if (sourcePart === 'test') return hasValidation ? 'unused' : 'validation'
    return 'train'
  })
}

function randomParts(
  images: readonly Splittable[],
  { validationFraction, testFraction }: SplitSpec,
  name: readonly (string | number)[],
): readonly Part[] {
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
 * The same data set under another split, with its own fingerprint: what a study that names its own split stands on. Pixels and image ids stay.
 * Throws as `splitParts`.
 */
export function splitDataset(dataset: Dataset, split: SplitSpec): Dataset {
  const parts = splitParts(dataset.images, split)
  const images = dataset.images.map((image, i) => ({ ...image, part: parts[i]! }))
  return { ...dataset, split, images, fingerprint: fingerprintOf(dataset.classes, images) }
}

/**
 * The data set as a spec with `split` names it: as it was added, or under another split with its own fractions and seed; of several splits the
 * one of this `number`, from 0.
 *
 * Throws `usage` as `splitParts`, for grouped splits of images whose groups nobody looked for, and for a second parity split: there is one.
 */
export function datasetUnder(dataset: Dataset, kind: SplitSpec['kind'], number = 0): Dataset {
  if (kind === 'grouped' && dataset.groups === undefined) {
    throw new LabError(
      'usage',
      `dataset ${dataset.name} was added before groups were known: 'mri-lab data audit ${dataset.name}' finds near duplicates and groups by them`,
    )
  }
  if (kind === 'parity' && number > 0) throw new LabError('usage', 'there is one parity split: the parts of the source')
  if (kind === dataset.split.kind && number === (dataset.split.number ?? 0)) return dataset
  const { number: _, ...split } = dataset.split
  return splitDataset(dataset, { ...split, kind, ...(number > 0 ? { number } : {}) })
}

/** Under a split, for people: `3 grouped splits of mri (groups by column subject)`. */
export function splitWords(
  { name, groups }: Pick<Dataset, 'name' | 'groups'>,
  kind: SplitSpec['kind'],
  splits: number,
): string {
  const words = splits > 1 ? `${splits} ${kind} splits of ${name}` : `${kind} split of ${name}`
  return kind === 'grouped' && groups !== undefined ? `${words} (groups by ${ruleWords(groups)})` : words
}

/** What tells groups, for people. */
export function ruleWords(rule: GroupRule): string {
  if (rule.by === 'column') return `column ${rule.column}`
  if (rule.by === 'pattern') return `file name, ${rule.pattern}`
  return rule.by === 'phantom' ? 'drawn subject' : `near duplicates, correlation from ${rule.threshold}`
}
