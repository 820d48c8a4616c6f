import { expect, test } from 'vitest'
import { makePhantom } from '../../../src/core/dataset/phantom.ts'
import { contactSheet } from '../../../src/core/explain/index.ts'

test('a row a class of as many images, each of another subject, drawn by the seed; unequal sizes keep their shape', async () => {
  const { dataset, pixels } = await makePhantom({ name: 'heads', images: 100, seed: 1 })
  const sheet = contactSheet(dataset, pixels, { columns: 3 })
  expect(sheet.width).toBe(3 * 128 + 2 * 6 + 2 * 12)
  expect(sheet.rgb).toHaveLength(3 * sheet.width * sheet.height)
  expect(contactSheet(dataset, pixels, { columns: 3 })).toEqual(sheet)
  expect(contactSheet(dataset, pixels, { columns: 3, seed: 1 })).not.toEqual(sheet)
  // One subject's image alone, made twice as wide as high: the lower half of its square stays empty.
  const wide = { ...dataset, classes: ['A'], images: [{ ...dataset.images[0]!, label: 0, width: 128, height: 64 }] }
  const one = contactSheet(wide, pixels, { columns: 1 })
  const middle = (y: number) => one.rgb[3 * (y * one.width + (one.width >> 1))]
  const top = one.height - 12 - 128
  expect([middle(top + 63), middle(top + 64), middle(top + 127)]).toEqual([expect.any(Number), 240, 240])
  expect(middle(top + 40)).not.toBe(240)
})
