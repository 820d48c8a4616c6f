/** `synth fidelity`: are a generator's images any good, are they copies, and can they be told apart? */
import { type Dataset, type DatasetImage, type GreyImage, groupOf, SmallVersionsMaker } from '../../dataset/index.ts'
import { LabError } from '../../shared/errors.ts'
import type { BankImage } from '../bank.ts'
import type { Classified } from './classifier.ts'
import { centred, type Features } from './features.ts'
import { Likenesses } from './likenesses.ts'
import { NEIGHBOURS } from './manifold.ts'
import { type ByMeasure, byMeasure, findNearest, type NearestOfImage, type ScanOptions } from './nearest.ts'
import { principalScores } from './principalComponents.ts'
import type { Fidelity, ImageRecord, NearestRecord } from './record.ts'
import { type Compared, rowsByClass, type Space } from './rows.ts'
import { textures } from './texture.ts'

/** Side of the small versions whose principal components are the feature space without a classifier, and how many components. */
const TINY = 16
const COMPONENTS = 32

export interface SyntheticImage extends Pick<BankImage, 'id' | 'class' | 'parents'> {
  readonly image: GreyImage
}

export interface FidelityQuestion {
  /** Under the split whose training part is the real side. */
  readonly dataset: Dataset
  /** Its pixel file. */
  readonly pack: Uint8Array
  readonly generator: string
  readonly synthetic: readonly SyntheticImage[]
  readonly seed: number
  /** A classifier whose penultimate layer is the feature space; null for principal components of pixels. */
  readonly classifier: {
    readonly run: number
    readonly model: string
    /** Content hashes of the real images it learned from. */
    readonly learned: ReadonlySet<string>
    classify(images: readonly GreyImage[]): Promise<Classified>
  } | null
}

/**
 * Compares the synthetic images with the training part, and the validation part with it for comparison. The test part is not looked at.
 *
 * @throws LabError `usage` without synthetic or training images, `data` for a synthetic image of no class of the dataset. Rejects with the signal's reason.
 */
export async function measureFidelity(question: FidelityQuestion, options: ScanOptions = {}): Promise<Fidelity> {
  const { dataset, pack, generator, synthetic, seed, classifier } = question
  if (synthetic.length === 0) throw new LabError('usage', `the bank has no image of '${generator}' for ${dataset.name}`)
  const real = dataset.images.filter(({ part }) => part === 'train' || part === 'validation')
  const placesOf = (part: string): number[] => [...real.keys()].filter(place => real[place]!.part === part)
  const [train, validation] = [placesOf('train'), placesOf('validation')]
  if (train.length === 0) throw new LabError('usage', `dataset ${dataset.name} has no training images to compare with`)
  const images = [...real.map(one => pixelsOf(one, pack)), ...synthetic.map(({ image }) => image)]
  const maker = new SmallVersionsMaker(images.length)
  for (const { pixels, width, height } of images) maker.add(pixels, width, height)
  const versions = maker.done()

  const bySha = Map.groupBy(real.keys(), place => real[place]!.sha256)
  const parentsOf = (parents: readonly string[]): number[] => parents.flatMap(sha256 => bySha.get(sha256)?.slice(0, 1) ?? [])
  const asked = synthetic.map(({ parents }, i) => ({ place: real.length + i, parents: parentsOf(parents) }))
  const nearest = await findNearest(new Likenesses(images, versions), { train, validation, synthetic: asked }, options)

  const answers = (await classifier?.classify(images)) ?? null
  const raw = answers?.features ?? principalScores(tinyPixels(versions.tiny, images.length), train, COMPONENTS)
  const space: Space = { features: centred(raw, train), textures: textures(images), predicted: answers?.predicted ?? null }

  const compared = (place: number): Compared => ({ place, label: real[place]!.label, cluster: groupOf(real[place]!) })
  const made = synthetic.map(({ id, class: name, parents }, i): Compared => {
    const label = dataset.classes.indexOf(name)
    if (label < 0) throw new LabError('data', `bank image ${id} is of '${name}', which is no class of ${dataset.name}`)
    const source = parentsOf(parents.slice(0, 1))[0]
    return { place: real.length + i, label, cluster: source === undefined ? `bank ${id}` : groupOf(real[source]!) }
  })
  const unseen = new Set(
    made.filter((_, i) => classifier !== null && isUnseen(synthetic[i]!.parents, classifier.learned)).map(one => one.place),
  )
  const rows = (others: readonly Compared[], kind: string) =>
    rowsByClass(dataset.classes, train.map(compared), others, space, unseen, [seed, kind], options.signal)
  const known = nearest.images.filter(one => one.nearerToValidation !== null)
  const records = nearest.images.map((one, i) => recordOf(synthetic[i]!, one, real, dataset.classes))
  return {
    ...{ dataset: dataset.name, split: dataset.split.kind, generator, seed },
    featureSpace: {
      name:
        classifier === null
          ? `first ${raw.width} principal components of ${TINY}x${TINY} pixels, fitted on the training images`
          : `penultimate layer of run ${classifier.run} (${classifier.model})`,
      width: raw.width,
      run: classifier?.run ?? null,
    },
    groups: dataset.groups?.by ?? null,
    neighbours: NEIGHBOURS,
    nearest: {
      images: synthetic.length,
      thresholds: nearest.thresholds,
      copies: records.filter(one => one.copy).length,
      copiesOfParents: records.filter(one => one.copyOf === 'parent').length,
      copiesOfOthers: records.filter(one => one.copyOf === 'other').length,
      withParents: known.length,
      nearerToValidation: byMeasure(measure => known.filter(one => one.nearerToValidation?.[measure]).length),
    },
    synthetic: await rows(made, 'synthetic'),
    validation: await rows(validation.map(compared), 'validation'),
    classesWithout: dataset.classes.filter((_, label) => !made.some(one => one.label === label)),
    images: records,
  }
}

function pixelsOf({ width, height, offset }: DatasetImage, pack: Uint8Array): GreyImage {
  return { width, height, pixels: pack.subarray(offset, offset + width * height) }
}

function tinyPixels(tiny: Uint8Array, rows: number): Features {
  return { rows, width: TINY * TINY, values: Float64Array.from(tiny) }
}

function isUnseen(parents: readonly string[], learned: ReadonlySet<string>): boolean {
  return parents.length > 0 && !parents.some(parent => learned.has(parent))
}

function recordOf(
  { id, class: name, parents }: SyntheticImage,
  found: NearestOfImage,
  real: readonly DatasetImage[],
  classes: readonly string[],
): ImageRecord {
  const near = (part: 'train' | 'validation'): ByMeasure<NearestRecord> | null => {
    const of = found[part]
    if (of === null) return null
    return byMeasure(measure => {
      const { place, likeness } = of[measure]
      const { id: image, label, sha256 } = real[place]!
      return { image, class: classes[label]!, likeness, parent: parents.includes(sha256) }
    })
  }
  const ofOther = found.copies.some(place => !parents.includes(real[place]!.sha256))
  return {
    ...{ id, class: name, train: near('train'), validation: near('validation') },
    parents: found.parents === null ? null : byMeasure(measure => found.parents![measure].likeness),
    copy: found.copies.length > 0,
    copyOf: ofOther ? 'other' : found.copies.length > 0 ? 'parent' : null,
    nearerToValidation: found.nearerToValidation,
  }
}
