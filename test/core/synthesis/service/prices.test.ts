import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { microsOf, usdText } from '../../../../src/core/synthesis/index.ts'
import { charge, outputTokens, priceTable, quote } from '../../../../src/core/synthesis/service/prices.ts'
import { labError } from '../../../store/laboratory.ts'

const tariff = { model: 'gpt-image-2', quality: 'low', width: 816, height: 816, promptBytes: 500 }

describe('tokens of an image', () => {
  // OpenAI's calculator as quoted in its developer forum, topics 1379464 and 1381388.
  it.each([
    [96, 1024, 1024, 7024],
    [96, 1536, 1024, 5488],
    [96, 1024, 1536, 5488],
    [96, 1792, 1024, 5063],
    [96, 3584, 2048, 12_329],
    [16, 960, 720, 130],
    [16, 976, 704, 129],
  ])('grid %i at %ix%i: %i', (side, width, height, tokens) => {
    expect(outputTokens(side, width, height)).toBe(tokens)
  })
})

describe('a quote', () => {
  it('counts prompt, the image that is sent and the image that comes', () => {
    // 600 text tokens at 5 USD a million, 1536 at 8, 171 at 30.
    expect(quote(priceTable(), tariff)).toEqual({ micros: 600 * 5 + 1536 * 8 + 171 * 30, seconds: 40 })
  })

  it('is never below what the service can count for the same request', () => {
    const table = priceTable()
    fc.assert(
      fc.property(fc.nat(2000), fc.nat(1536), (text, image) => {
        const used = { text: Math.min(text, tariff.promptBytes + 100), image, output: outputTokens(16, 816, 816) }
        expect(charge(table, 'gpt-image-2', used)).toBeLessThanOrEqual(quote(table, tariff).micros)
      }),
    )
  })

  it('goes by size for a price by image, and by a user’s own price', () => {
    const variation = { model: 'dall-e-2', quality: null, width: 512, height: 512, promptBytes: 0 }
    expect(quote(priceTable(), variation).micros).toBe(18_000)
    expect(quote(priceTable({ 'dall-e-2': 0 }), variation).micros).toBe(0)
    expect(quote(priceTable({ 'gpt-image-2': 0.5 }), tariff).micros).toBe(500_000)
    expect(priceTable().dated).toMatch(/^20\d\d-\d\d-\d\d$/)
    expect(priceTable({ mine: 1 }).dated).toContain('own prices for mine')
  })

  it('is refused for what the table lacks', () => {
    expect(() => quote(priceTable(), { ...tariff, model: 'other' })).toThrow(labError('usage', "'other'", 'prices'))
    expect(() => quote(priceTable(), { ...tariff, quality: 'xhigh' })).toThrow(labError('usage', "'xhigh'"))
    expect(() => quote(priceTable(), { ...tariff, model: 'dall-e-2' })).toThrow(labError('usage', '816x816'))
    expect(() => priceTable({ mine: -1 })).toThrow(labError('usage', 'prices: mine'))
  })
})

it('amounts are whole millionths, so that sums are exact', () => {
  expect(microsOf(0.1) + microsOf(0.2)).toBe(microsOf(0.3))
  expect(microsOf(1.1e-7)).toBe(1)
  expect(usdText(20_013)).toBe('0.020013 USD')
  expect(usdText(3_000_000)).toBe('3.0000 USD')
})
