/** Each pass finds what it is for, and leaves every value as it was (the kernels and goldens run through all of them). */
import { describe, expect, it } from 'vitest'
import * as tf from '#tfjs'
import type { Shape } from '../../../src/core/engine/index.ts'
import { lower } from '../../../src/core/engine/onnx/lower.ts'
import { fuseBias } from '../../../src/core/engine/passes/fuseBias.ts'
import { optimise } from '../../../src/core/engine/passes/index.ts'
import { poolReluGradient } from '../../../src/core/engine/passes/poolReluGradient.ts'
import { reluAfterPool } from '../../../src/core/engine/passes/reluAfterPool.ts'
import { simplify } from '../../../src/core/engine/passes/simplify.ts'
import { columnCuts, splitState } from '../../../src/core/engine/passes/splitState.ts'
import { conv2d, maxPool2d, valueAndGradients } from '../../../src/core/engine/primitives.ts'
import { type Graph, nodesInOrder } from '../../../src/core/engine/trace/graph.ts'
import { trace } from '../../../src/core/engine/trace/trace.ts'
import { modelNamed } from '../../../src/core/models/index.ts'
import { trainStep } from '../../../src/core/training/index.ts'

function graphOf(inputs: Record<string, Shape>, f: (inputs: Record<string, tf.Tensor>) => tf.Tensor): Graph {
  return trace({
    name: 'under test',
    state: {},
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, shape]) => [name, { shape, dtype: 'float32' as const }])),
    compute: (_, given) => ({ outputs: { result: f(given) } }),
  })
}

const operations = (graph: Graph) => nodesInOrder(graph).map(node => node.op)
const count = (graph: Graph, op: string) => operations(graph).filter(each => each === op).length

describe('simplify', () => {
  it('removes identities, casts to the same type and chains of reshapes', () => {
    const graph = graphOf({ x: [2, 6] }, ({ x }) =>
      tf.reshape(tf.reshape(tf.cast(tf.clone(tf.relu(x!)), 'float32'), [3, 4]), [2, 6]),
    )
    expect(operations(simplify(graph))).toEqual(['Input', 'Relu'])
  })
  it('keeps a reshape that changes the shape', () => {
    expect(operations(simplify(graphOf({ x: [2, 6] }, ({ x }) => tf.reshape(x!, [3, 4]))))).toEqual(['Input', 'Reshape'])
  })
})

describe('lowering', () => {
  it('computes equal expressions once, and unequal ones apart', async () => {
    const graph = graphOf({ x: [3] }, ({ x }) => tf.add(tf.mul(tf.exp(x!), 2), tf.add(tf.exp(x!), tf.mul(tf.exp(x!), 3))))
    expect(count(graph, 'Exp')).toBe(3)
    const text = Buffer.from(lower(graph, 'under test', 'cpu').bytes).toString('latin1')
    expect(new Set(text.match(/exp_\d+/g)).size).toBe(1)
    expect(new Set(text.match(/mul_\d+/g)).size).toBe(2)
  })
})

describe('fuseBias', () => {
  const convolution = { x: [1, 4, 4, 1], w: [2, 1, 3, 3], b: [2] }
  it('puts the bias into the convolution', () => {
    const graph = fuseBias(graphOf(convolution, ({ x, w, b }) => conv2d(x!, w!, b!)))
    expect(count(graph, 'Add')).toBe(0)
    expect(graph.outputs.get('result')!.inputs).toHaveLength(3)
  })
  it('not where the unbiased result is used too', () => {
    const graph = graphOf(convolution, ({ x, w, b }) => {
      const y = conv2d(x!, w!, null)
      return tf.mul(tf.add(y, b!), y)
    })
    expect(count(fuseBias(graph), 'Add')).toBe(1)
  })
})

