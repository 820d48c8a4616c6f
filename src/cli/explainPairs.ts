/** The pairs of `gradcam --pairs`: real images and synthetic ones made of them, chosen, explained, drawn. */
import { resolve } from 'node:path'
import { type Dataset, type DatasetImage, type GreyImage, resizeBilinear } from '../core/dataset/index.ts'
import {
  type ExplainedPair,
  explainPairs,
  type Pair,
  pairedClasses,
  pairSheet,
  type Question,
  type TrainedModel,
  writePng,
} from '../core/explain/index.ts'
import { LabError } from '../core/shared/errors.ts'
import { scenariosOf } from '../core/study/index.ts'
import { type BankImage, decodeGreyFile } from '../core/synthesis/index.ts'
import { loadStudy, splitOfRun } from '../runner/prepare.ts'
import type { Store } from '../store/index.ts'
import type { Context } from './context.ts'
import { readLab } from './lab.ts'
import { noRun } from './missing.ts'

export interface NamedPairs {
  readonly targets: readonly [string, string]
  readonly pairs: readonly ExplainedPair[]
  readonly layer: string
  readonly notes: readonly string[]
}

const CLASSLESS = 'A rollout follows attention, whatever the class: both maps of an image are the same.'

/**
 * Of each class a training image beside the oldest image of the bank that was made from one; where the bank has none, a validation image alone.
 * The bank's images are those of `generator`; default: that of the run's scenario, else that of the bank's first image.
 *
 * Throws `usage` where the bank has none of a generator that was asked for, or a class has neither.
 */
export async function pairsOfRun(
  context: Context,
  trained: TrainedModel,
  run: number,
  { generator, ...how }: Pick<Question, 'layer' | 'method'> & { readonly generator?: string | undefined },
): Promise<NamedPairs> {
  const targets = pairedClasses(trained.classes)
  const chosen = await readLab<{ pairs: Pair[]; notes: string[] } | null>(context, null, store => {
    const found = store.runs.get(run)
    if (found === null) return null
    const { spec, splits } = loadStudy(store, found.study)
    const dataset = splitOfRun(splits, found.index)
    const own = scenariosOf(spec).find(({ name }) => name === found.cell.scenario)?.generator ?? undefined
    const bank = bankOf(store, dataset, generator, own)
    const pairs = targets.map(label => pairOf(store, dataset, bank, label, trained.model.size))
    return { pairs, notes: notesOf(pairs, bank[0]?.generator) }
  })
  if (chosen === null) throw noRun(run)
  const { pairs, layer } = await explainPairs(trained, chosen.pairs, targets, how)
  return { targets, pairs, layer, notes: [...(how.method === 'rollout' ? [CLASSLESS] : []), ...chosen.notes] }
}

/** The images of one generator, oldest first. */
function bankOf(store: Store, { name }: Dataset, asked: string | undefined, own: string | undefined): readonly BankImage[] {
  const bank = store.bank.list({ dataset: name })
  const by = (generator: string | undefined) => bank.filter(image => image.generator === generator)
  if (asked !== undefined && by(asked).length === 0)
    throw new LabError('usage', `the bank has no images of '${asked}' for ${name}; 'mri-lab synth list' shows what there is`)
  const [named] = [asked, own].filter(generator => by(generator).length > 0)
  return by(named ?? bank[0]?.generator)
}

function notesOf(pairs: readonly Pair[], generator: string | undefined): string[] {
  const alone = pairs.filter(({ synthetic }) => synthetic === null).map(({ label }) => label)
  if (alone.length === pairs.length)
    return ['Real images only: the bank has none that was made from a training image of these classes.']
  const beside = `The synthetic images are made by ${generator} from the training images beside them.`
  return alone.length === 0
    ? [beside]
    : [beside, `The bank has no such image of ${alone.join(', ')}: a validation image stands alone.`]
}

function pairOf(store: Store, dataset: Dataset, bank: readonly BankImage[], label: string, size: number): Pair {
  const train = dataset.images.filter(image => image.part === 'train')
  const places = new Map(train.map(({ sha256 }, place) => [sha256, place]))
  const synthetic = bank.find(image => image.class === label && places.has(image.parents[0] ?? ''))
  if (synthetic === undefined) return { label, real: firstOf(store, dataset, label, size), synthetic: null }
  const place = places.get(synthetic.parents[0]!)!
  const made = atSize(decodeGreyFile(store.files.read(synthetic.sha256)), size)
  return {
    label,
    real: { name: `${dataset.name}:train:${place}`, pixels: atSize(stored(store, dataset, train[place]!), size) },
    synthetic: { name: `bank:${synthetic.id}`, pixels: made },
  }
}

/** The first validation image of a class, in the order of the source, at the model's size. */
function firstOf(store: Store, dataset: Dataset, label: string, size: number) {
  const validation = dataset.images.filter(image => image.part === 'validation')
  const place = validation.findIndex(image => dataset.classes[image.label] === label)
  const image = validation[place]
  if (image === undefined)
    throw new LabError('usage', `dataset '${dataset.name}' has no validation image of ${label}; --pairs needs one`)
  return { name: `${dataset.name}:validation:${place}`, pixels: atSize(stored(store, dataset, image), size) }
}

function stored(store: Store, dataset: Dataset, { width, height, offset }: DatasetImage): GreyImage {
  return { width, height, pixels: store.files.read(dataset.pixels).subarray(offset, offset + width * height) }
}

function atSize({ pixels, width, height }: GreyImage, size: number): Uint8Array {
  return resizeBilinear(pixels, width, height, size, size)
}

/** One sheet, at the size that the model sees. */
export async function writeSheet(
  context: Context,
  { pairs, targets, layer, notes }: NamedPairs,
  trained: TrainedModel,
  run: number,
  out: string,
): Promise<void> {
  const { model } = trained
  const title = `run ${run}, ${model.name} at ${layer}`
  const words = [...notes, 'Each map is stretched from 0 to 1 by itself.', 'Research software. Not for diagnosis.']
  await writePng(resolve(context.cwd, out), pairSheet(pairs, targets, model.size, { title, notes: words }))
}
