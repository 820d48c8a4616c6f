import { sizeOf } from '../engine/program.ts'
import { randomStream } from '../shared/random.ts'
import type { Model } from './model.ts'

/**
 * Initial weights of run `index`: a stream of its own for each parameter, named by seed, index, model and parameter, so that
 * every cell's run of that index starts from the same weights. Uniform in (-bound, bound), PyTorch's default.
 */
export function initialWeights(model: Model, seed: number, index: number): Record<string, Float32Array> {
  return Object.fromEntries(
    model.parameters.map(({ name, shape, bound }) => {
      const stream = randomStream(seed, index, 'weights', model.name, name)
      return [name, Float32Array.from({ length: sizeOf(shape) }, () => (2 * stream.uniform() - 1) * bound)]
    }),
  )
}
