/**
 * A model's weights in a file: safetensors with PyTorch's key names (torchvision's, timm's), and in its metadata what is needed to use them
 * again: model, size, configuration, class names, preprocessing.
 */
import { z } from 'zod'
import { LabError } from '../shared/errors.ts'
import { type Configuration, type Model, type Preprocessing, savedTensors } from './model.ts'
import { readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts'

export interface Checkpoint {
  readonly weights: Readonly<Record<string, Float32Array>>
  /** Batches that each batch norm has seen (`num_batches_tracked`): not computed with, and written again. */
  readonly counters: Readonly<Record<string, bigint>>
  /** From the metadata; null where the file does not say. */
  readonly model: string | null
  readonly size: number | null
  readonly classes: readonly string[] | null
  readonly preprocessing: Preprocessing | null
  readonly configuration: Configuration | null
  /** Shapes by tensor name. */
  readonly shapes: Readonly<Record<string, readonly number[]>>
}

/** Weights are written as F32, counters as I64 scalars. `format: pt` is what transformers asks of a file. */
export function writeCheckpoint(
  model: Model,
  weights: Readonly<Record<string, Float32Array>>,
  classes: readonly string[],
  counters: Readonly<Record<string, bigint>> = {},
): Uint8Array {
  const tensors = new Map<string, StoredTensor>(
    savedTensors(model).map(({ name, shape }) => [name, { dtype: 'F32', shape, data: weights[name]! }]),
  )
  for (const [name, count] of Object.entries(counters))
    tensors.set(name, { dtype: 'I64', shape: [], data: BigInt64Array.of(count) })
  return writeSafetensors(tensors, {
    format: 'pt',
    model: model.name,
    size: String(model.size),
    classes: JSON.stringify(classes),
    preprocessing: JSON.stringify(model.preprocessing),
    configuration: JSON.stringify(model.configuration),
  })
}

/** @throws LabError `data` where the file is no safetensors file, or its metadata is malformed */
export function readCheckpoint(bytes: Uint8Array, origin: string): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes, origin)
  const weights = new Map<string, Float32Array>()
  const counters = new Map<string, bigint>()
  for (const [name, { dtype, data, shape }] of tensors) {
    const [count] = data
    if (dtype === 'F32') weights.set(name, data)
    else if (shape.length === 0 && typeof count === 'bigint') counters.set(name, count)
    else throw new LabError('data', `${origin}: '${name}' is I64 of shape [${shape.join(', ')}]; only counters may be I64`)
  }
  const size = metadata.size === undefined ? null : Number(metadata.size)
  if (size !== null && !(Number.isInteger(size) && size > 0))
    throw new LabError('data', `${origin}: its metadata's size is no number of pixels`)
  return {
    weights: Object.fromEntries(weights),
    counters: Object.fromEntries(counters),
    shapes: Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape])),
    model: metadata.model ?? null,
    size,
    classes: fromMetadata(classNames, metadata.classes, `${origin}: its metadata's classes are no list of names`),
    preprocessing: fromMetadata(
      preprocessing,
      metadata.preprocessing,
      `${origin}: its metadata's preprocessing is malformed`,
    ),
    configuration: fromMetadata(
      configuration,
      metadata.configuration,
      `${origin}: its metadata's configuration is malformed`,
    ),
  }
}

/**
 * The checkpoint's weights, checked against the model's parameters.
 * @throws LabError `data` naming the tensor that is missing, extra, misshapen or of another kind of number
 */
export function weightsFor(model: Model, checkpoint: Checkpoint, origin: string): Record<string, Float32Array> {
  const fail = (what: string): never => {
    throw new LabError('data', `${origin}: ${what}`)
  }
  if (checkpoint.model !== null && checkpoint.model !== model.name)
    fail(`holds the weights of '${checkpoint.model}', not of ${model.name}`)
  const wanted = new Map(savedTensors(model).map(({ name, shape }) => [name, shape]))
  for (const name of Object.keys(checkpoint.weights)) {
    if (!wanted.has(name)) fail(`holds a tensor '${name}' that ${model.name} does not have`)
  }
  for (const name of Object.keys(checkpoint.counters)) {
    if (wanted.has(name)) fail(`'${name}' is I64, and ${model.name} needs F32`)
    const mean = name.replace(/num_batches_tracked$/, 'running_mean')
    if (mean === name || !wanted.has(mean)) fail(`holds a tensor '${name}' that ${model.name} does not have`)
  }
  return Object.fromEntries(
    [...wanted].map(([name, shape]) => {
      const values = checkpoint.weights[name]
      const found = checkpoint.shapes[name]
      if (values === undefined || found === undefined) return fail(`lacks ${model.name}'s tensor '${name}'`)
      if (found.length !== shape.length || found.some((n, i) => n !== shape[i]))
        fail(`'${name}' has shape [${found.join(', ')}], and ${model.name} needs [${shape.join(', ')}]`)
      return [name, values]
    }),
  )
}

const classNames = z.array(z.string()).min(1)
const channels = z.array(z.number()).min(1)
const configuration = z.record(z.string(), z.number())
const preprocessing = z
  .object({ mean: channels, std: channels })
  .refine(({ mean, std }) => mean.length === std.length && std.every(value => value > 0))

function fromMetadata<T>(schema: z.ZodType<T>, text: string | undefined, complaint: string): T | null {
  if (text === undefined) return null
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new LabError('data', complaint, { cause })
  }
}
