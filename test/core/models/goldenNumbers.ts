/** Weights and images as fixtures/models/numbers_lcg.py makes them, bit for bit. */
import { sizeOf } from '../../../src/core/engine/program.ts'
import { type Model, savedTensors } from '../../../src/core/models/index.ts'

/** `count` numbers in [-1, 1), of 24 random bits. */
export function uniform(seed: number, count: number): number[] {
  let x = (Math.imul(seed, 2654435761) + 1) >>> 0
  return Array.from({ length: count }, () => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0
    return (x >>> 8) / 2 ** 23 - 1
  })
}

function tensor(seed: number, name: string, shape: readonly number[]): Float32Array {
  const values = uniform(seed, sizeOf(shape))
  const made = (value: number): number => {
    if (name.endsWith('running_var')) return 1 + 0.5 * value
    if (shape.length === 1) return name.endsWith('.weight') ? 1 + 0.2 * value : 0.1 * value
    if (name === 'cls_token' || name === 'pos_embed') return 0.2 * value
    return value * Math.sqrt(3 / sizeOf(shape.slice(1)))
  }
  return Float32Array.from(values, made)
}

/** Parameters and running statistics by name. */
export function goldenWeights(model: Model): Record<string, Float32Array> {
  const named = [...savedTensors(model)].sort((a, b) => (a.name < b.name ? -1 : 1))
  return Object.fromEntries(named.map(({ name, shape }, i) => [name, tensor(i + 1, name, shape)]))
}

/** Grey levels `[batch, size, size, 1]`, 0 to 255, with a black border at the top and at the right. */
export function goldenImages(seed: number, batch: number, size: number): Float32Array {
  const border = size / 8
  return Float32Array.from(uniform(seed, batch * size * size), (value, i) => {
    const [row, column] = [Math.floor(i / size) % size, i % size]
    return row < border || column >= size - border ? 0 : Math.floor((value + 1) * 128)
  })
}
