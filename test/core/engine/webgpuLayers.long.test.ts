/**
 * Every layer of the models on WebGPU, forward and backward: the processor's numbers, and no node left to the processor. Over SwiftShader (Debian
 * packages chromium and libvulkan1); about 20 s on two cores.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as tf from '#tfjs'
import {
  createEngine,
  type Definition,
  type Engine,
  nodesOnCpu,
  probeEngine,
  type Shape,
  sizeOf,
} from '../../../src/core/engine/index.ts'
import {
  attention,
  avgPool2d,
  batchNorm,
  conv2d,
  dropout,
  embedding,
  gelu,
  globalAvgPool2d,
  groupNorm,
  layerNorm,
  linear,
  maxPool2d,
  mergeHeads,
  silu,
  splitHeads,
  upsampleNearest2d,
  valueAndGradients,
} from '../../../src/core/engine/primitives.ts'
import { randomStream } from '../../../src/core/shared/random.ts'
import { swiftShader } from './softwareGpu.ts'

const manifest = swiftShader()
if (manifest !== null) process.env.VK_ICD_FILENAMES = manifest
const reason = manifest === null ? 'there is no SwiftShader' : probeEngine('onnx-webgpu').reason
if (reason !== null) console.log(`SKIPPED  layers on WebGPU (Debian packages chromium and libvulkan1): ${reason}`)

type Tensors = Readonly<Record<string, tf.Tensor>>

function values(shape: Shape, name: string): Float32Array {
  const stream = randomStream(11, name, ...shape)
  return Float32Array.from({ length: sizeOf(shape) }, () => 2 * stream.uniform() - 1)
}

/** A layer's result, and its gradients by all inputs under a weighted sum. */
function definitionOf(name: string, inputs: Readonly<Record<string, Shape>>, layer: (t: Tensors) => tf.Tensor): Definition {
  return {
    name,
    state: {},
    inputs: Object.fromEntries(Object.entries(inputs).map(([key, shape]) => [key, { shape, dtype: 'float32' as const }])),
    compute(_, given) {
      const { gradients, extras } = valueAndGradients(at => {
        const result = layer(at)
        const weights = tf.tensor(values(result.shape, 'weights'), result.shape)
        return { value: tf.sum(tf.mul(result, weights)), extras: { result } }
      }, given)
      const named = Object.entries(gradients).map(([key, tensor]) => [`d ${key}`, tensor] as const)
      return { outputs: { result: extras.result!, ...Object.fromEntries(named) } }
    },
  }
}

const image = [2, 9, 8, 3]
const even = [2, 8, 8, 4]
const tokens = [2, 5, 8]
const heads = { q: [2, 2, 5, 4], k: [2, 2, 5, 4], v: [2, 2, 5, 4] }
const scale = (channels: number) => ({ weight: [channels], bias: [channels] })
const convolution = (kernel: number, stride: number, padding: number): Layer => [
  `convolution ${kernel} wide, stride ${stride}, padding ${padding}`,
  { x: image, w: [4, 3, kernel, kernel], b: [4] },
  t => conv2d(t.x!, t.w!, t.b!, { stride, padding }),
]
type Layer = [name: string, inputs: Readonly<Record<string, Shape>>, layer: (t: Tensors) => tf.Tensor]

const layers: Layer[] = [
  convolution(3, 1, 1),
  convolution(3, 2, 1),
  convolution(7, 2, 3),
  convolution(1, 2, 0),
  ['patches side by side', { x: even, w: [6, 4, 4, 4], b: [6] }, t => conv2d(t.x!, t.w!, t.b!, { stride: 4 })],
  ['ReLU and max pool', { x: even }, t => maxPool2d(tf.relu(t.x!), 2)],
  ['ReLU and overlapping max pool', { x: even }, t => maxPool2d(tf.relu(t.x!), 3, { stride: 2, padding: 1 })],
  ['average pool', { x: even }, t => avgPool2d(t.x!, 2)],
  ['global average pool', { x: even }, t => globalAvgPool2d(t.x!)],
  ['upsampling', { x: even }, t => upsampleNearest2d(t.x!, 2)],
  [
    'batch norm in training',
    { x: even, ...scale(4) },
    ({ x, weight, bias }) => {
      const running = { runningMean: tf.zeros([4]), runningVar: tf.ones([4]) }
      return batchNorm(x!, { weight: weight!, bias: bias!, ...running }, { training: true }).y
    },
  ],
  [
    'batch norm in evaluation',
    { x: even, ...scale(4) },
    ({ x, weight, bias }) => {
      const running = { runningMean: tf.fill([4], 0.2), runningVar: tf.fill([4], 1.5) }
      return batchNorm(x!, { weight: weight!, bias: bias!, ...running }, { training: false }).y
    },
  ],
  ['layer norm', { x: tokens, ...scale(8) }, t => layerNorm(t.x!, t.weight!, t.bias!)],
  ['group norm', { x: even, ...scale(4) }, t => groupNorm(t.x!, 2, t.weight!, t.bias!)],
  ['GELU', { x: tokens }, t => gelu(t.x!)],
  ['SiLU', { x: tokens }, t => silu(t.x!)],
  ['attention', heads, t => attention(t.q!, t.k!, t.v!).y],
  ['heads', { x: tokens }, t => mergeHeads(tf.square(splitHeads(t.x!, 2)))],
  ['linear', { x: tokens, w: [3, 8], b: [3] }, t => linear(t.x!, t.w!, t.b!)],
  ['embedding', { w: [6, 4] }, t => embedding(t.w!, tf.tensor([1, 0, 5, 1], [4], 'int32'))],
  ['concat and slice', { x: [2, 3, 4], y: [2, 2, 4] }, t => tf.slice(tf.concat([t.x!, t.y!], 1), [0, 1, 0], [2, 3, 4])],
  ['dropout', { x: tokens, keep: tokens }, t => dropout(t.x!, t.keep!, 0.5)],
  ['softmax', { x: tokens }, t => tf.softmax(t.x!)],
  ['log softmax', { x: tokens }, t => tf.logSoftmax(t.x!)],
]

describe.skipIf(reason !== null)('on WebGPU as on the processor, and all of it there', () => {
  let engines: Engine[] = []
  beforeAll(async () => {
    const start = (engine: 'onnx-cpu' | 'onnx-webgpu') => createEngine({ engine, threads: 1, device: 'test' })
    engines = [await start('onnx-cpu'), await start('onnx-webgpu')]
  })
  afterAll(async () => {
    for (const engine of engines) await engine.release()
  })

  it.each(layers)('%s', async (name, inputs, layer) => {
    const definition = definitionOf(name, inputs, layer)
    expect(await nodesOnCpu('onnx-webgpu', definition)).toEqual([])
    const given = Object.fromEntries(Object.entries(inputs).map(([key, shape]) => [key, values(shape, key)]))
    const [expected, actual] = await Promise.all(
      engines.map(async engine => {
        const program = await engine.compile(definition)
        const state = engine.createState({}, {})
        const outputs = await program.run(state, given)
        state.release()
        await program.release()
        return outputs
      }),
    )
    expect(Object.keys(actual!)).toEqual(['result', ...Object.keys(inputs).map(key => `d ${key}`)])
    for (const [key, wanted] of Object.entries(expected!)) {
      const got = actual![key]!
      expect(got).toHaveLength(wanted.length)
      for (const [i, value] of wanted.entries()) {
        const distance = Math.abs(got[i]! - value) / Math.max(1, Math.abs(value))
        expect(distance, `${key} ${i}`).toBeLessThan(1e-4)
      }
    }
  })
})
