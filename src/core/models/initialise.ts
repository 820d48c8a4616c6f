import { sizeOf } from '../engine/program.ts'
import { normalDraws } from '../shared/normal.ts'
import { type RandomStream, randomStream } from '../shared/random.ts'
import { type Initial, type Model, type ParameterSpec, savedTensors } from './model.ts'

/**
 * Initial weights of run `index`: a stream of its own for each tensor, named by seed, index, model and tensor, so that every cell's run
 * of that index starts from the same weights. Running statistics start as the model says. `only` some of the tensors: default all.
 */
export function initialWeights(
  model: Model,
  seed: number,
  index: number,
  only: readonly string[] = savedTensors(model).map(({ name }) => name),
): Record<string, Float32Array> {
  const wanted = savedTensors(model).filter(({ name }) => only.includes(name))
  return drawnTensors(wanted, seed, index, 'weights', model.name)
}

/** First values of tensors, each from a stream of its own, named by `stream` and the tensor. */
export function drawnTensors(
  tensors: readonly ParameterSpec[],
  ...stream: readonly (string | number)[]
): Record<string, Float32Array> {
  return Object.fromEntries(
    tensors.map(({ name, shape, initial }) => {
      const draw = drawFrom(initial, randomStream(...stream, name))
      return [name, Float32Array.from({ length: sizeOf(shape) }, draw)]
    }),
  )
}

function drawFrom(initial: Initial, stream: RandomStream): () => number {
  if ('constant' in initial) return () => initial.constant
  if ('uniform' in initial) return () => (2 * stream.uniform() - 1) * initial.uniform
  return normalDraws(stream, initial.normal)
}
