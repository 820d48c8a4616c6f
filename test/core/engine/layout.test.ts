/** Images stay channels first from the pixels to the gradients: no transposed copy of an activation, and no padded one. */
import { BinaryReader } from '@bufbuild/protobuf/wire'
import { describe, expect, it } from 'vitest'
import * as tf from '#tfjs'
import type { Definition, Shape } from '../../../src/core/engine/index.ts'
import { lower } from '../../../src/core/engine/onnx/lower.ts'
import { foldPads } from '../../../src/core/engine/passes/foldPads.ts'
import { optimise } from '../../../src/core/engine/passes/index.ts'
import { simplify } from '../../../src/core/engine/passes/simplify.ts'
import {
  batchNorm,
  conv2d,
  globalAvgPool2d,
  groupNorm,
  linear,
  maxPool2d,
  silu,
  upsampleNearest2d,
  valueAndGradients,
} from '../../../src/core/engine/primitives.ts'
import { type Graph, nodesInOrder } from '../../../src/core/engine/trace/graph.ts'
import { trace } from '../../../src/core/engine/trace/trace.ts'

type Given = Record<string, tf.Tensor>

/** The gradients of f with respect to all inputs but the pixels and the convolutions' filters, whose own transposes are small. */
function definitionOf(inputs: Record<string, Shape>, f: (t: Given) => tf.Tensor): Definition {
  return {
    name: 'under test',
    state: {},
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, shape]) => [name, { shape, dtype: 'float32' as const }])),
    compute(_, t) {
      const moving = Object.fromEntries(Object.entries(t).filter(([name]) => name !== 'x' && !name.startsWith('conv')))
      const { value, gradients } = valueAndGradients(at => ({ value: tf.sum(f({ ...t, ...at })) }), moving)
      return { outputs: { value, ...gradients } }
    },
  }
}

/** Types of the nodes of an ONNX model (ModelProto.graph = 7, GraphProto.node = 1, NodeProto.op_type = 4). */
function operators(model: Uint8Array): string[] {
  return field(model, 7).flatMap(graph =>
    field(graph, 1).flatMap(node => field(node, 4).map(type => Buffer.from(type).toString())),
  )
}

function field(message: Uint8Array, wanted: number): Uint8Array[] {
  const reader = new BinaryReader(message)
  const found: Uint8Array[] = []
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag()
    if (number === wanted && type === 2) found.push(reader.bytes())
    else reader.skip(type, number)
  }
  return found
}

const norm = (t: Given, name: string, x: tf.Tensor) => {
  const [mean, variance] = [tf.zeros([x.shape.at(-1)!]), tf.ones([x.shape.at(-1)!])]
  const parameters = { weight: t[name]!, bias: t[`${name}b`]!, runningMean: mean, runningVar: variance }
  return batchNorm(x, parameters, { training: true }).y
}

