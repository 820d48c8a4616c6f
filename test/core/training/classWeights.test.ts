/** Steps whose classes have weights, against torch.nn.CrossEntropyLoss(weight=w); the weights themselves, against scikit-learn. */
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { referenceEngine } from '../../../src/core/engine/eager.ts'
import { onnxCpuEngine } from '../../../src/core/engine/onnx/cpu.ts'
import type { Engine } from '../../../src/core/engine/program.ts'
import { initialWeights, type Model, modelNamed, readSafetensors } from '../../../src/core/models/index.ts'
import { crossEntropy } from '../../../src/core/stats/index.ts'
import { balancedWeights, rowWeights } from '../../../src/core/training/classWeights.ts'
import { predictAll } from '../../../src/core/training/predict.ts'
import { Programs } from '../../../src/core/training/programs.ts'
import { trainRun } from '../../../src/core/training/run.ts'
import { stateSpecs, takeSteps } from '../../../src/core/training/step.ts'
import type { TrainingTask } from '../../../src/core/training/task.ts'

const folder = new URL('../../../fixtures/training/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, folder))
const golden = JSON.parse(read('cnn_golden.json').toString())
const weighted = JSON.parse(read('weighted_golden.json').toString())
const { tensors } = readSafetensors(read('cnn_golden.safetensors'), 'cnn_golden.safetensors')
const floats = (name: string): Float32Array => tensors.get(name)!.data as Float32Array
const cnn = modelNamed('cnn', golden.size, golden.classes)
const classWeights = balancedWeights(weighted.counts)

function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)
}

/** The first `rows` images of a golden batch, as its step. */
function planned(step: number, rows: number) {
  const bytes = golden.size * golden.size
  const at = step * golden.batch
  return {
    pixels: floats('pixels').slice(at * bytes, (at + rows) * bytes),
    labels: Int32Array.from(floats('labels').slice(at, at + rows)),
    t: step + 1,
    learningRate: golden.learningRate as number,
  }
}

test('balanced weights are those of scikit-learn', () => {
  for (const { counts, weights } of weighted.balanced) expect(farthest(balancedWeights(counts), weights)).toBeLessThan(1e-12)
})

test('the parts of a batch sum up to 1, and keep the ratios of the weights', () => {
  const parts = rowWeights(Int32Array.of(0, 3, 0, 1), [1, 2, 3, 5])
  expect([...parts]).toEqual([1 / 9, 5 / 9, 1 / 9, 2 / 9].map(Math.fround))
})

const engines: [string, Engine][] = [
  ['onnx-cpu', onnxCpuEngine({ threads: 2, device: 'test' })],
  ['reference', referenceEngine('test')],
]
const every = (values: Float32Array, stride: number) => values.filter((_, i) => i % stride === 0)

describe.each(engines)('%s', (_, engine) => {
  const programs = new Programs(engine)
  afterAll(() => programs.release())

  test.each<[string, Model, number]>([
    ['filled up', cnn, 8],
    ['as they are', { ...cnn, mixesRows: true }, 8],
    ['in micro-batches of 3', cnn, 3],
    ['in micro-batches of 1', cnn, 1],
  ])('short batches %s: loss, gradients and weights of PyTorch with the images alone', async (_, model, microBatch) => {
    const shape = { batch: golden.batch as number, microBatch, classWeights }
    const initial = Object.fromEntries(model.parameters.map(({ name }) => [name, floats(`initial.${name}`)]))
    const state = engine.createState(stateSpecs(model, shape), initial)
    const batches = (weighted.rows as number[]).map((rows, step) => planned(step, rows))
    const momentNames = model.parameters.map(({ name }) => `adam.m.${name}`)
    const reports = []
    const moments: Record<string, Float32Array>[] = []
    for (const batch of batches.slice(0, 2)) {
      reports.push(...(await takeSteps(programs, model, state, [batch], shape)))
      moments.push(await state.read(momentNames))
    }
    reports.push(...(await takeSteps(programs, model, state, batches.slice(2), shape)))
    for (const [i, { loss }] of reports.entries()) expect(Math.abs(loss / weighted.losses[i] - 1)).toBeLessThan(1e-5)
    for (const [name, expected] of Object.entries(weighted.gradientsOfStep2 as Record<string, number[]>)) {
      const [before, after] = moments.map(moment => every(moment[`adam.m.${name}`]!, weighted.stride))
      const gradient = after!.map((m, i) => m - 0.9 * before![i]!) // the state holds m / (1 - beta1)
      expect(farthest(gradient, expected), name).toBeLessThan(1e-5)
    }
    const final = await state.read(model.parameters.map(({ name }) => name))
    for (const [name, expected] of Object.entries(weighted.final as Record<string, number[]>)) {
      expect(farthest(every(final[name]!, weighted.stride), expected), name).toBeLessThan(2e-4)
    }
    state.release()
  })
})

