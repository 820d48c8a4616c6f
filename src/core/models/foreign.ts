/** Files of weights made elsewhere, which do not say what they are: torchvision's, timm's, transformers'. */
import { LabError } from '../shared/errors.ts'
import type { Checkpoint } from './checkpoint.ts'
import { LAYOUTS, type PretrainedModel, readPretrained } from './weights/index.ts'

/**
 * Reads such a file of a full-size model, with its head. Its image size is what its positions are for (null for a model without positions), its
 * normalising what its library usually has, its classes unnamed.
 * @throws LabError `data` where the file is none, or its tensors are not the model's
 */
export function foreignCheckpoint(bytes: Uint8Array, model: PretrainedModel, origin: string): Checkpoint {
  const { layout, tensors } = readPretrained(bytes, model, LAYOUTS[model], origin)
  const weights = new Map<string, Float32Array>()
  const counters = new Map<string, bigint>()
  for (const [name, { dtype, data }] of tensors) {
    const [first] = data
    if (dtype === 'F32') weights.set(name, data)
    else if (typeof first === 'bigint') counters.set(name, first)
  }
  const positions = tensors.get('pos_embed')?.shape[1]
  const patch = tensors.get('patch_embed.proj.weight')?.shape[2]
  if (!tensors.has(model === 'vit' ? 'head.weight' : 'fc.weight'))
    throw new LabError('data', `${origin}: has no head: train from it, or give a file with one`)
  return {
    weights: Object.fromEntries(weights),
    counters: Object.fromEntries(counters),
    shapes: Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape])),
    model,
    size: positions === undefined || patch === undefined ? null : Math.sqrt(positions - 1) * patch,
    classes: null,
    preprocessing: { mean: layout.mean, std: layout.std },
    configuration: layout.name === 'huggingface' ? { epsilon: 1e-12 } : {},
  }
}
