/** Every kernel's lowering against tfjs's own CPU backend, over random shapes: values and, by tfjs's gradients, derivatives. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as tf from '#tfjs'
import { referenceEngine } from '../../../src/core/engine/eager.ts'
import { createEngine, type Definition, type Engine, type Shape, sizeOf } from '../../../src/core/engine/index.ts'
import {
  conv2d,
  flattenChannelsFirst,
  linear,
  maxPool2d,
  oneHot,
  valueAndGradients,
} from '../../../src/core/engine/primitives.ts'
import { randomStream } from '../../../src/core/shared/random.ts'

const reference = referenceEngine('test')
let traced: Engine
beforeAll(async () => {
  traced = await createEngine({ engine: 'onnx-cpu', threads: 1, device: 'test' })
})
afterAll(() => traced.release())

type Tensors = Record<string, tf.Tensor>

/** Values in (-1, 1) at a resolution of 1/64, so that ties and zeros occur. */
function values(shape: Shape, name: string): Float32Array {
  const stream = randomStream(7, name, ...shape)
  return Float32Array.from({ length: sizeOf(shape) }, () => Math.round((2 * stream.uniform() - 1) * 64) / 64)
}

/** Runs `f`, and the gradients of a weighted sum of its result, on both engines. */
async function agree(
  inputs: Record<string, Shape>,
  f: (inputs: Tensors) => tf.Tensor,
  gradients: boolean,
  tolerance = 1e-4,
) {
  const given = Object.fromEntries(Object.entries(inputs).map(([name, shape]) => [name, values(shape, name)]))
  const definition: Definition = {
    name: 'under test',
    state: {},
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, shape]) => [name, { shape, dtype: 'float32' as const }])),
    compute(_, tensors) {
      if (!gradients) return { outputs: { result: f(tensors) } }
      const taken = valueAndGradients(at => {
        const result = f(at)
        const weights = tf.tensor(values(result.shape, 'weights'), result.shape)
        return { value: tf.sum(tf.mul(result, weights)), extras: { result } }
      }, tensors)
      const named = Object.entries(taken.gradients).map(([name, tensor]) => [`d ${name}`, tensor] as const)
      return { outputs: { result: taken.extras.result!, ...Object.fromEntries(named) } }
    },
  }
  const [expected, actual] = await Promise.all([run(reference, definition, given), run(traced, definition, given)])
  expect(Object.keys(actual)).toEqual(Object.keys(expected))
  for (const [name, wanted] of Object.entries(expected)) {
    const scale = wanted.reduce((most: number, value: number) => Math.max(most, Math.abs(value)), 1)
    const worst = wanted.reduce(
      (most: number, value: number, i: number) => Math.max(most, Math.abs(value - actual[name]![i]!)),
      0,
    )
    expect(worst / scale, name).toBeLessThan(tolerance)
  }
}

async function run(engine: Engine, definition: Definition, inputs: Record<string, Float32Array>) {
  const program = await engine.compile(definition)
  const state = engine.createState({}, {})
  const outputs = await program.run(state, inputs)
  state.release()
  await program.release()
  return outputs as Record<string, Float32Array>
}

const dimension = fc.integer({ min: 1, max: 5 })
const side = fc.integer({ min: 4, max: 9 })
const runs = { numRuns: 25 }

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
        agree(
          { a, b },
          t => (swapped ? operation(t.b!, t.a!) : operation(t.a!, t.b!)),
          operation !== tf.maximum && _ !== 'maximum',
        ),
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
      fc.asyncProperty(fc.tuple(dimension, dimension), shape => agree({ x: shape }, t => operation(t.x!), true)),
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
        agree({ x: shape }, t => reduce(tf.transpose(t.x!, [2, 0, 3, 1]), over, keep), name !== 'max'),
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
          agree(
            { x: shape, y: [shape[first[second[0]!]!]!] },
            t => {
              const turned = tf.transpose(tf.transpose(t.x!, first), second) // lies as x does
              return tf.reshape(tf.mul(turned, tf.reshape(t.y!, [-1, 1, 1])), [-1])
            },
            true,
          ),
      ),
      runs,
    ))
  it('one-hot and arg max', () =>
    fc.assert(
      fc.asyncProperty(dimension, fc.integer({ min: 2, max: 6 }), (n, classes) =>
        agree({ x: [n, classes] }, t => oneHot(tf.argMax(t.x!, -1), classes), false),
      ),
      runs,
    ))
})

describe('layers', () => {
  it('matrix products, either side transposed', () =>
    fc.assert(
      fc.asyncProperty(dimension, dimension, dimension, fc.boolean(), fc.boolean(), (m, k, n, ta, tb) =>
        agree({ a: ta ? [k, m] : [m, k], b: tb ? [n, k] : [k, n] }, t => tf.matMul(t.a!, t.b!, ta, tb), true),
      ),
      runs,
    ))
  it('batched matrix products', () =>
    fc.assert(
      fc.asyncProperty(dimension, dimension, dimension, dimension, fc.boolean(), fc.boolean(), (b, m, k, n, ta, tb) =>
        agree({ a: ta ? [b, k, m] : [b, m, k], b: tb ? [b, n, k] : [b, k, n] }, t => tf.matMul(t.a!, t.b!, ta, tb), true),
      ),
      runs,
    ))
  it('linear with bias', () =>
    fc.assert(
      fc.asyncProperty(dimension, dimension, dimension, (n, from, to) =>
        agree({ x: [n, from], w: [to, from], b: [to] }, t => linear(t.x!, t.w!, t.b!), true),
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
          from: fc.integer({ min: 1, max: 3 }),
          to: fc.integer({ min: 1, max: 3 }),
          kernel: fc.constantFrom(1, 2, 3),
          stride: fc.constantFrom(1, 2),
          padding: fc.constantFrom(0, 1),
        }),
        ({ batch, height, width, from, to, kernel, stride, padding }) => {
          fc.pre(kernel > padding)
          return agree(
            { x: [batch, height, width, from], w: [to, from, kernel, kernel], b: [to] },
            t => conv2d(t.x!, t.w!, t.b!, { stride, padding }),
            true,
          )
        },
      ),
      { numRuns: 60 },
    ))
  it('max pools', () =>
    fc.assert(
      fc.asyncProperty(
        fc.tuple(fc.integer({ min: 1, max: 3 }), dimension, dimension, dimension),
        ([batch, h, w, channels]) => agree({ x: [batch, 2 * h, 2 * w, channels] }, t => maxPool2d(t.x!, 2), false),
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
          return agree(
            { x: shape },
            t => flattenChannelsFirst(maxPool2d(tf.relu(tf.add(t.x!, tf.tensor(apart, shape))), 2)),
            true,
          )
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
  const { dx } = await run(traced, definition, { x: Float32Array.of(1, 1, 0, 1) })
  expect([...dx!]).toEqual([1 / 3, 1 / 3, 0, 1 / 3].map(Math.fround))
})
