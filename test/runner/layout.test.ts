import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { candidateLayouts, soonestLayout } from '../../src/runner/layout.ts'

const OPEN = { workers: null, threads: null }
const words = (cores: number, runs: number, given = {}) =>
  candidateLayouts(cores, runs, { ...OPEN, ...given }).map(({ workers, threads }) => `${workers}x${threads}`)

describe('the layouts that are tried', () => {
  it('are a worker a core, one worker with all cores, and at most two between', () => {
    expect(words(1, 100)).toEqual(['1x1'])
    expect(words(2, 100)).toEqual(['2x1', '1x2'])
    expect(words(4, 100)).toEqual(['4x1', '2x2', '1x4'])
    expect(words(7, 100)).toEqual(['7x1', '1x7'])
    expect(words(8, 100)).toEqual(['8x1', '4x2', '2x4', '1x8'])
    expect(words(64, 100)).toEqual(['64x1', '16x4', '4x16', '1x64'])
  })

  it('never have more workers than there are runs: one run gets all cores', () => {
    expect(words(2, 1)).toEqual(['1x2'])
    expect(words(8, 1)).toEqual(['1x8'])
    expect(words(8, 3)).toEqual(['3x2', '2x4', '1x8'])
  })

  it('are one where workers or threads were chosen by hand', () => {
    expect(words(8, 100, { threads: 2 })).toEqual(['4x2'])
    expect(words(8, 100, { workers: 2 })).toEqual(['2x4'])
    expect(words(2, 100, { threads: 4 })).toEqual(['1x4'])
    expect(words(2, 100, { workers: 3 })).toEqual(['3x1'])
    expect(words(2, 1, { workers: 3, threads: 2 })).toEqual(['3x2'])
  })

  it('never ask for more threads than there are cores', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 256 }), fc.integer({ min: 1, max: 300 }), (cores, runs) => {
        const layouts = candidateLayouts(cores, runs, OPEN)
        expect(layouts.length).toBeLessThanOrEqual(4)
        expect(layouts.at(-1)).toEqual({ workers: 1, threads: cores })
        for (const { workers, threads } of layouts) {
          expect(workers).toBeLessThanOrEqual(runs)
          expect(workers * threads).toBeLessThanOrEqual(cores)
        }
      }),
    )
  })
})

describe('the layout that is chosen', () => {
  const two = [
    { workers: 2, threads: 1, imagesPerSecond: 138 },
    { workers: 1, threads: 2, imagesPerSecond: 123 },
  ]

  it('is the fastest for many runs', () => {
    expect(soonestLayout(two, 240)).toEqual({ workers: 2, threads: 1 })
    expect(soonestLayout([two[0]!, { ...two[1]!, imagesPerSecond: 150 }], 240)).toEqual({ workers: 1, threads: 2 })
  })

  it('leaves no worker idle for long where runs are few', () => {
    expect(soonestLayout(two, 2)).toEqual({ workers: 2, threads: 1 })
    expect(soonestLayout(two, 3)).toEqual({ workers: 1, threads: 2 }) // 3 / 123 s a run's image < 2 rounds of 2 / 138
  })

  it('has the fewer workers of equally fast ones, and is none of none', () => {
    expect(
      soonestLayout(
        two.map(layout => ({ ...layout, imagesPerSecond: 100 })),
        4,
      ),
    ).toEqual({ workers: 1, threads: 2 })
    expect(soonestLayout([], 4)).toBeNull()
  })
})
