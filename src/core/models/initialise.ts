import { sizeOf } from '../engine/program.ts'
import { type RandomStream, randomStream } from '../shared/random.ts'
import { type Initial, type Model, savedTensors } from './model.ts'

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
  return Object.fromEntries(
    wanted.map(({ name, shape, initial }) => {
      const draw = drawFrom(initial, randomStream(seed, index, 'weights', model.name, name))
      return [name, Float32Array.from({ length: sizeOf(shape) }, draw)]
    }),
  )
}

function drawFrom(initial: Initial, stream: RandomStream): () => number {
  if ('constant' in initial) return () => initial.constant
  if ('uniform' in initial) return () => (2 * stream.uniform() - 1) * initial.uniform
  return normalDraws(stream, initial.normal)
}

/** Box and Muller (1958): two independent normal numbers of two uniform ones. */
function normalDraws(stream: RandomStream, deviation: number): () => number {
  let spare: number | null = null
  return () => {
    if (spare !== null) {
      const second = spare
      spare = null
      return second
    }
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - stream.uniform())) // 1 - u is never 0
    const angle = 2 * Math.PI * stream.uniform()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
}
