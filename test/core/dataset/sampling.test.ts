import fc from 'fast-check'
import { expect, test } from 'vitest'
import { batchOrder, type ClassMix, type DatasetImage, sampleRun, shareOf } from '../../../src/core/dataset/index.ts'
import { splitParts } from '../../../src/core/dataset/split.ts'
import { golden } from './golden.ts'

function image(id: string, label = 0, part: DatasetImage['part'] = 'train'): DatasetImage {
  return { id, sha256: id, label, part, sourcePart: null, width: 1, height: 1, offset: 0, origin: id }
}

function sample(n: number, mix: ClassMix, seed = 7, index = 3, fixed?: number) {
  const images = Array.from({ length: n }, (_, i) => image(`a${i}`))
  const [found] = sampleRun({ images, mixes: [mix], seed, index, ...(fixed === undefined ? {} : { fixed: [fixed] }) })
  return {
    real: found!.real.map(({ id }) => id),
    synthetic: found!.synthetic.map(({ id }) => id),
    sources: found!.synthetic,
  }
}

const counts = fc.integer({ min: 1, max: 120 })
const seeds = fc.nat(1000)

test.each([
  [0.2, 724, 145],
  [0.2, 49, 10],
  [0.8, 724, 579],
  [0.145, 100, 15], // 14.5 as a decimal, 14.499999999999998 in doubles
  [0.285, 100, 29],
  [1.005, 1000, 1005],
  [1, 7, 7],
  [0, 7, 0],
  [1e-7, 5_000_000, 1],
  [2.5, 3, 8],
  [1e21, 2, 2e21],
])('%d of %d is %d', (fraction, total, expected) => {
  expect(shareOf(fraction, total)).toBe(expected)
})

test('a share is the nearest whole number, for every decimal of three places', () => {
  fc.assert(
    fc.property(fc.nat(2000), fc.nat(10_000), (thousandths, n) => {
      expect(shareOf(thousandths / 1000, n)).toBe(Math.floor((2 * thousandths * n + 1000) / 2000))
    }),
  )
  expect(() => shareOf(-0.1, 3)).toThrow(/fraction/)
  expect(() => shareOf(Number.NaN, 3)).toThrow(/fraction/)
})

test('the orders are those that Python computes', () => {
  expect(sample(49, { real: 1, synthetic: 0 }).real).toEqual(golden.orders.run.order)
  expect(batchOrder(7, 3, 2, golden.orders.run.order)).toEqual(golden.orders.batch.order)
})

test('80/0 lies inside 100/0, in the same relative order; counts are the rounded shares', () => {
  fc.assert(
    fc.property(counts, seeds, seeds, fc.integer({ min: 0, max: 100 }), (n, seed, index, percent) => {
      const all = sample(n, { real: 1, synthetic: 0 }, seed, index).real
      const some = sample(n, { real: percent / 100, synthetic: 0 }, seed, index).real
      expect(some).toHaveLength(Math.floor((percent * n + 50) / 100))
      expect(all.slice(0, some.length)).toEqual(some)
    }),
  )
})

test('100/20 and 80/20 hold the same synthetic images, whose sources are real images of both', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 120 }), seeds, seeds, (n, seed, index) => {
      const full = sample(n, { real: 1, synthetic: 0.2 }, seed, index)
      const less = sample(n, { real: 0.8, synthetic: 0.2 }, seed, index)
      expect(less.synthetic).toEqual(full.synthetic)
      expect(full.sources.every(({ source, variation }) => variation === 1 && less.real.includes(source.id))).toBe(true)
    }),
  )
})

test('sources cycle with the next variation when the real sample runs out; ids are unique', () => {
  expect(sample(4, { real: 0.5, synthetic: 1.25 }).sources.map(({ variation }) => variation)).toEqual([1, 1, 2, 2, 3])
  fc.assert(
    fc.property(counts, fc.nat(300), (n, percent) => {
      const { synthetic, real, sources } = sample(n, { real: 1, synthetic: percent / 100 })
      expect(new Set(synthetic).size).toBe(synthetic.length)
      expect(sources.map(({ source }) => source.id)).toEqual(synthetic.map((_, k) => real[k % real.length]))
      expect(synthetic).toEqual(sources.map(({ source, variation }) => `${source.id}s${variation}`))
    }),
  )
})

test('classes are drawn apart, from the training part alone, whatever the order of the images', () => {
  const images = ['a', 'b', 'c', 'd'].flatMap(id => [image(id, 0), image(`${id}1`, 1), image(`${id}2`, 1, 'validation')])
  const request = {
    mixes: [
      { real: 1, synthetic: 0 },
      { real: 0.5, synthetic: 0.5 },
    ],
    seed: 1,
    index: 0,
  }
  const found = sampleRun({ ...request, images })
  expect(sampleRun({ ...request, images: images.toReversed() })).toEqual(found)
  expect(found.map(({ real, synthetic }) => [real.length, synthetic.length])).toEqual([
    [4, 0],
    [2, 2],
  ])
  expect(found[1]!.real.every(({ label, part }) => label === 1 && part === 'train')).toBe(true)
})

test('fixed sources lead the order in every run', () => {
  const runs = [0, 1, 2, 3].map(index => sample(30, { real: 0.8, synthetic: 0.2 }, 5, index, 6))
  expect(new Set(runs.map(run => run.synthetic.join())).size).toBe(1)
  expect(new Set(runs.map(run => run.real.join())).size).toBe(4)
  for (const run of runs) expect(new Set(run.real).size).toBe(24)
})

test('synthetic images without a real one, and fractions out of range, are refused', () => {
  expect(() => sample(10, { real: 0, synthetic: 0.2 })).toThrow(expect.objectContaining({ kind: 'usage' }))
  expect(() => sample(10, { real: 1.1, synthetic: 0 })).toThrow(expect.objectContaining({ kind: 'usage' }))
  expect(() => sample(10, { real: 1, synthetic: -0.1 })).toThrow(expect.objectContaining({ kind: 'usage' }))
})

test('a random split is stratified, exhaustive and in the order that Python computes', () => {
  const split = { kind: 'random', validationFraction: 0.2, testFraction: 0.2, seed: 7 } as const
  const images = Array.from({ length: 49 }, (_, i) => image(`a${i}`))
  for (const [number, { order }] of [
    [0, golden.orders.split],
    [4, golden.orders.splitNumber4],
  ] as const) {
    const parts = splitParts(images, { ...split, number })
    const expected = new Map(order.map((id, i) => [id, i < 10 ? 'validation' : i < 20 ? 'test' : 'train']))
    expect(parts).toEqual(images.map(({ id }) => expected.get(id)))
  }
})
