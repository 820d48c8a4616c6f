import { describe, expect, it } from 'vitest'
import {
  initialWeights,
  type Model,
  modelNamed,
  readCheckpoint,
  readSafetensors,
  weightsFor,
  writeCheckpoint,
  writeSafetensors,
} from '../../../src/core/models/index.ts'

const model = modelNamed('cnn', 8, 3)
const weights = initialWeights(model, 1, 0)
const classes = ['A', 'B', 'C']
const bytes = writeCheckpoint(model, weights, classes)

describe('checkpoints', () => {
  it('come back as they went, with model, size and classes', () => {
    const checkpoint = readCheckpoint(bytes, 'x')
    expect(checkpoint).toMatchObject({
      model: 'cnn',
      size: 8,
      classes,
      preprocessing: { mean: [0], std: [1] },
      counters: {},
    })
    expect(weightsFor(model, checkpoint, 'x')).toEqual(weights)
  })
  it("have PyTorch's names and layouts", () => {
    const { tensors } = readSafetensors(bytes, 'x')
    expect(tensors.get('conv2.weight')!.shape).toEqual([64, 32, 3, 3])
    expect(tensors.get('fc1.weight')!.shape).toEqual([128, 64 * 4])
    expect([...tensors.keys()].sort()).toEqual(model.parameters.map(({ name }) => name).sort())
  })
  it('name the tensor that is missing, extra or misshapen', () => {
    const { tensors } = readSafetensors(bytes, 'x')
    const without = new Map(tensors)
    without.delete('fc2.bias')
    const extra = new Map(tensors).set('fc9.bias', { dtype: 'F32', shape: [1], data: new Float32Array(1) })
    const read = (map: typeof without) =>
      weightsFor(model, readCheckpoint(writeSafetensors(map), 'f.safetensors'), 'f.safetensors')
    expect(() => read(without)).toThrow(/f\.safetensors: lacks cnn's tensor 'fc2\.bias'/)
    expect(() => read(extra)).toThrow(/'fc9\.bias'/)
    expect(() => weightsFor(modelNamed('cnn', 12, 3), readCheckpoint(bytes, 'f'), 'f')).toThrow(
      /'fc1\.weight' has shape \[128, 256\]/,
    )
  })
})

/** A model of one batch norm; what it computes is not looked at. */
const normed: Model = {
  ...model,
  name: 'normed',
  parameters: [{ name: 'bn.weight', shape: [2], initial: { constant: 1 } }],
  statistics: [{ name: 'bn.running_mean', shape: [2], initial: { constant: 0 } }],
}
const normedWeights = { 'bn.weight': Float32Array.of(1, 2), 'bn.running_mean': Float32Array.of(3, 4) }

describe('counters of batch norms', () => {
  it('are accepted, not among the weights, and written again', () => {
    const counters = { 'bn.num_batches_tracked': 2n ** 53n + 1n }
    const checkpoint = readCheckpoint(writeCheckpoint(normed, normedWeights, classes, counters), 'x')
    expect(checkpoint.counters).toEqual(counters)
    expect(weightsFor(normed, checkpoint, 'x')).toEqual(normedWeights)
    const again = readSafetensors(writeCheckpoint(normed, checkpoint.weights, classes, checkpoint.counters), 'x')
    expect(again.tensors.get('bn.num_batches_tracked')).toEqual({
      dtype: 'I64',
      shape: [],
      data: BigInt64Array.of(2n ** 53n + 1n),
    })
  })
  it('may be missing', () => {
    const checkpoint = readCheckpoint(writeCheckpoint(normed, normedWeights, classes), 'x')
    expect(weightsFor(normed, checkpoint, 'x')).toEqual(normedWeights)
  })
  it.each([
    [
      'of a batch norm that the model lacks',
      { 'bn9.num_batches_tracked': 1n },
      /'bn9\.num_batches_tracked' that normed does not/,
    ],
    ['of anything else', { steps: 1n }, /'steps' that normed does not have/],
  ])('%s are refused by name', (_, counters, message) => {
    const bytes = writeCheckpoint(normed, normedWeights, classes, counters)
    expect(() => weightsFor(normed, readCheckpoint(bytes, 'x'), 'x')).toThrow(message)
  })
  it('are scalars; weights are not of whole numbers', () => {
    const data = BigInt64Array.of(1n, 2n)
    const wide = writeSafetensors(new Map([['bn.weight', { dtype: 'I64', shape: [2], data }]]))
    expect(() => readCheckpoint(wide, 'x')).toThrow(/^x: 'bn\.weight' is I64 of shape \[2\]/)
    const scalar = writeSafetensors(new Map([['bn.weight', { dtype: 'I64', shape: [], data: data.subarray(1) }]]))
    expect(() => weightsFor(normed, readCheckpoint(scalar, 'x'), 'x')).toThrow(/'bn\.weight' is I64, and normed needs F32/)
  })
})

describe('what a file says about itself', () => {
  const tensors = readSafetensors(bytes, 'x').tensors
  it.each([
    ['size', 'large', /size is no number/],
    ['classes', '["A", 1]', /classes are no list/],
    ['classes', '[]', /classes are no list/],
    ['preprocessing', '{"mean": [0.5], "std": [0]}', /preprocessing is malformed/],
    ['preprocessing', '{"mean": [0.5], "std": [1, 1]}', /preprocessing is malformed/],
  ])('%s: %s is refused', (field, text, message) => {
    expect(() => readCheckpoint(writeSafetensors(tensors, { [field]: text }), 'x')).toThrow(message)
  })
  it('must be of the model asked for', () => {
    const other = readCheckpoint(writeSafetensors(tensors, { model: 'vit' }), 'x')
    expect(() => weightsFor(model, other, 'x')).toThrow("x: holds the weights of 'vit', not of cnn")
  })
})

describe('initial weights', () => {
  it('depend on seed, index and parameter, and lie within the bound, spread over it', () => {
    expect(initialWeights(model, 1, 0)).toEqual(weights)
    expect(initialWeights(model, 1, 1)).not.toEqual(weights)
    expect(initialWeights(model, 2, 0)).not.toEqual(weights)
    const values = weights['conv2.weight']!
    const bound = 1 / Math.sqrt(32 * 9)
    const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0)
    expect(most).toBeLessThanOrEqual(bound)
    expect(most).toBeGreaterThan(0.99 * bound)
    const mean = values.reduce((a, b) => a + b, 0) / values.length
    expect(Math.abs(mean)).toBeLessThan((4 * bound) / Math.sqrt(3 * values.length))
  })
})
