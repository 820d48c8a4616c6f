import { describe, expect, it } from 'vitest'
import {
  initialWeights,
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

/** A file of one tensor whose entry is changed. */
function damaged(entry: object, data = new Uint8Array(8)): Uint8Array {
  const header = new TextEncoder().encode(
    JSON.stringify({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...entry } }),
  )
  const file = new Uint8Array(8 + header.length + data.length)
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true)
  file.set(header, 8)
  file.set(data, 8 + header.length)
  return file
}

describe('checkpoints', () => {
  it('come back as they went, with model, size and classes', () => {
    const checkpoint = readCheckpoint(bytes, 'x')
    expect(checkpoint).toMatchObject({ model: 'cnn', size: 8, classes })
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

describe('a damaged safetensors file is refused by name', () => {
  it.each([
    ['too short', new Uint8Array(4), /shorter than its header/],
    ['a header past the end', Uint8Array.of(255, 0, 0, 0, 0, 0, 0, 0, 1), /header of 255 bytes/],
    ['no JSON', Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0x7b), /no JSON/],
    ['unknown dtype', damaged({ dtype: 'Q7' }), /'w' has dtype Q7/],
    ['past the end', damaged({ data_offsets: [0, 16], shape: [4] }), /'w' ends at 16/],
    ['a gap', damaged({ data_offsets: [4, 8], shape: [1] }), /'w' starts at 4/],
    ['shape and bytes disagree', damaged({ shape: [3] }), /'w' of shape \[3\]/],
    ['bytes left over', damaged({}, new Uint8Array(12)), /4 bytes follow/],
    ['negative size', damaged({ shape: [-2] }), /'w' has a malformed entry/],
  ])('%s', (_, file, message) => {
    expect(() => readSafetensors(file, 'bad.safetensors')).toThrow(message)
    expect(() => readSafetensors(file, 'bad.safetensors')).toThrow(/^bad\.safetensors/)
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
