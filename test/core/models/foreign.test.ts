/** Files of weights that do not say what they are. */
import { describe, expect, it } from 'vitest'
import {
  foreignCheckpoint,
  initialWeights,
  modelNamed,
  readCheckpoint,
  type StoredTensor,
  savedTensors,
  weightsFor,
  writeSafetensors,
} from '../../../src/core/models/index.ts'

const model = modelNamed('resnet18', 256, 10)
const weights = initialWeights(model, 1, 0)
/** As torch writes a state dict: counters are scalars of 64 bits. */
const tensors = new Map<string, StoredTensor>(
  savedTensors(model).map(({ name, shape }) => [name, { dtype: 'F32', shape, data: weights[name]! }]),
)
for (const { name } of model.statistics) {
  if (name.endsWith('running_mean'))
    tensors.set(name.replace('running_mean', 'num_batches_tracked'), { dtype: 'I64', shape: [], data: BigInt64Array.of(7n) })
}

describe("torchvision's state dict of a ResNet-18", () => {
  const bytes = writeSafetensors(tensors)

  it('does not say its model, and is read as the one asked for', () => {
    expect(readCheckpoint(bytes, 'file').model).toBeNull()
    const checkpoint = foreignCheckpoint(bytes, 'resnet18', 'file')
    expect(checkpoint).toMatchObject({ model: 'resnet18', size: null, classes: null, preprocessing: model.preprocessing })
    const read = weightsFor(modelNamed('resnet18', 256, 10, checkpoint), checkpoint, 'file')
    expect(Object.keys(read).sort()).toEqual(Object.keys(weights).sort())
    for (const [name, values] of Object.entries(read))
      expect(Buffer.from(values.buffer).equals(Buffer.from(weights[name]!.buffer)), name).toBe(true)
    expect(checkpoint.counters['bn1.num_batches_tracked']).toBe(7n)
  })

  it('is no ViT, and of no use without its head', () => {
    expect(() => foreignCheckpoint(bytes, 'vit', 'file')).toThrow(expect.objectContaining({ kind: 'data' }))
    const headless = new Map([...tensors].filter(([name]) => !name.startsWith('fc.')))
    expect(() => foreignCheckpoint(writeSafetensors(headless), 'resnet18', 'file')).toThrow(/has no head/)
  })
})
