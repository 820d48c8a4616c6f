/** Every kernel's lowering against tfjs's own CPU backend, over random shapes: values and, by tfjs's gradients, derivatives. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as tf from '#tfjs'
import { type Definition, type Shape, sizeOf } from '../../../src/core/engine/index.ts'
import { onnxCpuEngine } from '../../../src/core/engine/onnx/cpu.ts'
import {
  conv2d,
  flattenChannelsFirst,
  linear,
  maxPool2d,
  oneHot,
  valueAndGradients,
} from '../../../src/core/engine/primitives.ts'
import { agree, dimension, run, runs } from './agreement.ts'

const side = fc.integer({ min: 4, max: 9 })

describe('element by element, with broadcasting', () => {
  const shapes = fc.tuple(dimension, dimension, dimension).chain(full =>
    fc.record({
      a: fc.constant(full as Shape),
      // b: some axes of size 1, some leading axes left out
      b: fc.tuple(fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()), fc.integer({ min: 0, max: 3 })).map(([ones, cut]) => {
        const shape = full.map((n, i) => (ones[i] ? 1 : n))
        return shape.slice(cut) as Shape
      }),
    }),
  )
  const operations: [string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor][] = [
    ['add', tf.add],
    ['sub', tf.sub],
    ['mul', tf.mul],
    ['div', (a, b) => tf.div(a, tf.add(tf.square(b), 0.5))],
    ['maximum', (a, b) => tf.maximum(a, b)],
  ]
  it.each(operations)('%s', (_, operation) =>
    fc.assert(
      fc.asyncProperty(shapes, fc.boolean(), ({ a, b }, swapped) =>
        agree({ a, b }, t => (swapped ? operation(t.b!, t.a!) : operation(t.a!, t.b!)), { gradients: _ !== 'maximum' }),
      ),
      runs,
    ),
  )

  const unaries: [string, (x: tf.Tensor) => tf.Tensor][] = [
    ['relu', tf.relu],
    ['exp', tf.exp],
    ['log', x => tf.log(tf.add(tf.square(x), 0.1))],
    ['sqrt', x => tf.sqrt(tf.add(tf.square(x), 0.1))],
    ['neg', tf.neg],
    ['log softmax', x => tf.logSoftmax(x)],
  ]
  it.each(unaries)('%s', (_, operation) =>
    fc.assert(
      fc.asyncProperty(fc.tuple(dimension, dimension), shape => agree({ x: shape }, t => operation(t.x!))),
      runs,
    ),
  )
})

describe('reductions and shapes', () => {
  const axes = fc.subarray([0, 1, 2, 3], { minLength: 1 })
  it.each([['sum', tf.sum] as const, ['mean', tf.mean] as const, ['max', tf.max] as const])('%s', (name, reduce) =>
    fc.assert(
      fc.asyncProperty(fc.tuple(dimension, dimension, dimension, dimension), axes, fc.boolean(), (shape, over, keep) =>
        // through a permuted tensor, so that its axes lie in another order than they are named
        agree({ x: shape }, t => reduce(tf.transpose(t.x!, [2, 0, 3, 1]), over, keep), { gradients: name !== 'max' }),
      ),
      runs,
    ),
  )
  it('transposes and reshapes, in any order', () =>
    fc.assert(
      fc.asyncProperty(
        fc.tuple(dimension, dimension, dimension),
        fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
        fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
        (shape, first, second) =>
          agree({ x: shape, y: [shape[first[second[0]!]!]!] }, t => {
            const turned = tf.transpose(tf.transpose(t.x!, first), second) // lies as x does
            return tf.reshape(tf.mul(turned, tf.reshape(t.y!, [-1, 1, 1])), [-1])
          }),
      ),
      runs,
    ))
  it('one-hot and arg max', () =>
    fc.assert(
      fc.asyncProperty(dimension, fc.integer({ min: 2, max: 6 }), (n, classes) =>
        agree({ x: [n, classes] }, t => oneHot(tf.argMax(t.x!, -1), classes), { gradients: false }),
      ),
      runs,
    ))
})

describe('layers', () => {
  it('matrix products, either side transposed', () =>
    fc.assert(
      fc.asyncProperty(dimension, dimension, dimension, fc.boolean(), fc.boolean(), (m, k, n, ta, tb) =>
        agree({ a: ta ? [k, m] : [m, k], b: tb ? [n, k] : [k, n] }, t => tf.matMul(t.a!, t.b!, ta, tb)),
      ),
      runs,
    ))
  it('batched matrix products', () =>
    fc.assert(
      fc.asyncProperty(dimension, dimension, dimension, dimension, fc.boolean(), fc.boolean(), (b, m, k, n, ta, tb) =>
        agree({ a: ta ? [b, k, m] : [b, m, k], b: tb ? [b, n, k] : [b, k, n] }, t => tf.matMul(t.a!, t.b!, ta, tb)),
      ),
      runs,
    ))
  it('linear with bias', () =>
    fc.assert(
      fc.asyncProperty(dimension, dimension, dimension, (n, from, to) =>
        agree({ x: [n, from], w: [to, from], b: [to] }, t => linear(t.x!, t.w!, t.b!)),
      ),
      runs,
    ))
  it('convolutions: channels, kernels, strides and paddings', () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({
          batch: fc.integer({ min: 1, max: 3 }),
          height: side,
          width: side,
          from: fc.constantFrom(1, 2, 3, 5, 8),
          to: fc.constantFrom(1, 2, 3, 8),
          kernel: fc.constantFrom(1, 2, 3),
          stride: fc.constantFrom(1, 2),
          padding: fc.constantFrom(0, 1),
        }),
        ({ batch, height, width, from, to, kernel, stride, padding }) => {
          fc.pre(kernel > padding)
          return agree({ x: [batch, height, width, from], w: [to, from, kernel, kernel], b: [to] }, t =>
            conv2d(t.x!, t.w!, t.b!, { stride, padding }),
          )
        },
      ),
      { numRuns: 80 },
    ))
  it('convolutions of as many channels as onnxruntime takes in blocks', () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({
          batch: fc.integer({ min: 1, max: 3 }),
          height: fc.integer({ min: 12, max: 17 }),
          width: fc.integer({ min: 12, max: 17 }),
          channels: fc.constantFrom([1, 16], [3, 32], [16, 16], [16, 32], [32, 16], [16, 24], [24, 16]),
          kernel: fc.constantFrom(2, 3, 5),
          stride: fc.constantFrom(1, 2),
          padding: fc.constantFrom(0, 1, 2),
        }),
        ({ batch, height, width, channels, kernel, stride, padding }) => {
          fc.pre(kernel > padding)
          const [from, to] = channels as [number, number]
          return agree({ x: [batch, height, width, from], w: [to, from, kernel, kernel], b: [to] }, t =>
            conv2d(t.x!, t.w!, t.b!, { stride, padding }),
          )
        },
      ),
      { numRuns: 30 },
    ))
  it('max pools', () =>
    fc.assert(
      fc.asyncProperty(
        fc.tuple(fc.integer({ min: 1, max: 3 }), dimension, dimension, dimension),
        ([batch, h, w, channels]) =>
          agree({ x: [batch, 2 * h, 2 * w, channels] }, t => maxPool2d(t.x!, 2), { gradients: false }),
      ),
      runs,
    ))
  it('relu, max pool and flatten with their gradients, where no window ties', () =>
    fc.assert(
      fc.asyncProperty(
        fc.tuple(fc.integer({ min: 1, max: 3 }), dimension, dimension, dimension),
        ([batch, h, w, channels]) => {
          const shape = [batch, 2 * h, 2 * w, channels]
          const apart = Float32Array.from({ length: sizeOf(shape) }, (_, i) => i * 1.2345e-4) // makes every value of a window different
          return agree({ x: shape }, t => flattenChannelsFirst(maxPool2d(tf.relu(tf.add(t.x!, tf.tensor(apart, shape))), 2)))
        },
      ),
      runs,
    ))
})

it('a max pool whose windows tie shares the gradient: the sum over the window stays', async () => {
  const definition: Definition = {
    name: 'ties',
    state: {},
    inputs: { x: { shape: [1, 2, 2, 1], dtype: 'float32' } },
    compute: (_, { x }) => {
      const { gradients } = valueAndGradients(at => ({ value: tf.sum(maxPool2d(at.x!, 2)) }), { x: x! })
      return { outputs: { dx: gradients.x! } }
    },
  }
  const { dx } = await run(onnxCpuEngine({ threads: 1, device: 'test' }), definition, { x: Float32Array.of(1, 1, 0, 1) })
  expect([...dx!]).toEqual([1 / 3, 1 / 3, 0, 1 / 3].map(Math.fround))
})
