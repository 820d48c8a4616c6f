/** Where training starts: pre-trained weights, made to fit a model's image size and classes. */
import { sizeOf } from '../engine/program.ts'
import { LabError } from '../shared/errors.ts'
import { initialWeights } from './initialise.ts'
import { type Configuration, type Model, type Preprocessing, savedTensors } from './model.ts'
import { resizePositions } from './positions.ts'
import type { StoredTensor } from './safetensors.ts'
import { type Colours, type Layout, readPretrained, resnet18Layouts, vitLayouts } from './weights/index.ts'

/** An installed file of weights, as a study knows it. */
export interface PretrainedFile {
  /** What the lab calls it. */
  readonly name: string
  readonly sha256: string
  readonly layout: Layout['name']
  readonly mean: Colours
  readonly std: Colours
}

/** What of a model a file of weights decides. */
export function pretrainedOptions({ layout, mean, std }: PretrainedFile): {
  readonly preprocessing: Preprocessing
  readonly configuration: Configuration
} {
  // transformers' layer norms of this model have another epsilon than timm's
  return { preprocessing: { mean, std }, configuration: layout === 'huggingface' ? { epsilon: 1e-12 } : {} }
}

export interface StartingWeights {
  readonly weights: Readonly<Record<string, Float32Array>>
  /** Batches that each batch norm has seen, by the name of its counter; empty for models without. */
  readonly counters: Readonly<Record<string, bigint>>
}

/** From scratch: the model's own initial weights of run `index`. */
export function startingWeights(model: Model, seed: number, index: number): StartingWeights {
  return { weights: initialWeights(model, seed, index), counters: zeroCounters(model) }
}

/**
 * Weights of a file; the head, of another number of classes, starts as from scratch. Positions of another grid are resized as the library of the
 * file's names does it.
 * @throws LabError `data` where the file does not fit the model, `usage` for a model that starts from none
 */
export function pretrainedWeights(
  model: Model,
  bytes: Uint8Array,
  origin: string,
  { seed, index }: { readonly seed: number; readonly index: number },
): StartingWeights {
  const { layout, tensors } = readPretrained(bytes, model.name, layoutsOf(model), origin)
  const scratch = initialWeights(model, seed, index, model.head)
  const weights = savedTensors(model).map(({ name, shape }) => {
    const stored = tensors.get(name)
    if (model.head.includes(name)) return [name, scratch[name]!] as const
    if (stored?.dtype !== 'F32') throw new LabError('data', `${origin}: lacks ${model.name}'s tensor '${name}'`)
    return [name, stored.data.length === sizeOf(shape) ? stored.data : positions(stored, shape, layout)] as const
  })
  const counters = Object.keys(zeroCounters(model)).map(name => [name, counterOf(tensors.get(name))] as const)
  return { weights: Object.fromEntries(weights), counters: Object.fromEntries(counters) }
}

function positions(
  { data, shape }: StoredTensor,
  [, wanted = 0, width = 0]: readonly number[],
  layout: Layout,
): Float32Array {
  const side = (tokens: number) => Math.sqrt(tokens - 1)
  const grids = { from: side(shape[1] ?? 0), to: side(wanted), width }
  return resizePositions(data as Float32Array, grids, layout.name === 'huggingface' ? 'huggingface' : 'timm')
}

function counterOf(stored: StoredTensor | undefined): bigint {
  return stored?.dtype === 'I64' ? (stored.data[0] ?? 0n) : 0n
}

function zeroCounters(model: Model): Record<string, bigint> {
  const means = model.statistics.map(({ name }) => name).filter(name => name.endsWith('running_mean'))
  return Object.fromEntries(means.map(name => [name.replace(/running_mean$/, 'num_batches_tracked'), 0n]))
}

/** Of the model's own configuration, whatever the head and the positions. */
function layoutsOf({ name, configuration }: Model): readonly [Layout, ...Layout[]] {
  const { width, depth, patch } = configuration
  const sizes = { ...(width && { width }), ...(depth && { depth }), ...(patch && { patch }), classes: null }
  if (name === 'resnet18') return resnet18Layouts(sizes)
  if (name === 'vit') return vitLayouts({ ...sizes, positions: null })
  throw new LabError('usage', `${name} starts from no pre-trained weights`)
}
