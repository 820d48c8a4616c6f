/** Groups of images give what the whole batch does, whatever the sizes, and batches that layers must see whole stay whole. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as tf from '#tfjs'
import { fuseBias } from '../../../src/core/engine/passes/fuseBias.ts'
import { simplify } from '../../../src/core/engine/passes/simplify.ts'
import { splitBatchInto } from '../../../src/core/engine/passes/splitBatch.ts'
import { conv2d, flattenChannelsFirst, linear, maxPool2d, valueAndGradients } from '../../../src/core/engine/primitives.ts'
import type { Definition, Shape } from '../../../src/core/engine/program.ts'
import { type Graph, nodesInOrder } from '../../../src/core/engine/trace/graph.ts'
import { trace } from '../../../src/core/engine/trace/trace.ts'
import { runGraph, values } from './runGraph.ts'

const shapesOf = (batch: number) => ({
  pixels: [batch, 8, 8, 1],
  w1: [3, 1, 3, 3],
  b1: [3],
  w2: [4, 3, 3, 3],
  fc: [2, 4 * 4 * 4],
  weighting: [batch, 2],
})

function network(batch: number): Definition {
  const shapes: Readonly<Record<string, Shape>> = shapesOf(batch)
  return {
    name: 'a small network',
    state: {},
    inputs: Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { shape, dtype: 'float32' as const }])),
    compute(_, given) {
      const { w1, b1, w2, fc } = given
      const taken = valueAndGradients(
        at => {
          const c1 = tf.relu(conv2d(given.pixels!, at.w1!, at.b1!, { padding: 1 }))
          const c2 = tf.relu(conv2d(maxPool2d(c1, 2), at.w2!, null, { padding: 1 }))
          const y = linear(flattenChannelsFirst(c2), at.fc!, null)
          return { value: tf.sum(tf.mul(tf.square(y), given.weighting!)), extras: { y } }
        },
        { w1: w1!, b1: b1!, w2: w2!, fc: fc! },
      )
      const gradients = Object.entries(taken.gradients).map(([name, tensor]) => [`d${name}`, tensor])
      return { outputs: { y: taken.extras.y!, loss: taken.value, ...Object.fromEntries(gradients) } }
    },
  }
}

const prepared = (definition: Definition): Graph => fuseBias(simplify(trace(definition)))

describe('splitBatch', () => {
  it('gives the same results for any batch and group', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }), async (batch, images) => {
        const graph = prepared(network(batch))
        const split = splitBatchInto(graph, { group: images * 8 * 8 * 3, small: 1 })
        const groups = nodesInOrder(split).filter(node => node.op === 'Conv2D').length / 2
        expect(groups).toBe(Math.ceil(batch / images))
        const given = Object.fromEntries(
          Object.entries(shapesOf(batch)).map(([name, shape], i) => [
            name,
            values(
              shape.reduce((a, b) => a * b),
              i,
            ),
          ]),
        )
        const expected = await runGraph(graph, given)
        const found = await runGraph(split, given)
        for (const [name, numbers] of Object.entries(expected)) {
          const scale = Math.max(...numbers.map(Math.abs))
          for (const [i, number] of numbers.entries()) {
            expect(Math.abs(found[name]![i]! - number)).toBeLessThan(1e-5 * scale + 1e-7)
          }
        }
      }),
      { numRuns: 20 },
    )
  })

  it('leaves feature maps whole that are small', () => {
    const graph = prepared(network(4))
    expect(splitBatchInto(graph, { group: 64, small: 4 * 8 * 8 * 3 + 1 })).toBe(graph)
  })

  it.each([
    ['sums', (x: tf.Tensor) => tf.div(tf.sum(x, [0, 1, 2]), tf.scalar(256))],
    ['means', (x: tf.Tensor) => tf.mean(x, [0, 1, 2])],
  ])('leaves a graph alone in which maps depend on %s over the whole batch', (_, statistic) => {
    const graph = prepared({
      name: 'batch statistics',
      state: {},
      inputs: { pixels: { shape: [4, 8, 8, 2], dtype: 'float32' } },
      compute(_state, { pixels }) {
        const x = tf.relu(pixels!)
        return { outputs: { y: tf.relu(tf.sub(x, statistic(x))) } }
      },
    })
    expect(splitBatchInto(graph, { group: 8 * 8 * 2, small: 1 })).toBe(graph)
  })
})
