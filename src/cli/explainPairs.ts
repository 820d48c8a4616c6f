/** The pairs of `gradcam --pairs`: chosen from the run's own validation images, explained, drawn. */
import { resolve } from 'node:path'
import { type Dataset, resizeBilinear } from '../core/dataset/index.ts'
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

const NO_SYNTHETIC = 'Real images only: there is no bank of synthetic images yet.'
const CLASSLESS = 'A rollout follows attention, whatever the class: both maps of an image are the same.'

/** Throws `usage` where the run's validation part lacks an image of one of the two classes. */
export async function pairsOfRun(
  context: Context,
  trained: TrainedModel,
  run: number,
  how: Pick<Question, 'layer' | 'method'>,
): Promise<NamedPairs> {
  const targets = pairedClasses(trained.classes)
  const chosen = await readLab<Pair[] | null>(context, null, store => {
    const found = store.runs.get(run)
    if (found === null) return null
    const dataset = splitOfRun(loadStudy(store, found.study).splits, found.index)
    return targets.map(label => ({ label, real: firstOf(store, dataset, label, trained.model.size), synthetic: null }))
  })
  if (chosen === null) throw noRun(run)
  const { pairs, layer } = await explainPairs(trained, chosen, targets, how)
  return { targets, pairs, layer, notes: how.method === 'rollout' ? [CLASSLESS, NO_SYNTHETIC] : [NO_SYNTHETIC] }
}

/** The first validation image of a class, in the order of the source, at the model's size. */
function firstOf(store: Store, dataset: Dataset, label: string, size: number) {
  const validation = dataset.images.filter(image => image.part === 'validation')
  const place = validation.findIndex(image => dataset.classes[image.label] === label)
  const image = validation[place]
  if (image === undefined)
    throw new LabError('usage', `dataset '${dataset.name}' has no validation image of ${label}; --pairs needs one`)
  const { width, height, offset } = image
  const pixels = store.files.read(dataset.pixels).subarray(offset, offset + width * height)
  return { name: `${dataset.name}:validation:${place}`, pixels: resizeBilinear(pixels, width, height, size, size) }
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
