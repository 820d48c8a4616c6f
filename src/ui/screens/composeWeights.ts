/** Which models would start without the pre-trained weights that they are made for, and fetching those. */
import { PINNED } from '../../core/models/weights/catalogue.ts' // not by its door: a form needs no engine
import { PRETRAINED_MODELS, type PretrainedModel } from '../../core/models/weights/layouts.ts'
import { type ModelName, modelMarks, type Spec, withWeights } from '../../core/study/index.ts'
import { formatBytes } from '../format/bytes.ts'
import { keyWords } from '../keymap.ts'
import type { Lab } from '../lab.ts'
import type { ComposeFacts } from '../queries/compose.ts'

/** The models that would start from scratch, though they are made to start from pre-trained weights: tables mark them so. */
export function fromScratch(spec: Spec, { weights, studies }: ComposeFacts): ModelName[] {
  const installed = (model: ModelName) =>
    weights
      .filter(one => one.model === model)
      .map(({ name, sha256, layout, mean, std }) => ({ name, sha256, layout, mean, std }))
  const before = studies.find(study => study.name === spec.name)?.spec ?? null
  const filled = withWeights(spec, installed, before)
  return spec.models.filter(model => modelMarks(filled, model).includes('from scratch'))
}

/** The models that could start from weights and have none here, those chosen first. */
export function lackingWeights({ weights }: ComposeFacts, chosen: readonly ModelName[]): PretrainedModel[] {
  const lacking = PRETRAINED_MODELS.filter(model => weights.every(one => one.model !== model))
  return lacking.toSorted((a, b) => Number(chosen.includes(b)) - Number(chosen.includes(a)))
}

/** Beside the models: which start from scratch, and the key that changes that; the most needed first. */
export function weightsWords(scratch: readonly ModelName[], lacking: readonly PretrainedModel[]): string {
  const [first] = lacking
  const fetches = first === undefined ? [] : [`${keyWords('fetchWeights')} fetches ${first}${sizeWords(first)}`]
  if (scratch.length > 0) return [`! ${scratch.join(', ')} from scratch`, ...fetches, 'marked in tables'].join(' · ')
  return [...fetches, ...fetches.map(() => 'weights to start from')].join(' · ')
}

export function fetchQuestion(model: PretrainedModel): string {
  const { repo, licence } = PINNED[model]
  return `Download ${repo}${sizeWords(model)} from the Hugging Face hub, ${licence}?`
}

function sizeWords(model: PretrainedModel): string {
  const { bytes } = PINNED[model]
  return bytes === null ? '' : ` (${formatBytes(bytes)})`
}

export async function fetchWeights({ ask }: Lab, model: PretrainedModel, say: (words: string) => void): Promise<void> {
  await ask(['weights', 'fetch', model], { onNote: say })
}
