import { createHash } from 'node:crypto'
import type { InferenceSession } from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Arrays, createEngine, type Definition, type Engine, runMany } from '../../../src/core/engine/index.ts'
import { compileLoop } from '../../../src/core/engine/onnx/loopProgram.ts'
import { OnnxState } from '../../../src/core/engine/onnx/state.ts'
import { add, mul, sum } from '../../../src/core/engine/primitives.ts'
import { initialWeights, modelNamed } from '../../../src/core/models/index.ts'
import { trainingSpecs, trainStep } from '../../../src/core/training/index.ts'

/** The loop as the CUDA engine makes it, on the processor. */
const OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  graphOptimizationLevel: 'extended',
}

/** What state holds, by name, as digests of its bytes. */
function bytesOf(values: Readonly<Record<string, Float32Array>>): Record<string, string> {
  const digest = (array: Float32Array) => createHash('sha256').update(new Uint8Array(array.buffer)).digest('hex')
  return Object.fromEntries(Object.entries(values).map(([name, array]) => [name, digest(array)]))
}

let engine: Engine
beforeAll(async () => {
  engine = await createEngine({ engine: 'onnx-cpu', threads: 1, device: 'test' })
})
afterAll(() => engine.release())

describe('runs of a CNN step in one Loop', () => {
  const STEPS = 5
  // 64 pixels: fc1 holds 2.1 million numbers, enough to be cut into blocks by the pass of the processor.
  const size = 64
  const batch = 4
  const model = modelNamed('cnn', size, 4)
  const inputs: Arrays[] = Array.from({ length: STEPS }, (_, step) => ({
    pixels: Float32Array.from({ length: batch * size * size }, (_, i) => ((i + step * 31) * 7919) % 256),
    labels: Int32Array.from({ length: batch }, (_, i) => (i + step) % 4),
    stepSize: Float32Array.of(1e-3 / (step + 1)),
    epsilon: Float32Array.of(1e-8),
  }))

  it('equal the same runs one after another, bit by bit', async () => {
    const step = await engine.compile(trainStep(model, batch))
    const apart = engine.createState(trainingSpecs(model), initialWeights(model, 1, 0))
    const single = await runMany(step, apart, inputs)

    const loop = await compileLoop(trainStep(model, batch), 'cpu', OPTIONS, STEPS)
    const together = new OnnxState(trainingSpecs(model), initialWeights(model, 1, 0))
    const looped = await runMany(loop, together, inputs)

    expect(looped).toEqual(single)
    expect(new Set(looped.map(({ loss }) => loss![0])).size).toBe(STEPS)
    expect(bytesOf(await together.read())).toEqual(bytesOf(await apart.read()))

    // Calls follow each other on the state that the last one left.
    const halves = new OnnxState(trainingSpecs(model), initialWeights(model, 1, 0))
    const first = await loop.runMany!(halves, inputs.slice(0, 2))
    const rest = await loop.runMany!(halves, inputs.slice(2, 4))
    expect([...first, ...rest, await loop.run(halves, inputs[4]!)]).toEqual(single)
    expect(bytesOf(await halves.read(['fc1.weight']))).toEqual(bytesOf(await apart.read(['fc1.weight'])))
    await Promise.all([step.release(), loop.release()])
  })

  it('agree with the processor lowered for CUDA', async () => {
    const step = await engine.compile(trainStep(model, batch))
    const apart = engine.createState(trainingSpecs(model), initialWeights(model, 1, 0))
    const single = await runMany(step, apart, inputs)
    const loop = await compileLoop(trainStep(model, batch), 'cuda', OPTIONS, STEPS)
    const together = new OnnxState(trainingSpecs(model), initialWeights(model, 1, 0), { blocks: false })
    const looped = await runMany(loop, together, inputs)
    for (const [i, { loss, correct }] of looped.entries()) {
      expect(loss![0]).toBeCloseTo(single[i]!.loss![0]!, 4)
      expect(correct![0]).toBe(single[i]!.correct![0])
    }
    await Promise.all([step.release(), loop.release()])
  })
})

describe('a loop', () => {
  const scalar = { shape: [], dtype: 'float32' } as const
  const definition: Definition = {
    name: 'total and last',
    state: { factor: scalar, total: scalar, last: scalar },
    inputs: { x: { shape: [2], dtype: 'float32' } },
    compute({ factor, total }, { x }) {
      const scaled = mul(sum(x!), factor!)
      return { state: { total: add(total!, scaled), last: scaled }, outputs: { scaled, twice: mul(x!, factor!) } }
    },
  }
  const inputs = [1, 10, 100].map(n => ({ x: Float32Array.of(n, n) }))

  it('reads state it does not write, writes state it does not read, and stacks its outputs', async () => {
    const loop = await compileLoop(definition, 'cpu', OPTIONS, 3)
    const state = new OnnxState(definition.state, { factor: Float32Array.of(3), total: Float32Array.of(5) })
    expect(await loop.runMany!(state, inputs)).toEqual(
      [1, 10, 100].map(n => ({ scaled: Float32Array.of(6 * n), twice: Float32Array.of(3 * n, 3 * n) })),
    )
    expect(await state.read()).toEqual({
      factor: Float32Array.of(3),
      total: Float32Array.of(5 + 6 * 111),
      last: Float32Array.of(600),
    })
    expect(await loop.runMany!(state, [])).toEqual([])
    await loop.release()
  })

  it('refuses inputs that are missing or do not fit, and leaves the state as it was', async () => {
    const loop = await compileLoop(definition, 'cpu', OPTIONS, 3)
    const state = new OnnxState(definition.state, {})
    await expect(loop.runMany!(state, [...inputs, {}])).rejects.toThrow(/input 'x' is missing/)
    await expect(loop.runMany!(state, [{ x: Float32Array.of(1) }])).rejects.toThrow(/'x' holds 2 numbers, not 1/)
    expect(await state.read(['total'])).toEqual({ total: Float32Array.of(0) })
    await loop.release()
  })
})
