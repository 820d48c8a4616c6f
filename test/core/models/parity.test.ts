/** ResNet-18 and ViT, narrow, against torchvision and timm: fixtures/models/make_models_golden.py. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { referenceEngine } from '../../../src/core/engine/eager.ts'
import { onnxCpuEngine } from '../../../src/core/engine/onnx/cpu.ts'
import type { Engine } from '../../../src/core/engine/program.ts'
import { initialWeights, type Model, modelNamed, savedTensors } from '../../../src/core/models/index.ts'
import { adamScalars } from '../../../src/core/training/adam.ts'
import { prediction, trainingSpecs, trainStep } from '../../../src/core/training/definitions.ts'
import { goldenImages, goldenWeights } from './goldenNumbers.ts'

/** Five entries, evenly spread, and the norm of all. */
interface Summary {
  readonly norm: number
  readonly entries: readonly number[]
}
type Summaries = Readonly<Record<string, Summary>>

const golden = JSON.parse(readFileSync(new URL('../../../fixtures/models/models.golden.json', import.meta.url), 'utf8'))
const { size, batch, steps, classes, learningRate, firstImages } = golden

const TOLERANCE = 1e-4

/** The norms' relative difference, and the entries' differences in units of the tensor's root mean square, whichever is more. */
function errorOf(values: Float32Array, { norm, entries }: Summary): number {
  const own = Math.hypot(...values)
  const scale = norm / Math.sqrt(values.length)
  const at = (k: number) => values[Math.floor((k * (values.length - 1)) / 4)]!
  return Math.max(Math.abs(own / norm - 1), ...entries.map((entry, k) => Math.abs(at(k) - entry) / scale))
}

/** The worst of all tensors, and which it is. */
function worst(tensors: Readonly<Record<string, Float32Array>>, expected: Summaries, prefix = ''): [number, string] {
  return Object.entries(expected)
    .map(([name, summary]): [number, string] => [errorOf(tensors[prefix + name]!, summary), name])
    .reduce((most, one) => (one[0] > most[0] ? one : most))
}

/** The largest difference of two lists, in units of the second's root mean square. */
function distance(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length)
  const scale = Math.hypot(...expected) / Math.sqrt(expected.length)
  return Math.max(...expected.map((value, i) => Math.abs(actual[i]! - value) / scale))
}

/** The key's bias has no effect but rounding noise, from which Adam makes whole steps: the golden file leaves it out. */
function withoutKeyBias(tensors: Readonly<Record<string, Float32Array>>): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, values]) => {
      const third = values.length / 3
      const key = (_: number, i: number) => i < third || i >= 2 * third
      return [name, name.endsWith('attn.qkv.bias') ? values.filter(key) : values]
    }),
  )
}

async function train(engine: Engine, model: Model) {
  const state = engine.createState(trainingSpecs(model), goldenWeights(model))
  const predict = await engine.compile(prediction(model, batch, trainingSpecs(model)))
  const step = await engine.compile(trainStep(model, batch))
  const labels = Int32Array.from({ length: batch }, (_, i) => i % classes)
  const images = (t: number) => goldenImages(firstImages - 1 + t, batch, size)
  const logits = async () => (await predict.run(state, { pixels: images(1) })).logits as Float32Array
  const before = await logits()
  const losses: number[] = []
  let first: Record<string, Float32Array> = {}
  for (let t = 1; t <= steps; t++) {
    const { stepSize, epsilon } = adamScalars(t, learningRate)
    const scalars = { stepSize: Float32Array.of(stepSize), epsilon: Float32Array.of(epsilon) }
    const { loss } = await step.run(state, { pixels: images(t), labels, ...scalars })
    losses.push(loss![0]!)
    if (t === 1) first = await state.read()
  }
  const result = { before, losses, first, last: await state.read(), after: await logits() }
  state.release()
  await Promise.all([predict.release(), step.release()])
  return result
}

