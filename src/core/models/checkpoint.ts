/**
 * A model's weights in a file: safetensors with PyTorch's key names, and in its metadata what is needed to use them again (model, size,
 * class names).
 */
import { LabError } from '../shared/errors.ts'
import type { Model } from './model.ts'
import { readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts'

export interface Checkpoint {
  readonly weights: Readonly<Record<string, Float32Array>>
  /** From the metadata; null where the file does not say. */
  readonly model: string | null
  readonly size: number | null
  readonly classes: readonly string[] | null
  /** Shapes by tensor name. */
  readonly shapes: Readonly<Record<string, readonly number[]>>
}

export function writeCheckpoint(
  model: Model,
  weights: Readonly<Record<string, Float32Array>>,
  classes: readonly string[],
): Uint8Array {
  const tensors = new Map<string, StoredTensor>(
    model.parameters.map(({ name, shape }) => [name, { dtype: 'F32', shape, data: weights[name]! }]),
  )
  return writeSafetensors(tensors, { model: model.name, size: String(model.size), classes: JSON.stringify(classes) })
}

/** @throws LabError `data` where the file is no safetensors file, or its metadata is malformed */
export function readCheckpoint(bytes: Uint8Array, origin: string): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes, origin)
  const weights: Record<string, Float32Array> = {}
  const shapes: Record<string, readonly number[]> = {}
  for (const [name, tensor] of tensors) {
    if (tensor.dtype !== 'F32') continue
    weights[name] = tensor.data
    shapes[name] = tensor.shape
  }
  const size = metadata.size === undefined ? null : Number(metadata.size)
  if (size !== null && !(Number.isInteger(size) && size > 0))
    throw new LabError('data', `${origin}: its metadata's size is no number of pixels`)
  return { weights, shapes, model: metadata.model ?? null, size, classes: classNames(metadata.classes, origin) }
}

/**
 * The checkpoint's weights, checked against the model's parameters.
 * @throws LabError `data` naming the tensor that is missing, extra or misshapen
 */
export function weightsFor(model: Model, checkpoint: Checkpoint, origin: string): Record<string, Float32Array> {
  const wanted = new Map(model.parameters.map(({ name, shape }) => [name, shape]))
  for (const name of Object.keys(checkpoint.weights)) {
    if (!wanted.has(name)) throw new LabError('data', `${origin}: holds a tensor '${name}' that ${model.name} does not have`)
  }
  return Object.fromEntries(
    [...wanted].map(([name, shape]) => {
      const values = checkpoint.weights[name]
      const found = checkpoint.shapes[name]
      if (values === undefined || found === undefined)
        throw new LabError('data', `${origin}: lacks ${model.name}'s tensor '${name}'`)
      if (found.length !== shape.length || found.some((n, i) => n !== shape[i])) {
        throw new LabError(
          'data',
          `${origin}: '${name}' has shape [${found.join(', ')}], and ${model.name} needs [${shape.join(', ')}]`,
        )
      }
      return [name, values]
    }),
  )
}

function classNames(text: string | undefined, origin: string): readonly string[] | null {
  if (text === undefined) return null
  try {
    const names: unknown = JSON.parse(text)
    if (Array.isArray(names) && names.every(name => typeof name === 'string')) return names
  } catch {
    // told below
  }
  throw new LabError('data', `${origin}: its metadata's classes are no list of names`)
}
