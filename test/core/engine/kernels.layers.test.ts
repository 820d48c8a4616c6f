/** The layers of ResNet-18, the vision transformer and a U-Net against tfjs's own CPU backend, over random shapes: values and derivatives. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as tf from '#tfjs'
import { type Shape, sizeOf } from '../../../src/core/engine/index.ts'
import {
  attention,
  avgPool2d,
  batchNorm,
  conv2d,
  dropout,
  embedding,
  expand,
  gelu,
  globalAvgPool2d,
  groupNorm,
  layerNorm,
  linear,
  maxPool2d,
  mergeHeads,
  relu,
  silu,
  splitHeads,
  upsampleNearest2d,
} from '../../../src/core/engine/primitives.ts'
import { agree, dimension, runs, values } from './agreement.ts'

const side = fc.integer({ min: 3, max: 9 })
const image = fc.tuple(fc.integer({ min: 1, max: 3 }), side, side, fc.integer({ min: 1, max: 3 }))

/** Values whose order is decided: no two of an array are equal, and none is 0. */
function untied(shape: Shape): Float32Array {
  return values(shape, 'x').map((value, i) => value + (i + 1) * 1.2345e-5)
}

describe('convolutions', () => {
  // [kernel, stride, padding] of ResNet-18 and the vision transformer
  it.each([
    [3, 1, 1],
    [3, 2, 1],
    [7, 2, 3],
    [1, 1, 0],
    [1, 2, 0],
    [2, 2, 1],
    [5, 3, 2],
  ])('%i wide, stride %i, padding %i', (kernel, stride, padding) =>
    fc.assert(
      fc.asyncProperty(image, fc.integer({ min: 1, max: 4 }), fc.boolean(), (x, to, biased) =>
        agree({ x, w: [to, x[3], kernel, kernel], ...(biased ? { b: [to] } : {}) }, t =>
          conv2d(t.x!, t.w!, t.b ?? null, { stride, padding }),
        ),
      ),
      { numRuns: 8 },
    ),
  )
  it('patches side by side, and such that leave pixels over', () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({ rows: dimension, columns: dimension, over: fc.constantFrom(0, 1), from: dimension, to: dimension }),
        ({ rows, columns, over, from, to }) =>
          agree({ x: [2, 4 * rows + over, 4 * columns, from], w: [to, from, 4, 4], b: [to] }, t =>
            conv2d(t.x!, t.w!, t.b!, { stride: 4 }),
          ),
      ),
      { numRuns: 12 },
    ))
})

describe('pools', () => {
  it.each([
    [3, 2, 1],
    [3, 1, 1],
    [2, 2, 0],
    [3, 2, 0],
    [2, 1, 0],
    [3, 3, 1],
  ])('max %i wide, stride %i, padding %i', (size, stride, padding) =>
    fc.assert(
      fc.asyncProperty(image, fc.boolean(), (x, rectified) =>
        agree({ x }, t => maxPool2d(rectified ? relu(t.x!) : t.x!, size, { stride, padding }), { given: { x: untied(x) } }),
      ),
      { numRuns: 12 },
    ),
  )
  it('overlapping max pools whose windows tie give the gradient to the first maximum', () =>
    fc.assert(
      fc.asyncProperty(image, x =>
        agree({ x }, t => maxPool2d(relu(t.x!), 3, { stride: 2, padding: 1 }), {
          given: { x: Float32Array.from({ length: sizeOf(x) }, (_, i) => ((i * 7) % 3) / 2) },
        }),
      ),
      { numRuns: 15 },
    ))
  it.each([
    [2, 2, 0],
    [3, 2, 1],
    [3, 1, 1],
    [2, 1, 0],
    [3, 3, 0],
  ])('average %i wide, stride %i, padding %i', (size, stride, padding) =>
    fc.assert(
      fc.asyncProperty(image, x => agree({ x }, t => avgPool2d(t.x!, size, { stride, padding }))),
      { numRuns: 10 },
    ),
  )
  it('over the whole image', () =>
    fc.assert(
      fc.asyncProperty(image, x => agree({ x }, t => globalAvgPool2d(t.x!))),
      runs,
    ))
  it('nearest-neighbour enlarging', () =>
    fc.assert(
      fc.asyncProperty(image, fc.integer({ min: 1, max: 3 }), (x, factor) =>
        agree({ x }, t => upsampleNearest2d(t.x!, factor)),
      ),
      { numRuns: 12 },
    ))
})