describe.each(['cpu', 'webgpu'] as const)('lowered for %s', target => {
  const operatorsOf = (definition: Definition) =>
    operators(lower(optimise(trace(definition), target), definition.name, target).bytes)

  it('a step of a residual network: stem, pool, block with a strided shortcut, head', () => {
    const shapes = { conv1: [4, 1, 7, 7], conv2: [6, 4, 3, 3], conv3: [6, 6, 3, 3], conv4: [6, 4, 1, 1], head: [3, 6] }
    const norms = Object.fromEntries([4, 6, 6, 6].flatMap((n, i) => [[`bn${i}`, [n]] as const, [`bn${i}b`, [n]] as const]))
    const found = operatorsOf(
      definitionOf({ x: [2, 32, 32, 1], ...shapes, ...norms }, t => {
        const stem = tf.relu(norm(t, 'bn0', conv2d(t.x!, t.conv1!, null, { stride: 2, padding: 3 })))
        const y = maxPool2d(stem, 3, { stride: 2, padding: 1 })
        const inner = tf.relu(norm(t, 'bn1', conv2d(y, t.conv2!, null, { stride: 2, padding: 1 })))
        const deep = norm(t, 'bn2', conv2d(inner, t.conv3!, null, { padding: 1 }))
        const shortcut = norm(t, 'bn3', conv2d(y, t.conv4!, null, { stride: 2 }))
        return linear(globalAvgPool2d(tf.relu(tf.add(deep, shortcut))), t.head!, null)
      }),
    )
    // the one transpose exchanges the channels of a filter that is turned for a gradient
    expect(found.filter(type => type === 'Transpose')).toHaveLength(1)
    if (target === 'cpu') expect(found).not.toContain('Pad')
    expect(found).toContain('ConvTranspose')
  })

  it('a step of a U-Net: group norms, enlarging, a skip connection', () => {
    const found = operatorsOf(
      definitionOf(
        { x: [2, 8, 8, 1], conv1: [4, 1, 3, 3], conv2: [4, 4, 3, 3], conv3: [2, 8, 3, 3], g: [4], gb: [4], b: [2] },
        t => {
          const fine = silu(groupNorm(conv2d(t.x!, t.conv1!, null, { padding: 1 }), 2, t.g!, t.gb!))
          const coarse = silu(conv2d(fine, t.conv2!, null, { stride: 2, padding: 1 }))
          const joined = tf.concat([upsampleNearest2d(coarse, 2), fine], 3)
          return globalAvgPool2d(conv2d(joined, t.conv3!, t.b!, { padding: 1 }))
        },
      ),
    )
    expect(found.filter(type => type === 'Transpose')).toHaveLength(1)
  })
})

describe('foldPads', () => {
  const operationsOf = (graph: Graph) => nodesInOrder(graph).map(node => node.op)
  const graphOf = (f: (x: tf.Tensor, w: tf.Tensor) => tf.Tensor, gradients = true) =>
    foldPads(
      simplify(
        trace({
          name: 'under test',
          state: {},
          inputs: { x: { shape: [2, 9, 8, 3], dtype: 'float32' }, w: { shape: [4, 3, 3, 3], dtype: 'float32' } },
          compute(_, { x, w }) {
            if (!gradients) return { outputs: { y: f(x!, w!) } }
            const taken = valueAndGradients(at => ({ value: tf.sum(f(at.x!, at.w!)) }), { x: x!, w: w! })
            return { outputs: taken.gradients }
          },
        }),
      ),
    )
  it('a convolution and both its gradients pad by themselves', () => {
    const found = operationsOf(graphOf((x, w) => conv2d(x, w, null, { stride: 2, padding: 1 })))
    expect(found).toContain('Conv2DBackpropInput')
    expect(found).toContain('Conv2DBackpropFilter')
    expect(found).not.toContain('PadV2')
    expect(found).not.toContain('Slice')
  })
  it('a max pool and its gradient too', () => {
    const found = operationsOf(graphOf((x, w) => tf.add(maxPool2d(x, 3, { stride: 2, padding: 1 }), tf.sum(w))))
    expect(found).toContain('MaxPoolGrad')
    expect(found).not.toContain('PadV2')
    expect(found).not.toContain('Slice')
  })
  it('not pads by another value, nor of other axes', () => {
    const ones = graphOf(
      (x, w) =>
        conv2d(
          tf.pad(
            x,
            [
              [0, 0],
              [1, 1],
              [1, 1],
              [0, 0],
            ],
            1,
          ),
          w,
          null,
        ),
      false,
    )
    expect(operationsOf(ones)).toContain('PadV2')
    const channels = graphOf(
      (x, w) =>
        conv2d(
          tf.slice(
            tf.pad(x, [
              [0, 0],
              [1, 1],
              [1, 1],
              [1, 0],
            ]),
            [0, 0, 0, 1],
          ),
          w,
          null,
        ),
      false,
    )
    expect(operationsOf(channels)).toContain('PadV2')
    const zeros = graphOf(
      x =>
        tf.maxPool(
          tf.pad(x, [
            [0, 0],
            [1, 1],
            [1, 1],
            [0, 0],
          ]) as tf.Tensor4D,
          3,
          2,
          'valid',
        ),
      false,
    )
    expect(operationsOf(zeros)).toContain('PadV2')
  })
})
