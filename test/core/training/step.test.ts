/** Steps on short batches and in micro-batches, against PyTorch's steps on the images alone. */
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { referenceEngine } from '../../../src/core/engine/eager.ts'
import { onnxCpuEngine } from '../../../src/core/engine/onnx/cpu.ts'
import type { Engine } from '../../../src/core/engine/program.ts'
import { initialWeights, type Model, modelNamed, readSafetensors } from '../../../src/core/models/index.ts'
import { predictAll } from '../../../src/core/training/predict.ts'
import { Programs } from '../../../src/core/training/programs.ts'
import { stateSpecs, stepShape, takeStep } from '../../../src/core/training/step.ts'

const folder = new URL('../../../fixtures/training/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, folder))
const golden = JSON.parse(read('cnn_golden.json').toString())
const short = JSON.parse(read('short_batch_golden.json').toString())
const { tensors } = readSafetensors(read('cnn_golden.safetensors'), 'cnn_golden.safetensors')
const floats = (name: string): Float32Array => tensors.get(name)!.data as Float32Array
const model = modelNamed('cnn', golden.size, golden.classes)

function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)
}

/** The first `rows` images of a golden batch. */
function images(step: number, rows: number) {
  const bytes = golden.size * golden.size
  const at = step * golden.batch
  return {
    pixels: floats('pixels').slice(at * bytes, (at + rows) * bytes),
    labels: Int32Array.from(floats('labels').slice(at, at + rows)),
  }
}

/** Adam's steps over batches of so many images; also m before and after each. */
async function train(programs: Programs, of: Model, rows: readonly number[], microBatch: number) {
  const shape = { batch: golden.batch, microBatch }
  const initial = Object.fromEntries(of.parameters.map(({ name }) => [name, floats(`initial.${name}`)]))
  const state = programs.engine.createState(stateSpecs(of, shape), initial)
  const reports = []
  const moments: Record<string, Float32Array>[] = []
  for (const [i, n] of rows.entries()) {
    const at = { t: i + 1, learningRate: golden.learningRate }
    reports.push(await takeStep(programs, of, state, images(i, n), shape, at))
    moments.push(await state.read(of.parameters.map(({ name }) => `adam.m.${name}`)))
  }
  const weights = await state.read(of.parameters.map(({ name }) => name))
  state.release()
  return { losses: reports.map(({ loss }) => loss), correct: reports.map(({ correct }) => correct), moments, weights }
}

const engines: [string, Engine][] = [
  ['onnx-cpu', onnxCpuEngine({ threads: 2, device: 'test' })],
  ['reference', referenceEngine('test')],
]
const every = (values: Float32Array, stride: number) => values.filter((_, i) => i % stride === 0)

describe.each(engines)('%s', (_, engine) => {
  const programs = new Programs(engine)
  afterAll(() => programs.release())

  test.each([
    ['whole, filled up', golden.batch],
    ['in micro-batches of 3', 3],
    ['in micro-batches of 1', 1],
  ])('short batches %s: loss, hits, gradients, weights of PyTorch with the images alone', async (_, micro) => {
    const trained = await train(programs, model, short.rows, micro)
    for (const [i, loss] of trained.losses.entries()) expect(Math.abs(loss / short.losses[i] - 1)).toBeLessThan(1e-5)
    expect(trained.correct).toEqual(short.correct)
    for (const [name, expected] of Object.entries(short.gradientsOfStep2 as Record<string, number[]>)) {
      const [before, after] = trained.moments.slice(0, 2).map(moment => every(moment[`adam.m.${name}`]!, short.stride))
      const gradient = after!.map((m, i) => m - 0.9 * before![i]!) // the state holds m / (1 - beta1)
      expect(farthest(gradient, expected), name).toBeLessThan(1e-5)
    }
    for (const [name, expected] of Object.entries(short.final as Record<string, number[]>)) {
      expect(farthest(every(trained.weights[name]!, short.stride), expected), name).toBeLessThan(2e-4)
    }
  })
})

test('micro-batches give the full batch of PyTorch', async () => {
  const programs = new Programs(engines[0]![1])
  const whole = await train(programs, model, [8, 8, 8, 8, 8], 8)
  const parts = await train(programs, model, [8, 8, 8, 8, 8], 3)
  for (const trained of [whole, parts]) {
    for (const [i, loss] of trained.losses.entries()) expect(Math.abs(loss / golden.losses[i] - 1)).toBeLessThan(1e-4)
    expect(trained.correct).toEqual(golden.correct)
  }
  for (const { name } of model.parameters) {
    const [a, b] = [whole, parts].map(trained => trained.moments[0]![`adam.m.${name}`]!)
    expect(farthest(a!, b!), name).toBeLessThan(1e-5) // gradients of the first step
  }
  await programs.release()
})

test('a model that mixes rows is given a short batch as it is, the others one program for both', async () => {
  const shapes: number[] = []
  const watched = (mixesRows: boolean): Model => ({
    ...model,
    mixesRows,
    logits(parameters, pixels, hook) {
      shapes.push(pixels.shape[0]!)
      return model.logits(parameters, pixels, hook)
    },
  })
  for (const mixes of [false, true]) {
    const programs = new Programs(engines[0]![1])
    await train(programs, watched(mixes), [8, 5], 8)
    await programs.release()
  }
  expect(shapes).toEqual([8, 8, 5])
})

test('predictions of a last short batch are those of the images alone, from one program', async () => {
  const size = 16
  const small = modelNamed('cnn', size, 3)
  const bytes = Uint8Array.from({ length: 7 * size * size }, (_, i) => (i * 7919) % 256)
  const places = Array.from({ length: 7 }, (_, place) => ({ place }))
  const weights = initialWeights(small, 1, 0)
  const answers: Float32Array[] = []
  for (const batch of [1, 4, 7, 50]) {
    const programs = new Programs(engines[0]![1])
    const state = programs.engine.createState(stateSpecs(small, { batch, microBatch: batch }), weights)
    answers.push(await predictAll(programs, small, state, places, { bytes, size }, batch))
    await programs.release()
  }
  for (const answer of answers) expect(farthest(answer, answers[0]!)).toBeLessThan(1e-6)
})

test('no batch is greater than the training set', () => {
  const train = Array.from({ length: 5 }, (_, i) => ({ id: String(i), place: i, label: 0 }))
  expect(stepShape({ train, batch: 32 })).toEqual({ batch: 5, microBatch: 5 })
  expect(stepShape({ train, batch: 4, microBatch: 2 })).toEqual({ batch: 4, microBatch: 2 })
})
