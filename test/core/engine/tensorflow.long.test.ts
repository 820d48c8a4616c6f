/**
 * The engine on TensorFlow, over a tfjs-node built for the occasion (tensorflowBuild.ts): everything but the GPU is as with tfjs-node-gpu. Needs npm, pip with
 * Python, unzip, make, a C++ compiler and Node's headers.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as tf from '#tfjs'
import { createEngine, type Engine, listEngines, type Shape } from '../../../src/core/engine/index.ts'
import * as p from '../../../src/core/engine/primitives.ts'
import { TENSORFLOW_VERSION } from '../../../src/core/engine/tensorflowPackage.ts'
import { LayerGradients } from '../../../src/core/explain/layerGradient.ts'
import { initialWeights, modelNamed } from '../../../src/core/models/index.ts'
import { adamScalars } from '../../../src/core/training/adam.ts'
import { trainingSpecs, trainStep, weightSpecs } from '../../../src/core/training/index.ts'
import { agreeOn, farthest, values } from './agreement.ts'
import { buildTensorflow } from './tensorflowBuild.ts'

const home = mkdtempSync(join(tmpdir(), 'mri-lab-tensorflow-'))
const begun = performance.now()
const reason = buildTensorflow(join(home, 'mri-lab', 'tensorflow'), TENSORFLOW_VERSION)
const seconds = Math.round((performance.now() - begun) / 1000)
console.log(
  reason === null ? `tfjs-node was built in ${seconds} s` : `SKIPPED  tensorflow: tfjs-node cannot be built here: ${reason}`,
)

const before = process.env.XDG_DATA_HOME
let engine: Engine
let reference: Engine

beforeAll(async () => {
  if (reason !== null) return
  process.env.XDG_DATA_HOME = home
  reference = await createEngine({ engine: 'reference', threads: 1, device: 'test' })
  engine = await createEngine({ engine: 'tensorflow', threads: 1, device: 'test' })
})
afterAll(() => {
  if (before === undefined) delete process.env.XDG_DATA_HOME
  else process.env.XDG_DATA_HOME = before
  rmSync(home, { recursive: true, force: true })
})

describe.skipIf(reason !== null)('tensorflow, on the build for the processor', () => {
  it('starts when asked by name, says where it computes, and is not for auto', () => {
    expect(listEngines().find(({ name }) => name === 'tensorflow')).toMatchObject({ available: true })
    expect(engine.identity).toMatchObject({
      engine: 'tensorflow',
      device: 'test (TensorFlow without a GPU)',
      lowering: 'eager',
      versions: { 'tfjs-node': TENSORFLOW_VERSION, tfjs: TENSORFLOW_VERSION, tensorflow: '2.15.1' },
    })
    expect(engine.standIn).toMatch(/computes on the processor/)
  })

  it('trains the CNN as the reference does, for three steps of Adam, and explains it', async () => {
    const size = 16
    const batch = 4
    const model = modelNamed('cnn', size, 4)
    const train = async (on: Engine) => {
      const state = on.createState(trainingSpecs(model), initialWeights(model, 1, 0))
      const step = await on.compile(trainStep(model, batch))
      const told: number[] = []
      for (let i = 0; i < 3; i++) {
        const { stepSize, epsilon } = adamScalars(i + 1, 1e-3)
        const { loss, correct } = await step.run(state, {
          pixels: values([batch, size, size, 1], `step ${i}`).map(value => 127.5 * (1 + value)),
          labels: Int32Array.from({ length: batch }, (_, image) => (image + i) % 4),
          stepSize: Float32Array.of(stepSize),
          epsilon: Float32Array.of(epsilon),
        })
        told.push(loss![0]!, correct![0]!)
      }
      const trained = await state.read()
      const weights = on.createState(weightSpecs(model), picked(trained, Object.keys(weightSpecs(model))))
      const pixels = values([size, size], 'explained').map(value => 127.5 * (1 + value))
      return {
        told,
        trained,
        layers: await new LayerGradients(on, model, weights.specs).of(weights, pixels, 'conv2', [0, 3]),
      }
    }
    const expected = await train(reference)
    const actual = await train(engine)
    for (const [i, value] of expected.told.entries()) expect(actual.told[i]).toBeCloseTo(value, 5)
    for (const [name, wanted] of Object.entries(expected.trained)) {
      expect(farthest(actual.trained[name]!, wanted, 1e-3), name).toBeLessThan(2e-3)
    }
    expect(actual.layers.length).toBe(expected.layers.length)
    for (const [i, layer] of expected.layers.entries()) {
      expect(farthest(actual.layers[i]!.layer.gradients, layer.layer.gradients, 1e-6)).toBeLessThan(1e-3)
    }
  })

  const image: Shape = [2, 8, 8, 3]
  const layers: [string, Record<string, Shape>, (t: Record<string, tf.Tensor>) => tf.Tensor][] = [
    ['conv2d, 3x3, padding 1', { x: image, w: [4, 3, 3, 3], b: [4] }, t => p.conv2d(t.x!, t.w!, t.b!, { padding: 1 })],
    [
      'conv2d, 3x3, stride 2, padding 1',
      { x: image, w: [4, 3, 3, 3] },
      t => p.conv2d(t.x!, t.w!, null, { stride: 2, padding: 1 }),
    ],
    ['conv2d, 1x1, stride 2', { x: image, w: [4, 3, 1, 1] }, t => p.conv2d(t.x!, t.w!, null, { stride: 2 })],
    ['max pool, 3x3, stride 2, padding 1', { x: image }, t => p.maxPool2d(t.x!, 3, { stride: 2, padding: 1 })],
    ['average pool, 3x3, stride 2, padding 1', { x: image }, t => p.avgPool2d(t.x!, 3, { stride: 2, padding: 1 })],
    ['global average pool', { x: image }, t => p.globalAvgPool2d(t.x!)],
    ['nearest upsampling', { x: image }, t => p.upsampleNearest2d(t.x!, 2)],
    ['layer norm', { x: [2, 5, 6], w: [6], b: [6] }, t => p.layerNorm(t.x!, t.w!, t.b!)],
    ['group norm', { x: [2, 4, 4, 6], w: [6], b: [6] }, t => p.groupNorm(t.x!, 2, t.w!, t.b!)],
    [
      'batch norm in training',
      { x: image, weight: [3], bias: [3] },
      t => {
        const running = { runningMean: tf.zeros([3]), runningVar: tf.ones([3]) }
        return p.batchNorm(t.x!, { weight: t.weight!, bias: t.bias!, ...running }, { training: true }).y
      },
    ],
    ['gelu', { x: [3, 7] }, t => p.gelu(t.x!)],
    ['silu', { x: [3, 7] }, t => p.silu(t.x!)],
    ['attention', { q: [2, 2, 5, 4], k: [2, 2, 5, 4], v: [2, 2, 5, 4] }, t => p.attention(t.q!, t.k!, t.v!).y],
    ['concat and slice', { a: [2, 3], b: [2, 3] }, t => p.slice(p.concat([t.a!, t.b!], 1), [0, 2], [2, 3])],
  ]
  it.each(layers)('%s agrees with the reference, and its gradients', (_, inputs, f) => agreeOn(engine, inputs, f))

  it('leaves tfjs where it was: the reference computes as before', async () => {
    expect(tf.getBackend()).not.toBe('tensorflow')
    await agreeOn(reference, { x: [2, 3] }, t => p.relu(t.x!))
  })
})

function picked(values: Readonly<Record<string, Float32Array>>, names: readonly string[]): Record<string, Float32Array> {
  return Object.fromEntries(names.map(name => [name, values[name]!]))
}