describe('a run with class weights', () => {
  const size = 16
  const images = { size, bytes: Uint8Array.from({ length: 24 * size * size }, (_, i) => (i * 7919) % 256) }
  const all = Array.from({ length: 24 }, (_, place) => ({ id: `image-${place}`, place, label: place % 4 === 0 ? 1 : 0 }))
  const [train, validation] = [all.slice(0, 16), all.slice(16)]
  const own = balancedWeights([12, 4])
  const task: TrainingTask = {
    ...{ model: 'cnn', size, classes: ['NonDemented', 'MildDemented'], train, validation, policy: 'none' },
    ...{ seed: 1, index: 0, batch: 16, learningRate: 1e-3, epochs: 1, patience: 1, classWeights: own },
  }
  const engine = onnxCpuEngine({ threads: 1, device: 'test' })
  const run = (given: Partial<TrainingTask>) => {
    const quiet = { images, clock: () => 0, onEpoch: () => {}, stopped: () => false }
    return trainRun({ ...task, ...given }, { programs: new Programs(engine), ...quiet })
  }

  test.each(['all', 'head'] as const)('weighs the training loss and not that of validation, training %s', async fineTune => {
    const model = modelNamed('cnn', size, 2)
    const programs = new Programs(engine)
    const state = engine.createState(stateSpecs(model, { batch: 16, microBatch: 16 }), initialWeights(model, 1, 0))
    const logits = await predictAll(programs, model, state, train, images, 16)
    const losses = train.map(({ label }, i) => crossEntropy(logits.slice(2 * i, 2 * i + 2), [label], 2))
    const whole = train.reduce((sum, { label }) => sum + own[label]!, 0)
    const mean = losses.reduce((sum, loss, i) => sum + loss * own[train[i]!.label]!, 0) / whole

    const { history, validationLogits } = await run({ fineTune })
    expect(history[0]!.trainLoss).toBeCloseTo(mean, 5) // one batch: before its update
    const labels = validation.map(({ label }) => label)
    expect(history[0]!.validationLoss).toBe(crossEntropy(validationLogits, labels, 2))
    await programs.release()
  })

  test('is told from one without; equal weights change it by rounding only', async () => {
    const plain = { ...task, epochs: 3, patience: 3, batch: 5 }
    const { classWeights: _, ...without } = plain
    const losses = async (given: TrainingTask) => (await run(given)).history.map(({ trainLoss }) => trainLoss)
    const usual = await trainRun(without, {
      ...{ programs: new Programs(engine), images, clock: () => 0, onEpoch: () => {}, stopped: () => false },
    })
    const expected = usual.history.map(({ trainLoss }) => trainLoss)
    expect(farthest(await losses({ ...plain, classWeights: [1, 1] }), expected)).toBeLessThan(1e-4)
    expect(farthest(await losses(plain), expected)).toBeGreaterThan(1e-2)
  })
})
