/** What an engine is tried with: training steps of the CNN, which is what a user waits for. */
import { type Arrays, type Engine, type EngineTrial, nodesOnCpu, runMany, sizeOf } from '../core/engine/index.ts'
import { initialWeights, type Model, modelNamed } from '../core/models/index.ts'
import { trainingSpecs, trainStep } from '../core/training/index.ts'

/** 128x128, batch 32. */
const REAL = { size: 128, batch: 32, steps: 3 }
/** So small that the reference takes it in less than a second. */
const SMALL = { size: 16, batch: 2, steps: 2 }

export function engineTrial(clock: () => number): EngineTrial {
  return {
    async stepMilliseconds(engine) {
      const { model, state, program, batch } = await started(engine, REAL)
      const together = Array.from({ length: program.runsAtOnce ?? 1 }, (_, i) => inputs(model, batch, i))
      const times: number[] = []
      for (let i = 0; i <= REAL.steps; i++) {
        const begun = clock()
        await runMany(program, state, together)
        times.push((clock() - begun) / together.length)
      }
      state.release()
      await program.release()
      return Math.min(...times.slice(1)) // the first one warms up
    },
    nodesOnCpu: engine => nodesOnCpu(engine, trainStep(modelNamed('cnn', REAL.size, 4), REAL.batch)),
    async results(engine) {
      const { model, state, program, batch } = await started(engine, SMALL)
      const steps = Array.from({ length: SMALL.steps }, (_, i) => inputs(model, batch, i))
      const outputs = await runMany(program, state, steps)
      // Moments are gradients; weights after a few steps of Adam hardly differ from the initial ones.
      const moments = await state.read(Object.keys(state.specs).filter(name => name.startsWith('adam.m.')))
      state.release()
      await program.release()
      return { loss: Float32Array.from(outputs, ({ loss }) => loss![0]!), ...moments }
    },
  }
}

async function started(engine: Engine, { size, batch }: { size: number; batch: number }) {
  const model = modelNamed('cnn', size, 4)
  const state = engine.createState(trainingSpecs(model), initialWeights(model, 1, 0))
  return { model, state, batch, program: await engine.compile(trainStep(model, batch)) }
}

function inputs({ size }: Model, batch: number, step: number): Arrays {
  return {
    pixels: Float32Array.from({ length: sizeOf([batch, size, size]) }, (_, i) => ((i + step) * 7919) % 256),
    labels: Int32Array.from({ length: batch }, (_, i) => (i + step) % 4),
    stepSize: Float32Array.of(1e-3),
    epsilon: Float32Array.of(1e-8),
  }
}
