import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  EXACT_PAIRS,
  fewestPairs,
  hodgesLehmann,
  holm,
  normalCdf,
  normalQuantile,
  pairedDifferences,
  pairsNeeded,
  signedRanks,
  smallestP,
  smallestSeen,
} from '../../../src/core/stats/index.ts'
import { golden, pairedGolden } from './golden.ts'

/** Differences from 0, as they are. */
function differences(...values: readonly number[]): Float64Array {
  return pairedDifferences(new Float64Array(values.length), values)
}

describe('the paired test agrees with R', () => {
  it.each(pairedGolden.paired)('coin: $name, $distribution', example => {
    const found = signedRanks(Float64Array.from(example.differences))
    expect(found.p / example.p).toBeCloseTo(1, 10)
    expect(example.distribution).toBe(example.differences.length <= EXACT_PAIRS ? 'exact' : 'asymptotic')
  })

  it.each(pairedGolden.paired.filter(({ low }) => low !== null))('intervals: $name', example => {
    const found = hodgesLehmann(Float64Array.from(example.differences))!
    if (example.estimate !== null) expect(found.estimate).toBeCloseTo(example.estimate, 12)
    expect(found.interval!.low).toBeCloseTo(example.low!, 12)
    expect(found.interval!.high).toBeCloseTo(example.high!, 12)
  })

  it.each(pairedGolden.holm)("Holm's correction of $p", ({ p, corrected }) => {
    holm(p).forEach((value, i) => {
      expect(value).toBeCloseTo(corrected[i]!, 14)
    })
  })
})

describe('and with SciPy', () => {
  it.each(golden.signedRanks.map(example => ({ n: example.differences.length, example })))('$n pairs', ({ example }) => {
    expect(signedRanks(Float64Array.from(example.differences)).p / example.p).toBeCloseTo(1, 10)
  })

  it('in the normal distribution', () => {
    for (const { z, p } of golden.normal) expect(normalCdf(z) / p).toBeCloseTo(1, 11)
    for (const { z, p } of golden.quantiles) expect(normalQuantile(p)).toBeCloseTo(z, 11)
    expect(() => normalQuantile(0)).toThrow(RangeError)
  })
})

describe('laws', () => {
  const few = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 10 })

  it('p is what counting all signings says', () => {
    fc.assert(
      fc.property(few, values => {
        expect(signedRanks(Float64Array.from(values)).p).toBeCloseTo(counted(values), 12)
      }),
      { numRuns: 200 },
    )
  })

  it('changing sides changes the side and nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 6, maxLength: 20 }), values => {
        const forward = Float64Array.from(values)
        const backward = forward.map(value => -value)
        const [a, b] = [signedRanks(forward), signedRanks(backward)]
        expect([b.p, b.positive, b.negative]).toEqual([a.p, a.negative, a.positive])
        const [one, other] = [hodgesLehmann(forward)!, hodgesLehmann(backward)!]
        expect(other.estimate + one.estimate).toBe(0)
        expect(other.interval!.low + one.interval!.high).toBe(0)
        expect(one.interval!.low).toBeLessThanOrEqual(one.estimate)
        expect(one.interval!.high).toBeGreaterThanOrEqual(one.estimate)
      }),
    )
  })

  it('the interval has no value that the test rejects beyond its ends', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -6, max: 9 }), { minLength: 6, maxLength: 14 }), values => {
        const all = Float64Array.from(values)
        const { low, high } = hodgesLehmann(all)!.interval!
        for (let twice = -40; twice <= 40; twice++) {
          if (signedRanks(all, twice / 2).p > 0.05) {
            expect(twice / 4).toBeGreaterThanOrEqual(low)
            expect(twice / 4).toBeLessThanOrEqual(high)
          }
        }
      }),
    )
  })

  it('differences of shares tie as their counts do', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 })), {
          minLength: 6,
          maxLength: 20,
        }),
        fc.integer({ min: 31, max: 2000 }),
        (pairs, images) => {
          const share = pairedDifferences(
            pairs.map(([from]) => from / images),
            pairs.map(([, to]) => to / images),
          )
          const counts = Float64Array.from(pairs, ([from, to]) => to - from)
          expect(signedRanks(share)).toEqual(signedRanks(counts))
        },
      ),
    )
  })

  it("Holm's correction with a p unknown bounds it with any value there", () => {
    const p = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.array(p, { minLength: 1, maxLength: 6 }), p, (family, late) => {
        const before = holm([...family, null])
        const after = holm([...family, late])
        expect(before.at(-1)).toBeNull()
        family.forEach((_, i) => {
          expect(after[i]!).toBeLessThanOrEqual(before[i]!)
        })
      }),
    )
  })
})

it('the interval of many pairs is that of the normal distribution, in little time', () => {
  const many = differences(...Array.from({ length: 1000 }, (_, i) => Math.sin(i * 13) + 0.1 + (i % 7) / 100))
  const { low, high } = hodgesLehmann(many)!.interval!
  const p = (centre: number): number => signedRanks(many, 2 * centre).p
  expect([p(low - 1e-4), p(high + 1e-4)].every(value => value < 0.05 && value > 0.045)).toBe(true)
  expect([p(low + 1e-4), p(high - 1e-4)].every(value => value > 0.05 && value < 0.055)).toBe(true)
})

