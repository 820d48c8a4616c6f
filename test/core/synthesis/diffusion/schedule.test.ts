import { describe, expect, it } from 'vitest'
import {
  denoisingTimes,
  lossWeight,
  noising,
  TIMES,
  timeFeatures,
} from '../../../../src/core/synthesis/diffusion/schedule.ts'

describe('the noising', () => {
  it('goes from the image to noise, never back, and keeps the variance', () => {
    expect(noising(0)).toEqual({ signal: 1, sigma: 0 })
    expect(noising(TIMES).signal).toBeLessThan(0.01)
    for (let t = 1; t <= TIMES; t++) {
      const { signal, sigma } = noising(t)
      expect(signal ** 2 + sigma ** 2).toBeCloseTo(1, 12)
      expect(signal).toBeLessThan(noising(t - 1).signal)
    }
    expect(() => noising(TIMES + 1)).toThrow(/no time/)
  })

  it('weighs the loss by the ratio of signal and noise, to a limit', () => {
    expect(lossWeight(1)).toBe(5)
    const { signal, sigma } = noising(800)
    expect(lossWeight(800)).toBeCloseTo((signal / sigma) ** 2, 12)
  })
})

describe('the times of denoising', () => {
  it('start at the strength, fall to zero, and are a share of the whole way', () => {
    expect(denoisingTimes(1, 4)).toEqual([1000, 750, 500, 250, 0])
    expect(denoisingTimes(0.5, 4)).toEqual([500, 250, 0])
    expect(denoisingTimes(0.0001, 50)).toEqual([])
    expect(denoisingTimes(0.001, 50)).toEqual([1, 0])
    for (const strength of [0, 0.003, 0.21, 0.77, 1]) {
      for (const steps of [1, 7, 1000]) {
        const times = denoisingTimes(strength, steps)
        expect(times).toEqual([...new Set(times)].toSorted((a, b) => b - a))
        if (strength > 0) expect([times[0], times.at(-1)]).toEqual([Math.round(strength * TIMES), 0])
      }
    }
  })
})

it('the network is told times apart', () => {
  expect([...timeFeatures(0, 4)]).toEqual([1, 1, 0, 0])
  const told = [1, 2, 500, 501, 999].map(t => timeFeatures(t, 32).join())
  expect(new Set(told).size).toBe(told.length)
})