describe('normalisation', () => {
  const channels = (n: number) => ({ weight: [n], bias: [n], mean: [n], variance: [n] })
  const norm = (t: Record<string, tf.Tensor>, training: boolean) =>
    batchNorm(
      t.x!,
      { weight: t.weight!, bias: t.bias!, runningMean: t.mean!, runningVar: tf.add(tf.square(t.variance!), 0.1) },
      { training },
    )
  it('batch norm in training: results and running statistics', () =>
    fc.assert(
      fc.asyncProperty(image, async x => {
        // gradients do not flow into the statistics: only x, weight and bias are compared
        const inputs = { x, weight: [x[3]], bias: [x[3]] }
        await agree(inputs, t => norm({ ...t, mean: tf.zeros([x[3]]), variance: tf.ones([x[3]]) }, true).y, {
          tolerance: 5e-4,
        })
        await agree(
          { x, ...channels(x[3]) },
          t => {
            const { y, runningMean, runningVar } = norm(t, true)
            return tf.concat([tf.reshape(y, [-1]), runningMean, runningVar])
          },
          { gradients: false },
        )
      }),
      { numRuns: 12 },
    ))
  it('batch norm in training refuses a single value a channel', () => {
    const one = tf.ones([3])
    const parameters = { weight: one, bias: one, runningMean: one, runningVar: one }
    expect(() => batchNorm(tf.ones([1, 1, 1, 3]), parameters, { training: true })).toThrow('more than one value a channel')
  })
  it('batch norm in evaluation, over images and rows', () =>
    fc.assert(
      fc.asyncProperty(image, fc.boolean(), (x, rows) =>
        agree({ x: rows ? [x[0] * x[1], x[3]] : x, ...channels(x[3]) }, t => norm(t, false).y),
      ),
      { numRuns: 12 },
    ))
  it('layer norm', () =>
    fc.assert(
      fc.asyncProperty(dimension, dimension, fc.integer({ min: 2, max: 9 }), (batch, tokens, width) =>
        agree(
          { x: [batch, tokens, width], weight: [width], bias: [width] },
          t => layerNorm(t.x!, t.weight!, t.bias!, 1e-3),
          {
            tolerance: 5e-4,
          },
        ),
      ),
      runs,
    ))
  it('group norm', () =>
    fc.assert(
      fc.asyncProperty(image, fc.integer({ min: 1, max: 3 }), ([batch, height, width, each], groups) =>
        agree(
          { x: [batch, height, width, each * groups], weight: [each * groups], bias: [each * groups] },
          t => groupNorm(t.x!, groups, t.weight!, t.bias!),
          { tolerance: 5e-4 },
        ),
      ),
      { numRuns: 15 },
    ))
})

describe('tokens', () => {
  const matrix = fc.tuple(dimension, dimension)
  it.each([
    ['gelu', gelu],
    ['silu', silu],
  ] as const)('%s', (_, f) =>
    fc.assert(
      fc.asyncProperty(matrix, x => agree({ x }, t => f(tf.mul(t.x!, 4)))),
      runs,
    ),
  )
  it('linear over the last axis', () =>
    fc.assert(
      fc.asyncProperty(dimension, dimension, dimension, dimension, (b, n, from, to) =>
        agree({ x: [b, n, from], w: [to, from], b: [to] }, t => linear(t.x!, t.w!, t.b!)),
      ),
      runs,
    ))
  it('attention of several heads, one set of tokens to another', () =>
    fc.assert(
      fc.asyncProperty(dimension, dimension, dimension, dimension, dimension, (b, heads, n, m, d) =>
        agree({ q: [b, n, heads * d], k: [b, m, heads * d], v: [b, m, heads * d] }, t =>
          mergeHeads(attention(splitHeads(t.q!, heads), splitHeads(t.k!, heads), splitHeads(t.v!, heads)).y),
        ),
      ),
      runs,
    ))
  it('dropout with a given mask', () =>
    fc.assert(
      fc.asyncProperty(matrix, x => {
        const keep = values(x, 'keep').map(value => (value > 0 ? 1 : 0))
        return agree({ x, keep: x }, t => dropout(t.x!, t.keep!, 0.3), { given: { keep } })
      }),
      { numRuns: 10 },
    ))
  it('embeddings: rows by number, their gradients added up', () =>
    fc.assert(
      fc.asyncProperty(dimension, dimension, fc.array(fc.nat(4), { minLength: 1, maxLength: 8 }), (more, width, numbers) => {
        const indices = Int32Array.from(numbers)
        return agree({ w: [4 + more, width], indices: [indices.length] }, t => embedding(t.w!, t.indices!), {
          given: { indices },
        })
      }),
      runs,
    ))
  it('expanding to a batch', () =>
    fc.assert(
      fc.asyncProperty(dimension, dimension, dimension, (b, n, width) =>
        agree({ x: [1, 1, width] }, t => expand(t.x!, [b, n, width])),
      ),
      { numRuns: 10 },
    ))
})
