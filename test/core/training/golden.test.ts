import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { referenceEngine } from '../../../src/core/engine/eager.ts'
import { onnxCpuEngine } from '../../../src/core/engine/onnx/cpu.ts'
import type { Engine } from '../../../src/core/engine/program.ts'
import { initialWeights, modelNamed, readSafetensors } from '../../../src/core/models/index.ts'
import { adamScalars } from '../../../src/core/training/adam.ts'
import { prediction, trainingSpecs, trainStep } from '../../../src/core/training/definitions.ts'

const folder = new URL('../../../fixtures/training/', import.meta.url)
const golden = JSON.parse(readFileSync(new URL('cnn_golden.json', folder), 'utf8'))
const { tensors } = readSafetensors(readFileSync(new URL('cnn_golden.safetensors', folder)), 'cnn_golden.safetensors')
const floats = (name: string): Float32Array => tensors.get(name)!.data as Float32Array

/** The largest difference between two arrays of one length. */
function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)
}

/** Five Adam steps on the golden batches. */
async function train(engine: Engine) {
  const model = modelNamed('cnn', golden.size, golden.classes)
  const initial = Object.fromEntries(model.parameters.map(({ name }) => [name, floats(`initial.${name}`)]))
  const state = engine.createState(trainingSpecs(model), initial)
  const imageBytes = golden.size * golden.size * golden.batch
  const batch = (step: number) => ({
    pixels: floats('pixels').slice(step * imageBytes, (step + 1) * imageBytes),
    labels: Int32Array.from(floats('labels').slice(step * golden.batch, (step + 1) * golden.batch)),
  })
  const predict = await engine.compile(prediction(model, golden.batch, trainingSpecs(model)))
  const { logits } = await predict.run(state, { pixels: batch(0).pixels })
  const step = await engine.compile(trainStep(model, golden.batch))
  const losses: number[] = []
  const correct: number[] = []
  for (let t = 1; t <= golden.steps; t++) {
    const { stepSize, epsilon } = adamScalars(t, golden.learningRate)
    const outputs = await step.run(state, {
      ...batch(t - 1),
      stepSize: Float32Array.of(stepSize),
      epsilon: Float32Array.of(epsilon),
    })
    losses.push(outputs.loss![0]!)
    correct.push(outputs.correct![0]!)
  }
  const weights = await state.read(model.parameters.map(({ name }) => name))
  state.release()
  await Promise.all([predict.release(), step.release()])
  return { logits: logits!, losses, correct, weights }
}

const engines: [string, () => Engine][] = [
  ['onnx-cpu, 1 thread', () => onnxCpuEngine({ threads: 1, device: 'test' })],
  ['onnx-cpu, 2 threads', () => onnxCpuEngine({ threads: 2, device: 'test' })],
  ['reference', () => referenceEngine('test')],
]

describe.each(engines)('%s trains the CNN as PyTorch does', (_, create) => {
  test('logits, losses, hits and weights of five Adam steps', async () => {
    const trained = await train(create())
    expect(farthest(trained.logits, floats('logits'))).toBeLessThan(1e-5)
    for (const [i, loss] of trained.losses.entries()) expect(Math.abs(loss / golden.losses[i] - 1)).toBeLessThan(1e-4)
    expect(trained.correct).toEqual(golden.correct)
    for (const [name, values] of Object.entries(trained.weights)) {
      const every = values.filter((_, i) => i % golden.stride === 0)
      expect(farthest(every, floats(`final.${name}`)), name).toBeLessThan(2e-4)
    }
  })
})

test('the same steps give the same bits', async () => {
  const [a, b] = [
    await train(onnxCpuEngine({ threads: 2, device: 'test' })),
    await train(onnxCpuEngine({ threads: 2, device: 'test' })),
  ]
  expect(a.losses).toEqual(b.losses)
  expect(a.weights).toEqual(b.weights)
})

test('the same with weights cut into blocks: a step at 64x64 agrees with the reference', async () => {
  const model = modelNamed('cnn', 64, 4)
  const initial = initialWeights(model, 3, 0)
  const pixels = Float32Array.from({ length: 2 * 64 * 64 }, (_, i) => (i * 7919) % 256)
  const { stepSize, epsilon } = adamScalars(1, 1e-3)
  const inputs = {
    pixels,
    labels: Int32Array.of(1, 3),
    stepSize: Float32Array.of(stepSize),
    epsilon: Float32Array.of(epsilon),
  }
  const results: Record<string, Float32Array>[] = []
  for (const engine of [referenceEngine('test'), onnxCpuEngine({ threads: 2, device: 'test' })]) {
    const state = engine.createState(trainingSpecs(model), initial)
    expect((await state.read(['fc1.weight']))['fc1.weight']).toEqual(initial['fc1.weight'])
    const step = await engine.compile(trainStep(model, 2))
    const { loss } = await step.run(state, inputs)
    results.push({
      loss: loss as Float32Array,
      ...(await state.read(['fc1.weight', 'adam.m.fc1.weight', 'adam.v.fc1.weight'])),
    })
  }
  const [expected, actual] = results as [Record<string, Float32Array>, Record<string, Float32Array>]
  expect(farthest(actual.loss!, expected.loss!)).toBeLessThan(1e-5)
  expect(farthest(actual['adam.m.fc1.weight']!, expected['adam.m.fc1.weight']!)).toBeLessThan(1e-6)
  expect(farthest(actual['adam.v.fc1.weight']!, expected['adam.v.fc1.weight']!)).toBeLessThan(1e-8)
  expect(farthest(actual['fc1.weight']!, expected['fc1.weight']!)).toBeLessThan(2.1e-3) // Adam's first step is the sign of a gradient
})
