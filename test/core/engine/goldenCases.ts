/** PyTorch's cases of fixtures/engine, as definitions over the primitives: layers, a residual block and a transformer block. */
import { readFileSync } from 'node:fs'
import * as tf from '#tfjs'
import {
  add,
  attention,
  avgPool2d,
  batchNorm,
  cast,
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
  relu,
  silu,
  split,
  splitHeads,
  upsampleNearest2d,
  valueAndGradients,
} from '../../../src/core/engine/primitives.ts'
import type { Definition } from '../../../src/core/engine/program.ts'
import { readSafetensors } from '../../../src/core/models/index.ts'

const folder = new URL('../../../fixtures/engine/', import.meta.url)
export const { cases } = JSON.parse(readFileSync(new URL('kernels_golden.json', folder), 'utf8')) as {
  cases: Record<string, Record<string, number>>
}
const { tensors } = readSafetensors(
  readFileSync(new URL('kernels_golden.safetensors', folder)),
  'kernels_golden.safetensors',
)

/** Tensors `${name}.${part}.*` by what follows. */
export function stored(name: string, part: string) {
  const prefix = `${name}.${part}`
  return Object.fromEntries(
    [...tensors]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, { shape, data }]) => [key.slice(prefix.length + 1), { shape, data: data as Float32Array }]),
  )
}

type Given = Readonly<Record<string, tf.Tensor>>
type Layer = (t: Given, options: Record<string, number>) => tf.Tensor | Record<string, tf.Tensor>

const norm = (t: Given, x: tf.Tensor, prefix: string, training: boolean) =>
  batchNorm(
    x,
    {
      weight: t[`${prefix}weight`]!,
      bias: t[`${prefix}bias`]!,
      runningMean: t[`${prefix}mean`]!,
      runningVar: t[`${prefix}var`]!,
    },
    { training },
  )

export const layers: Record<string, Layer> = {
  batchNormTraining(t) {
    const first = norm(t, t.x!, '', true)
    const second = norm({ ...t, mean: first.runningMean, var: first.runningVar }, t.x2!, '', true)
    return { y: add(first.y, second.y), mean: second.runningMean, var: second.runningVar }
  },
  batchNormEvaluation: t => norm(t, t.x!, '', false).y,
  layerNorm: (t, { eps }) => layerNorm(t.x!, t.weight!, t.bias!, eps),
  groupNorm: (t, { groups }) => groupNorm(t.x!, groups!, t.weight!, t.bias!),
  gelu: t => gelu(t.x!),
  silu: t => silu(t.x!),
  attention: t => attention(t.q!, t.k!, t.v!).y,
  ...Object.fromEntries(
    ['conv7s2p3', 'conv3s2p1', 'conv1s2', 'conv3s1p1', 'patches'].map(name => [
      name,
      (t: Given, { stride, padding }: Record<string, number>) =>
        conv2d(t.x!, t.weight!, t.bias!, { stride: stride!, padding: padding! }),
    ]),
  ),
  maxPool: (t, { size, stride, padding }) => maxPool2d(t.x!, size!, { stride: stride!, padding: padding! }),
  maxPoolTies: (t, { size, stride, padding }) => maxPool2d(t.x!, size!, { stride: stride!, padding: padding! }),
  avgPool: (t, { size, stride, padding }) => avgPool2d(t.x!, size!, { stride: stride!, padding: padding! }),
  globalAvgPool: t => globalAvgPool2d(t.x!),
  upsample: (t, { factor }) => upsampleNearest2d(t.x!, factor!),
  embedding: t => embedding(t.weight!, cast(t.indices!, 'int32')),
  dropout: (t, { p }) => dropout(t.x!, t.keep!, p!),
  residual(t) {
    const [one, two, three] = ['bn1_', 'bn2_', 'bn3_'] as const
    const first = norm(t, conv2d(t.x!, t.conv1!, null, { stride: 2, padding: 1 }), one, true)
    const second = norm(t, conv2d(relu(first.y), t.conv2!, null, { padding: 1 }), two, true)
    const shortcut = norm(t, conv2d(t.x!, t.down!, null, { stride: 2 }), three, true)
    const statistics = [first, second, shortcut].flatMap(({ runningMean, runningVar }, i) => [
      [`bn${i + 1}_mean`, runningMean],
      [`bn${i + 1}_var`, runningVar],
    ])
    return { y: relu(add(second.y, shortcut.y)), ...Object.fromEntries(statistics) }
  },
  transformer(t) {
    const h1 = layerNorm(t.x!, t.norm1_weight!, t.norm1_bias!, 1e-6)
    const [q, k, v] = split(linear(h1, t.qkv_weight!, t.qkv_bias!), 3, 2).map(each => splitHeads(each, 2))
    const attended = mergeHeads(attention(q!, k!, v!).y)
    const x = add(t.x!, linear(attended, t.proj_weight!, t.proj_bias!))
    const h2 = layerNorm(x, t.norm2_weight!, t.norm2_bias!, 1e-6)
    return add(x, linear(gelu(linear(h2, t.fc1_weight!, t.fc1_bias!)), t.fc2_weight!, t.fc2_bias!))
  },
}

/** The case as a definition: results, and gradients of the weighted sum with respect to all inputs that have one. */
export function definitionOf(name: string): { definition: Definition; inputs: Record<string, Float32Array> } {
  const given = stored(name, 'in')
  const moving = Object.keys(stored(name, 'grad'))
  const weights = tensors.get(`${name}.weights`)!
  const definition: Definition = {
    name,
    state: {},
    inputs: Object.fromEntries(Object.entries(given).map(([key, { shape }]) => [key, { shape, dtype: 'float32' as const }])),
    compute(_, t) {
      const { gradients, extras } = valueAndGradients(
        at => {
          const computed = layers[name]!({ ...t, ...at }, cases[name]!)
          const results = computed instanceof tf.Tensor ? { y: computed } : computed
          const sum = tf.tensor(weights.data as Float32Array, [...weights.shape])
          return { value: tf.sum(tf.mul(results.y!, sum)), extras: results }
        },
        Object.fromEntries(moving.map(key => [key, t[key]!])),
      )
      const named = (part: string, of: Given) => Object.entries(of).map(([key, tensor]) => [`${part}.${key}`, tensor])
      return { outputs: Object.fromEntries([...named('out', extras), ...named('grad', gradients)]) }
    },
  }
  return { definition, inputs: Object.fromEntries(Object.entries(given).map(([key, { data }]) => [key, data])) }
}
