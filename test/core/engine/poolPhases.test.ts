/** A pool in phases computes what the pool does, and its gradients as PyTorch gives them: all to the first place of the maximum. */
import { describe, expect, it } from 'vitest'
import * as tf from '#tfjs'
import { fuseBias } from '../../../src/core/engine/passes/fuseBias.ts'
import { poolPhases } from '../../../src/core/engine/passes/poolPhases.ts'
import { poolReluGradient } from '../../../src/core/engine/passes/poolReluGradient.ts'
import { reluAfterPool } from '../../../src/core/engine/passes/reluAfterPool.ts'
import { simplify } from '../../../src/core/engine/passes/simplify.ts'
import { conv2d, maxPool2d, type Tensor, valueAndGradients } from '../../../src/core/engine/primitives.ts'
import type { Definition, Shape, Specs } from '../../../src/core/engine/program.ts'
import { nodesInOrder } from '../../../src/core/engine/trace/graph.ts'
import { trace } from '../../../src/core/engine/trace/trace.ts'
import { runGraph, values } from './runGraph.ts'

const passes = [simplify, poolReluGradient, reluAfterPool, fuseBias]
const operations = (definition: Definition) =>
  nodesInOrder(poolPhases(passes.reduce((graph, pass) => pass(graph), trace(definition)))).map(node => node.op)

function definition(
  shapes: Readonly<Record<string, Shape>>,
  pooled: (at: Record<string, Tensor>) => Tensor,
  wanted: string[],
) {
  const inputs: Specs = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, { shape, dtype: 'float32' as const }]),
  )
  return {
    name: 'convolution and pool',
    state: {},
    inputs,
    compute(_: unknown, given: Record<string, Tensor>) {
      const taken = valueAndGradients(
        at => {
          const y = pooled({ ...given, ...at })
          return { value: tf.sum(tf.mul(y, given.weighting!)), extras: { y } }
        },
        Object.fromEntries(wanted.map(name => [name, given[name]!])),
      )
      const named = Object.entries(taken.gradients).map(([name, tensor]) => [`d${name}`, tensor])
      return { outputs: { y: taken.extras.y!, ...Object.fromEntries(named) } }
    },
  } as Definition
}

const relued = (at: Record<string, Tensor>) => maxPool2d(tf.relu(conv2d(at.x!, at.w!, at.b!, { padding: 1 })), 2)
const plain = (at: Record<string, Tensor>) => maxPool2d(conv2d(at.x!, at.w!, at.b!, { padding: 1 }), 2)
const shapes = { x: [3, 6, 10, 2], w: [5, 2, 3, 3], b: [5], weighting: [3, 3, 5, 5] }

describe('poolPhases', () => {
  it.each([
    ['with a ReLU before the pool', relued],
    ['without', plain],
  ])('gives the same values and gradients %s', async (_, pooled) => {
    const traced = passes.reduce((graph, pass) => pass(graph), trace(definition(shapes, pooled, ['w', 'b'])))
    const phased = poolPhases(traced)
    expect(nodesInOrder(phased).map(node => node.op)).not.toContain('MaxPool')
    const given = Object.fromEntries(
      Object.entries(shapes).map(([name, shape], i) => [
        name,
        values(
          shape.reduce((a, b) => a * b),
          i,
        ),
      ]),
    )
    const expected = await runGraph(traced, given)
    const found = await runGraph(phased, given)
    expect(Object.keys(found).sort()).toEqual(['db', 'dw', 'y'])
    for (const [name, numbers] of Object.entries(found)) {
      for (const [i, number] of numbers.entries()) expect(number, `${name}[${i}]`).toBeCloseTo(expected[name]![i]!, 4)
    }
  })

  it('gives the whole gradient of a tie to the first place, row by row', async () => {
    // A filter that hands the pixel through: every window of a flat image is a tie of four.
    const tied = { x: [1, 4, 4, 1], w: [1, 1, 3, 3], b: [1], weighting: [1, 2, 2, 1] }
    const phased = poolPhases(passes.reduce((graph, pass) => pass(graph), trace(definition(tied, plain, ['w', 'b']))))
    const centre = Float32Array.from([0, 0, 0, 0, 1, 0, 0, 0, 0])
    const x = new Float32Array(16).fill(2)
    const { dw, db } = await runGraph(phased, {
      x,
      w: centre,
      b: Float32Array.of(0),
      weighting: Float32Array.of(1, 1, 1, 1),
    })
    expect(db![0]).toBe(4)
    // Places (0,0), (0,2), (2,0), (2,2) of the image: the upper left tap meets the padding but for the last of them.
    expect([...dw!]).toEqual([2, 4, 4, 4, 8, 8, 4, 8, 8])
  })

  it('leaves a pool alone whose convolution must pass a gradient on, or is read elsewhere', () => {
    expect(operations(definition(shapes, relued, ['x', 'w']))).toContain('MaxPool')
    const read = (at: Record<string, Tensor>) => {
      const c = conv2d(at.x!, at.w!, at.b!, { padding: 1 })
      return tf.add(maxPool2d(c, 2), tf.mean(c))
    }
    expect(operations(definition(shapes, read, ['w']))).toContain('MaxPool')
  })
})