const engines: [string, () => Engine][] = [
  ['onnx-cpu', () => onnxCpuEngine({ threads: 1, device: 'test' })],
  ['reference', () => referenceEngine('test')],
]

describe.each(engines)('on %s', (_, create) => {
  test.each(Object.keys(golden.models))('%s trains as the reference library does', async name => {
    const expected = golden.models[name]
    const model = modelNamed(name, size, classes, { configuration: expected.configuration })
    const found = await train(create(), model)
    expect(distance(found.before, expected.logits), 'logits').toBeLessThan(TOLERANCE)
    expect(distance(found.losses, expected.losses), 'losses').toBeLessThan(TOLERANCE)
    // Adam's first moment after one step, kept without the factor 1 - beta1, is the gradient.
    expect(worst(found.first, expected.gradients, 'adam.m.')[0], 'gradients').toBeLessThan(TOLERANCE)
    if (model.statistics.length > 0) {
      expect(worst(found.first, expected.statistics.first)[0], 'statistics').toBeLessThan(TOLERANCE)
      expect(worst(found.last, expected.statistics.last)[0], 'statistics').toBeLessThan(TOLERANCE)
    }
    expect(worst(withoutKeyBias(found.last), expected.weights)[0], 'weights after three steps').toBeLessThan(TOLERANCE)
    expect(distance(found.after, expected.logitsAfter), 'logits after three steps').toBeLessThan(TOLERANCE)
  })
})

describe.each(Object.keys(golden.models))('%s at full size', name => {
  const layoutsOf = JSON.parse(
    readFileSync(new URL('../../../fixtures/weights/layouts.golden.json', import.meta.url), 'utf8'),
  )
  const library: Record<string, (string | number)[]> = name === 'vit' ? layoutsOf.vit.timm : layoutsOf[name]
  const full = modelNamed(name, 224, 1000)

  test("has the reference library's tensors, and no others", () => {
    const counters = Object.keys(library).filter(key => !key.endsWith('num_batches_tracked'))
    expect(Object.fromEntries(savedTensors(full).map(({ name: key, shape }) => [key, ['F32', ...shape]]))).toEqual(
      Object.fromEntries(counters.map(key => [key, library[key]])),
    )
  })

  test('counts its parameters', () => {
    expect(full.layers.reduce((sum, layer) => sum + layer.parameters, 0)).toBe(golden.fullSizeParameters[name])
  })

  test("starts as the reference library's does: mean and deviation of every tensor", () => {
    for (const { name: key, shape, initial } of savedTensors(full)) {
      const [mean, deviation] = golden.initial[name][key] as [number, number]
      const count = shape.reduce((product, n) => product * n, 1)
      const [ownMean, own] =
        'constant' in initial
          ? [initial.constant, 0]
          : [0, 'normal' in initial ? initial.normal : initial.uniform / Math.sqrt(3)]
      expect(Math.abs(mean - ownMean), key).toBeLessThanOrEqual((5 * own) / Math.sqrt(count) + 1e-12)
      expect(Math.abs(deviation - own), key).toBeLessThanOrEqual((5 * own) / Math.sqrt(2 * count) + 1e-12)
    }
  })
})

test('initial weights are drawn as they are declared', () => {
  const model = modelNamed('resnet18', 64, 4, { configuration: { width: 16 } })
  const weights = initialWeights(model, 1, 0)
  const values = weights['layer4.1.conv1.weight']!
  const deviation = Math.sqrt(2 / (128 * 9))
  const moment = (power: number) => values.reduce((sum, value) => sum + (value / deviation) ** power, 0) / values.length
  expect(Math.abs(moment(1))).toBeLessThan(4 / Math.sqrt(values.length))
  expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / values.length))
  expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / values.length)) // a normal distribution's, not a uniform one's
  expect(weights['bn1.running_var']).toEqual(new Float32Array(16).fill(1))
  expect(weights['bn1.running_mean']).toEqual(new Float32Array(16))
})
