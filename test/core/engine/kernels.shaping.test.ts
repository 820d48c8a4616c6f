/** Kernels that pick, place and compare values against tfjs's own CPU backend, over random shapes: values and derivatives. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as tf from '#tfjs'
import type { Shape } from '../../../src/core/engine/index.ts'
import {
  concat,
  cos,
  exp,
  log,
  matMul,
  pad,
  reshape,
  sigmoid,
  sin,
  slice,
  softmax,
  split,
  stack,
  tanh,
  transpose,
  unstack,
  where,
} from '../../../src/core/engine/primitives.ts'
import { agree, dimension, runs } from './agreement.ts'

const shape = fc.tuple(dimension, dimension, dimension, dimension)
const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 })

describe('element by element', () => {
  const away = (x: tf.Tensor) => tf.add(tf.square(x), 0.2)
  const unaries: [string, (x: tf.Tensor) => tf.Tensor][] = [
    ['abs', tf.abs],
    ['cos', cos],
    ['sin', sin],
    ['erf', tf.erf],
    ['exp', exp],
    ['log', x => log(away(x))],
    ['tanh', tanh],
    ['sigmoid', sigmoid],
    ['rsqrt', x => tf.rsqrt(away(x))],
    ['reciprocal', x => tf.reciprocal(away(x))],
    ['clip', x => tf.clipByValue(x, -0.503, 0.247)],
    ['softmax', x => softmax(x)],
    ['a power', x => tf.pow(away(x), 1.5)],
  ]
  it.each(unaries)('%s', (_, f) =>
    // through a permuted tensor, so that axes lie in another order than they are named
    fc.assert(
      fc.asyncProperty(shape, order, (x, perm) => agree({ x }, t => f(transpose(tf.mul(t.x!, 2), perm)))),
      { numRuns: 10 },
    ),
  )
  const binaries: [string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, boolean][] = [
    // tfjs's own gradients of these do not sum over broadcast axes
    ['minimum', tf.minimum, false],
    ['maximum', tf.maximum, false],
    ['squared difference', tf.squaredDifference, false],
    ['power', (a, b) => tf.pow(away(a), b), true],
  ]
  it.each(binaries)('%s', (_, f, broadcasts) =>
    fc.assert(
      fc.asyncProperty(shape, order, fc.boolean(), (x, perm, wide) => {
        const permuted = perm.map(axis => x[axis]!)
        // an input of the permuted shape, and one that is permuted; each leads where the other has axes of size 1
        const small = permuted.map((n, i) => (i % 2 === 0 ? 1 : n))
        return agree({ a: wide ? permuted : small, b: x }, t => f(t.a!, transpose(t.b!, perm)), {
          gradients: wide || broadcasts,
        })
      }),
      { numRuns: 10 },
    ),
  )
  // tfjs has no gradient for comparisons, so what is compared here are inputs without one
  const conditions: [string, (c: tf.Tensor, d: tf.Tensor) => tf.Tensor][] = [
    ['greater', tf.greater],
    ['greater or equal', tf.greaterEqual],
    ['less', tf.less],
    ['less or equal', tf.lessEqual],
    ['equal', tf.equal],
    ['not equal', tf.notEqual],
    ['both', (c, d) => tf.logicalAnd(tf.greater(c, 0), tf.greater(d, 0))],
    ['either', (c, d) => tf.logicalOr(tf.greater(c, 0), tf.greater(d, 0))],
    ['not', c => tf.logicalNot(tf.greater(c, 0))],
  ]
  it.each(conditions)('where %s', (_, condition) =>
    fc.assert(
      fc.asyncProperty(fc.tuple(dimension, dimension), fc.array(fc.integer({ min: -1, max: 1 })), (x, drawn) => {
        const given = (shift: number) =>
          Int32Array.from({ length: x[0] * x[1] }, (_, i) => (drawn[(i + shift) % drawn.length] ?? i % 2) as number)
        return agree(
          { a: [x[1], x[0]], b: x, c: x, d: x },
          t => where(condition(t.c!, t.d!) as tf.Tensor<tf.Rank>, transpose(t.a!), t.b!),
          { given: { c: given(0), d: given(1) } },
        )
      }),
      { numRuns: 10 },
    ),
  )
})

describe('places', () => {
  const window = shape.chain(x =>
    fc.record({
      x: fc.constant(x as Shape),
      begin: fc.tuple(...x.map(n => fc.nat(n - 1))),
      ends: fc.tuple(...x.map(n => fc.nat(n))),
      perm: order,
    }),
  )
  it('slices, of which sizes are given or run to the end', () =>
    fc.assert(
      fc.asyncProperty(window, fc.boolean(), ({ x, begin, ends, perm }, toTheEnd) => {
        const back = perm.map((_, axis) => perm.indexOf(axis))
        const size = toTheEnd ? [-1, -1, -1, -1] : x.map((n, i) => Math.max(1, Math.min(ends[i]!, n - begin[i]!)))
        return agree({ x: perm.map(axis => x[axis]!) }, t => slice(transpose(t.x!, back), begin, size))
      }),
      runs,
    ))
  it('pads', () =>
    fc.assert(
      fc.asyncProperty(window, fc.constantFrom(0, 1.5), ({ x, begin, ends, perm }, value) =>
        agree({ x }, t =>
          pad(
            transpose(t.x!, perm),
            perm.map((_, i) => [begin[i]!, ends[i]!] as [number, number]),
            value,
          ),
        ),
      ),
      runs,
    ))
  it('concatenations of tensors that lie in different orders', () =>
    fc.assert(
      fc.asyncProperty(shape, dimension, order, fc.integer({ min: -4, max: 3 }), (x, more, perm, axis) => {
        const back = perm.map((_, i) => perm.indexOf(i))
        const other = x.with(axis, more)
        return agree({ x, y: perm.map(i => other[i]!) }, t => concat([t.x!, transpose(t.y!, back), t.x!], axis))
      }),
      runs,
    ))
  it('splits, into equal parts and by sizes', () =>
    fc.assert(
      fc.asyncProperty(shape, dimension, fc.boolean(), fc.nat(3), ([a, b, c, d], parts, equal, axis) => {
        const x = [a, b, c, d].with(axis, equal ? 2 * parts : parts + 3)
        return agree({ x }, t => {
          const [left, right] = split(t.x!, equal ? 2 : [parts, 3], axis) as [tf.Tensor, tf.Tensor]
          return concat([right, tf.mul(left, 2)], axis)
        })
      }),
      runs,
    ))
  it('stacks and unstacks', () =>
    fc.assert(
      // tfjs's gradient of unstacking an axis of size 1 throws
      fc.asyncProperty(dimension, dimension, fc.integer({ min: 2, max: 4 }), fc.nat(2), (a, b, c, axis) =>
        agree({ x: [a, b, c] }, t => stack(unstack(t.x!, 2).reverse(), axis)),
      ),
      runs,
    ))
  it('new axes, anywhere', () =>
    fc.assert(
      fc.asyncProperty(dimension, dimension, fc.integer({ min: -3, max: 2 }), (a, b, axis) =>
        agree({ x: [a, b] }, t => tf.expandDims(t.x!, axis)),
      ),
      runs,
    ))
  it('gathers along any axis', () =>
    fc.assert(
      fc.asyncProperty(shape, fc.array(fc.nat(99), { minLength: 1, maxLength: 6 }), fc.nat(3), (x, picks, axis) => {
        const indices = Int32Array.from(picks, pick => pick % x[axis]!)
        return agree({ x, indices: [indices.length] }, t => tf.gather(t.x!, t.indices as tf.Tensor1D, axis), {
          given: { indices },
        })
      }),
      runs,
    ))
  it('products of many matrices, read transposed or lying so', () =>
    fc.assert(
      fc.asyncProperty(fc.tuple(dimension, dimension, dimension, dimension, dimension), fc.nat(7), (sizes, how) => {
        const [b, heads, m, k, n] = sizes
        const [ta, tb, lying] = [(how & 1) > 0, (how & 2) > 0, (how & 4) > 0]
        const a = ta ? [b, heads, k, m] : [b, heads, m, k]
        const c = tb ? [b, heads, n, k] : [b, heads, k, n]
        const swapped = (s: number[]) => [s[0]!, s[2]!, s[1]!, s[3]!]
        return agree({ a: lying ? swapped(a) : a, c }, t => {
          const left = lying ? transpose(t.a!, [0, 2, 1, 3]) : t.a!
          return reshape(matMul(left, t.c!, ta, tb), [-1])
        })
      }),
      runs,
    ))
  it('gathers with batch dimensions are refused', async () => {
    await expect(
      agree({ x: [2, 3], indices: [2, 1] }, t => tf.gather(t.x!, t.indices as tf.Tensor1D, 1, 1), {
        gradients: false,
        given: { indices: Int32Array.of(0, 1) },
      }),
    ).rejects.toThrow('gather with batch dimensions is not traced')
  })
})
