import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { likeness } from '../../../src/core/explain/index.ts'

interface Pair {
  readonly a: readonly number[]
  readonly b: readonly number[]
  readonly spearman: number | null
  readonly topOverlap: number | null
}
const file = new URL('../../../fixtures/explain/likeness.golden.json', import.meta.url)
const { pairs } = JSON.parse(readFileSync(file, 'utf8')) as { pairs: readonly Pair[] }

it.each(pairs.map((pair, i) => ({ pair, i })))('pair $i is as alike as SciPy and sets of places say', ({ pair }) => {
  const found = likeness(Float32Array.from(pair.a), Float32Array.from(pair.b))
  for (const key of ['spearman', 'topOverlap'] as const) {
    const wanted = pair[key]
    if (wanted === null) expect(found[key]).toBeNull()
    else expect(found[key]).toBeCloseTo(wanted, 12)
  }
})

describe('laws', () => {
  const values = fc.array(
    fc.integer({ min: 0, max: 9 }).map(n => n / 8),
    { minLength: 4, maxLength: 40 },
  )
  const two = values.chain(a =>
    fc.tuple(fc.constant(a), fc.shuffledSubarray(a, { minLength: a.length, maxLength: a.length })),
  )

  it('neither depends on which map comes first, nor on stretching one', () => {
    fc.assert(
      fc.property(two, ([a, b]) => {
        const [x, y] = [Float32Array.from(a), Float32Array.from(b)]
        const found = likeness(x, y)
        expect(likeness(y, x)).toEqual(found)
        expect(
          likeness(
            x.map(value => value * 8),
            y,
          ),
        ).toEqual(found)
      }),
    )
  })

  it('a map is wholly like itself', () => {
    fc.assert(
      fc.property(values, a => {
        const found = likeness(Float32Array.from(a), Float32Array.from(a))
        if (found.spearman !== null) expect(found.spearman).toBeCloseTo(1, 12)
        expect([1, null]).toContain(found.topOverlap)
      }),
    )
  })
})

it('maps of different sizes are not compared', () => {
  expect(() => likeness(new Float32Array(4), new Float32Array(9))).toThrow(RangeError)
})