describe('poolReluGradient', () => {
  const gradient = (graph: Graph) => poolReluGradient(simplify(graph))
  it('joins the gradients of relu and max pool', () => {
    const graph = gradient(
      graphOf({ x: [1, 4, 4, 1] }, ({ x }) => {
        const taken = valueAndGradients(at => ({ value: tf.sum(tf.square(maxPool2d(tf.relu(at.x!), 2))) }), { x: x! })
        return taken.gradients.x!
      }),
    )
    expect(operations(graph)).toContain('ReluMaxPoolGrad')
    expect(operations(graph)).not.toContain('Step')
  })
  it('leaves a max pool without relu alone', () => {
    const graph = gradient(
      graphOf({ x: [1, 4, 4, 1] }, ({ x }) => {
        const taken = valueAndGradients(at => ({ value: tf.sum(maxPool2d(at.x!, 2)) }), { x: x! })
        return tf.mul(taken.gradients.x!, tf.step(x!))
      }),
    )
    expect(operations(graph)).not.toContain('ReluMaxPoolGrad')
  })
})

it("finds both pools' gradients and all five biases in the CNN's training step", () => {
  const graph = optimise(trace(trainStep(modelNamed('cnn', 16, 4), 2)), 'cpu')
  expect(count(graph, 'ReluMaxPoolGrad')).toBe(1) // the second pool's; the first goes in phases
  expect(count(graph, 'MaxPoolGrad')).toBe(0)
  expect(nodesInOrder(graph).filter(node => node.op === 'Conv2D' && node.inputs.length === 3)).toHaveLength(4 + 1)
  expect(nodesInOrder(graph).filter(node => node.op === 'BatchMatMul' && node.inputs.length === 3)).toHaveLength(3)
})

describe('reluAfterPool', () => {
  it('pools before the ReLU', () => {
    const graph = reluAfterPool(graphOf({ x: [1, 4, 4, 1] }, ({ x }) => maxPool2d(tf.relu(x!), 2)))
    expect(operations(graph)).toEqual(['Input', 'MaxPool', 'Relu'])
    expect(graph.outputs.get('result')!.shape).toEqual([1, 2, 2, 1])
  })
  it('not where the ReLU is used elsewhere too', () => {
    const graph = graphOf({ x: [1, 4, 4, 1] }, ({ x }) => {
      const y = tf.relu(x!)
      return tf.add(tf.sum(maxPool2d(y, 2)), tf.sum(y))
    })
    expect(operations(reluAfterPool(graph)).indexOf('Relu')).toBeLessThan(
      operations(reluAfterPool(graph)).indexOf('MaxPool'),
    )
  })
})

describe('splitState', () => {
  const update = (shape: Shape) =>
    splitState(
      trace({
        name: 'under test',
        state: { w: { shape, dtype: 'float32' }, m: { shape, dtype: 'float32' } },
        inputs: { x: { shape: [2, shape[1]!], dtype: 'float32' } },
        compute: ({ w, m }, { x }) => {
          const { value, gradients } = valueAndGradients(at => ({ value: tf.sum(tf.matMul(x!, at.w!, false, true)) }), {
            w: w!,
          })
          const next = tf.add(tf.mul(m!, 0.9), gradients.w!)
          return { state: { w: tf.sub(w!, next), m: next }, outputs: { loss: value } }
        },
      }),
    )
  it('cuts a big matrix, its moment and both updates into the same blocks, with no work on the whole left', () => {
    const graph = update([8, 262_144])
    expect(columnCuts([8, 262_144])).toEqual([0, 65_536, 131_072, 196_608, 262_144])
    expect([...graph.state.keys()]).toEqual([0, 1, 2, 3].map(k => `w#${k}`).concat([0, 1, 2, 3].map(k => `m#${k}`)))
    expect([...graph.updates.keys()]).toEqual([...graph.state.keys()])
    expect(nodesInOrder(graph).filter(node => node.shape.join() === '8,262144')).toEqual([])
  })
  it('leaves a small one whole', () => {
    expect([...update([8, 1024]).state.keys()]).toEqual(['w', 'm'])
  })
})
