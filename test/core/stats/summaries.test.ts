import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interquartileMean, median, medianInterval } from '../../../src/core/stats/index.ts'
import { golden } from './golden.ts'

describe('summaries agree with NumPy and SciPy', () => {
  it.each(golden.summaries.map(example => ({ n: example.values.length, example })))('$n values', ({ example }) => {
    expect(median(example.values)).toBeCloseTo(example.median, 14)
    expect(interquartileMean(example.values)).toBeCloseTo(example.interquartileMean, 14)
    const interval = medianInterval(example.values)
    if (example.interval === null) expect(interval).toBeNull()
    else {
      expect(interval).toMatchObject({ rank: example.interval.rank, low: example.interval.low, high: example.interval.high })
      expect(interval!.coverage).toBeCloseTo(example.interval.coverage, 12)
    }
  })

  it.each(golden.coverages)('$n values: rank $rank', ({ n, rank, coverage }) => {
    const interval = medianInterval(Float64Array.from({ length: n }, (_, i) => n - i))!
    expect(interval).toMatchObject({ rank, low: rank, high: n + 1 - rank })
    expect(interval.coverage).toBeCloseTo(coverage, 10)
  })
})

describe('laws', () => {
  const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 })

  it('the order of the values does not matter, and the median lies in its interval', () => {
    fc.assert(
      fc.property(numbers, values => {
        const reversed = [...values].reverse()
        expect(median(reversed)).toBe(median(values))
        expect(interquartileMean(reversed)).toBe(interquartileMean(values))
        const interval = medianInterval(values)
        expect(interval === null).toBe(values.length < 6)
        if (interval === null) return
        expect(interval.low).toBeLessThanOrEqual(median(values)!)
        expect(interval.high).toBeGreaterThanOrEqual(median(values)!)
        expect(interval.coverage).toBeGreaterThanOrEqual(0.95)
      }),
    )
  })

  it('the input is left as it was', () => {
    const values = [3, 1, 2]
    median(values)
    expect(values).toEqual([3, 1, 2])
  })
})

describe('a diverged run is data', () => {
  it('NaN takes the last place', () => {
    expect(median([Number.NaN, 1, 2])).toBe(2)
    expect(median([Number.NaN, 1])).toBe(Infinity)
    expect(median([Number.NaN, Number.NaN])).toBe(Infinity)
    const interval = medianInterval([1, 2, 3, 4, 5, Number.NaN])!
    expect([interval.low, interval.high]).toEqual([1, Infinity])
    expect(interquartileMean([Number.NaN, 1, 2, 3])).toBe(2.5)
    expect(interquartileMean([Number.NaN, Number.NaN, 2, 3])).toBe(Infinity)
  })

  it('and the first where more is better', () => {
    expect(median([Number.NaN, 1, 2], -Infinity)).toBe(1)
    expect(interquartileMean([Number.NaN, 1, 2, 3], -Infinity)).toBe(1.5)
    expect(medianInterval([1, 2, 3, 4, 5, Number.NaN], 0.95, -Infinity)!.low).toBe(-Infinity)
  })

  it('nothing has no median', () => {
    expect([median([]), interquartileMean([]), medianInterval([])]).toEqual([null, null, null])
  })

  it('refuses a level that is none', () => {
    expect(() => medianInterval([1], 1)).toThrow(RangeError)
    expect(() => medianInterval([1], 95)).toThrow(RangeError)
  })
})
