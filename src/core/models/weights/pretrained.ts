/** Pre-trained weights of a file, under the names that the lab's models have: torchvision's and timm's. */
import { LabError } from '../../shared/errors.ts'
import { readSafetensors, type StoredTensor } from '../safetensors.ts'
import { type Layout, layoutOf } from './layouts.ts'
import { huggingFaceNames } from './tensors.ts'

export interface PretrainedWeights {
  readonly layout: Layout
  /** By torchvision's or timm's name. The head is here if the file has one; positions are of the file's own grid. */
  readonly tensors: ReadonlyMap<string, StoredTensor>
}

/**
 * Reads a file in any of a model's layouts, the first of which has the lab's names.
 * @throws LabError `data` where it is no safetensors file, or its tensors are not the model's
 */
export function readPretrained(
  bytes: Uint8Array,
  model: string,
  layouts: readonly [Layout, ...Layout[]],
  origin: string,
): PretrainedWeights {
  const { tensors } = readSafetensors(bytes, origin)
  const found = [...tensors].map(([name, { dtype, shape }]) => ({ name, dtype, shape }))
  const layout = layoutOf(model, layouts, found, origin)
  if (layout.name !== 'huggingface') return { layout, tensors }
  const renamed = layouts[0].tensors.flatMap(({ name }): [string, StoredTensor][] => {
    const parts = huggingFaceNames(name).flatMap(part => tensors.get(part) ?? [])
    return parts.length === 0 ? [] : [[name, joined(name, parts, origin)]]
  })
  return { layout, tensors: new Map(renamed) }
}

/** Rows after rows, as torch.cat. */
function joined(name: string, parts: readonly StoredTensor[], origin: string): StoredTensor {
  const [first] = parts
  if (first !== undefined && parts.length === 1) return first
  const rows = parts.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0)
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0))
  let at = 0
  for (const part of parts) {
    if (part.dtype !== 'F32') throw new LabError('data', `${origin}: a part of '${name}' is ${part.dtype}`)
    data.set(part.data, at)
    at += part.data.length
  }
  return { dtype: 'F32', shape: [rows, ...(first?.shape.slice(1) ?? [])], data }
}
