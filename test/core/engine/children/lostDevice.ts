/** Trains on a device that is lost in mid-step, releases everything, and trains again in the same process; prints what came of each as JSON. */
import { createEngine, DeviceLostError } from '../../../../src/core/engine/index.ts'
import { initialWeights, modelNamed } from '../../../../src/core/models/index.ts'
import { trainingSpecs, trainStep } from '../../../../src/core/training/index.ts'

const model = modelNamed('cnn', 8, 4)
const inputs = {
  pixels: new Float32Array(4 * 8 * 8).fill(100),
  labels: Int32Array.of(0, 1, 2, 3),
  stepSize: Float32Array.of(1e-3),
  epsilon: Float32Array.of(1e-8),
}

async function train(steps: number): Promise<string> {
  const engine = await createEngine({ engine: 'onnx-webgpu', threads: 1, device: 'test' })
  const state = engine.createState(trainingSpecs(model), initialWeights(model, 1, 0))
  const program = await engine.compile(trainStep(model, 4))
  try {
    for (let i = 0; i < steps; i++) await program.run(state, inputs)
    return 'trained'
  } catch (thrown) {
    if (!(thrown instanceof DeviceLostError)) throw thrown
    return `${thrown.kind}: ${thrown.message}`
  } finally {
    state.release()
    await program.release()
    await engine.release()
  }
}

console.log(JSON.stringify([await train(20), await train(3)]))
