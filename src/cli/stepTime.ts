/** How long a training step takes here: what a user waits for. */
import { type Engine, sizeOf } from '../core/engine/index.ts'
import { initialWeights, modelNamed } from '../core/models/index.ts'
import { trainingSpecs, trainStep } from '../core/training/index.ts'

const SIZE = 128
const BATCH = 32
const STEPS = 3

/** Milliseconds of the CNN's training step, 128x128, batch 32: the fastest of three after one to warm up. */
export async function stepMilliseconds(engine: Engine, clock: () => number): Promise<number> {
  const model = modelNamed('cnn', SIZE, 4)
  const state = engine.createState(trainingSpecs(model), initialWeights(model, 1, 0))
  const program = await engine.compile(trainStep(model, BATCH))
  const inputs = {
    pixels: Float32Array.from({ length: sizeOf([BATCH, SIZE, SIZE]) }, (_, i) => (i * 7919) % 256),
    labels: Int32Array.from({ length: BATCH }, (_, i) => i % 4),
    stepSize: Float32Array.of(1e-3),
    epsilon: Float32Array.of(1e-8),
  }
  const times: number[] = []
  for (let i = 0; i <= STEPS; i++) {
    const begun = clock()
    await program.run(state, inputs)
    times.push(clock() - begun)
  }
  state.release()
  await program.release()
  return Math.min(...times.slice(1))
}