describe('a diverged run', () => {
  const worst = Number.POSITIVE_INFINITY

  it('is the greatest difference; two do not differ', () => {
    expect([...pairedDifferences([worst, 1, worst, 2], [worst, worst, 3, 1])]).toEqual([0, worst, -worst, -1])
    expect(() => pairedDifferences([Number.NaN], [1])).toThrow(RangeError)
    const { positive, negative } = signedRanks(Float64Array.of(worst, 1, -2, -worst, worst))
    expect([positive, negative]).toEqual([4 + 4 + 1, 2 + 4])
  })

  it('makes a bound infinite, and where most diverged the estimate', () => {
    expect(hodgesLehmann(Float64Array.of(1, 2, 3, 4, 5, worst))).toEqual({
      estimate: 3.5,
      interval: { low: 1, high: worst },
    })
    expect(hodgesLehmann(new Float64Array(6).fill(-worst))).toEqual({
      estimate: -worst,
      interval: { low: -worst, high: -worst },
    })
    expect(hodgesLehmann(Float64Array.of(worst, -worst))?.estimate).toBe(0)
  })
})

describe('few pairs, no difference', () => {
  it('have no interval below 6, and a p of at least 2 / 2^n', () => {
    expect(hodgesLehmann(differences(1, 2, 3, 4, 5))).toEqual({ estimate: 3, interval: null })
    expect(hodgesLehmann(new Float64Array(0))).toBeNull()
    expect(() => hodgesLehmann(differences(1), 95)).toThrow(RangeError)
    expect(signedRanks(differences(1, 2, 3)).p).toBe(0.25)
    expect(signedRanks(Float64Array.from({ length: 20 }, (_, i) => i + 1)).p).toBeCloseTo(1.9073486328125e-6, 18)
    expect([0, 1, 3, 20].map(smallestP)).toEqual([1, 1, 0.25, 2 ** -19])
  })

  it('are 1 and null where nothing differs', () => {
    expect(signedRanks(new Float64Array(6))).toEqual({ positive: 0, negative: 0, p: 1, rankBiserial: null })
    expect(hodgesLehmann(new Float64Array(6))).toEqual({ estimate: 0, interval: { low: 0, high: 0 } })
    expect(signedRanks(new Float64Array(0)).p).toBe(1)
  })
})

describe('power', () => {
  const spread = differences(...Array.from({ length: 20 }, (_, i) => Math.sin(i * 13) + i / 50))
  const question = { differences: spread, alpha: 0.05 }

  it('needs more pairs for smaller differences, never fewer than can reach the level', () => {
    const needed = [0.2, 0.5, 1, 100].map(size => pairsNeeded(question, size)!)
    expect(needed).toEqual(needed.toSorted((a, b) => b - a))
    expect(needed.at(-1)).toBe(11) // Noether's number where P is 1: (1.96 + 0.84)^2 / (3 / 4)
    expect(pairsNeeded({ differences: spread, alpha: 1e-6 }, 100)).toBeGreaterThanOrEqual(21)
    expect(fewestPairs(0.05)).toBe(6)
    expect([6, 21].map(smallestP).map(p => p < 0.05 && p < 1.1e-6)).toEqual([false, true])
    expect(pairsNeeded(question, 0)).toBeNull()
    expect(pairsNeeded({ differences: spread.fill(Infinity), alpha: 0.05 }, 1)).toBeNull()
  })

  it('names the smallest difference for which so many pairs are enough', () => {
    const spread = differences(...Array.from({ length: 20 }, (_, i) => Math.sin(i * 13) + i / 50))
    const asked = { differences: spread, alpha: 0.05 }
    for (const pairs of [12, 20, 60]) {
      const size = smallestSeen(asked, pairs)!
      expect(pairsNeeded(asked, size * 1.001)!).toBeLessThanOrEqual(pairs)
      expect(pairsNeeded(asked, size * 0.97)!).toBeGreaterThanOrEqual(pairs - 1)
    }
    expect(smallestSeen(asked, 5)).toBeNull()
  })
})

/** Two-sided p by counting all 2^m signings of Pratt's mid-ranks. */
function counted(values: readonly number[]): number {
  const ranks = values.map(value => {
    const size = Math.abs(value)
    const less = values.filter(other => Math.abs(other) < size).length
    const equal = values.filter(other => Math.abs(other) === size).length
    return value === 0 ? 0 : less + (equal + 1) / 2
  })
  const kept = ranks.filter(rank => rank > 0)
  const total = kept.reduce((sum, rank) => sum + rank, 0)
  const positive = ranks.reduce((sum, rank, i) => sum + (values[i]! > 0 ? rank : 0), 0)
  let extreme = 0
  for (let signing = 0; signing < 2 ** kept.length; signing++) {
    const sum = kept.reduce((above, rank, i) => above + (signing & (1 << i) ? rank : 0), 0)
    if (Math.abs(2 * sum - total) >= Math.abs(2 * positive - total)) extreme++
  }
  return extreme / 2 ** kept.length
}
