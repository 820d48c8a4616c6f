import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gradcam, upsample } from '../../../src/core/explain/index.ts'
import { readSafetensors } from '../../../src/core/models/safetensors.ts'

const file = new URL('../../../fixtures/explain/gradcam.safetensors', import.meta.url)
const { tensors } = readSafetensors(new Uint8Array(readFileSync(file)), 'gradcam.safetensors')

/** Part `at` of a golden tensor cut along its leading axes, of which `at` names one place each. */
function golden(name: string, ...at: number[]): Float32Array {
  const tensor = tensors.get(name)!
  if (tensor.dtype !== 'F32') throw new TypeError(name)
  const length = tensor.shape.slice(at.length).reduce((product, size) => product * size, 1)
  const index = at.reduce((place, i, axis) => place * tensor.shape[axis]! + i, 0)
  return tensor.data.subarray(index * length, (index + 1) * length)
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length)
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0)
}

const size = { height: 8, width: 8, channels: 64 }
const image = { height: 16, width: 16 }
const pairs = [0, 1, 2, 3].flatMap(i => [0, 1, 2, 3].map(c => ({ i, c })))

describe('Grad-CAM agrees with pytorch-grad-cam', () => {
  it.each(pairs)('image $i, class $c', ({ i, c }) => {
    const layer = { ...size, activations: golden('activations', i), gradients: golden('gradients', i, c) }
    const { map, empty, height, width } = gradcam(layer)
    expect([height, width]).toEqual([8, 8])
    expect(largestDifference(map, golden('layerMaps', i, c))).toBeLessThan(1e-5)
    expect(empty).toBe(golden('layerMaps', i, c).every(value => value === 0))
    expect(largestDifference(upsample(map, size, image), golden('maps', i, c))).toBeLessThan(1e-5)
  })

  it('covers empty maps and others', () => {
    const filled = pairs.filter(({ i, c }) => golden('layerMaps', i, c).some(value => value > 0))
    expect(filled.length).toBeGreaterThan(8)
    expect(filled.length).toBeLessThan(pairs.length)
  })
})

describe('laws', () => {
  const layers = fc
    .record({
      height: fc.integer({ min: 1, max: 5 }),
      width: fc.integer({ min: 1, max: 5 }),
      channels: fc.integer({ min: 1, max: 4 }),
    })
    .chain(shape => {
      const count = shape.height * shape.width * shape.channels
      const values = fc
        .array(fc.float({ min: -4, max: 4, noNaN: true }), { minLength: count, maxLength: count })
        .map(array => Float32Array.from(array))
      return fc.record({ shape: fc.constant(shape), activations: values, gradients: values })
    })

  it('a map is 0 to 1, and empty maps are 0 everywhere', () => {
    fc.assert(
      fc.property(layers, ({ shape, activations, gradients }) => {
        const { map, empty } = gradcam({ ...shape, activations, gradients })
        expect(map.length).toBe(shape.height * shape.width)
        expect(map.every(value => value >= 0 && value <= 1)).toBe(true)
        if (empty) expect(map.every(value => value === 0)).toBe(true)
      }),
    )
  })

  it('negated gradients keep only what was cut away', () => {
    const activations = Float32Array.of(1, 2, 3, 4)
    const shape = { height: 2, width: 2, channels: 1 }
    expect(gradcam({ ...shape, activations, gradients: new Float32Array(4).fill(0.5) }).empty).toBe(false)
    expect(gradcam({ ...shape, activations, gradients: new Float32Array(4).fill(-0.5) })).toMatchObject({
      empty: true,
      map: new Float32Array(4),
    })
  })
})

describe('what has no map', () => {
  it('a diverged run', () => {
    const layer = {
      height: 1,
      width: 2,
      channels: 1,
      activations: Float32Array.of(1, Number.NaN),
      gradients: Float32Array.of(1, 1),
    }
    expect(() => gradcam(layer)).toThrow('the run diverged')
    expect(() => gradcam(layer)).toThrow(expect.objectContaining({ kind: 'failed' }))
  })

  it('arrays that do not fit', () => {
    const two = new Float32Array(2)
    expect(() => gradcam({ height: 1, width: 1, channels: 1, activations: two, gradients: two })).toThrow(RangeError)
  })
})
