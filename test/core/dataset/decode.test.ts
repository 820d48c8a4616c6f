import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { decodeGrey } from '../../../src/core/dataset/decode.ts'
import { resizeBilinear } from '../../../src/core/dataset/resize.ts'
import { bytesOf, fixture, golden } from './golden.ts'

test.each(Object.entries(golden.decode))('%s decodes as Pillow does, bit for bit', async (file, expected) => {
  const { width, height, pixels } = await decodeGrey(readFileSync(fixture(`dataset/images/${file}`)))
  expect([width, height]).toEqual([expected.width, expected.height])
  expect(Buffer.compare(pixels, bytesOf(expected.pixels))).toBe(0)
})

test.each([
  ['truncated.jpg', /premature end/],
  ['no-end.jpg', /premature end/],
  ['header-only.jpg', /cannot be decoded/],
  ['truncated.png', /cannot be decoded/],
  ['wrong-checksum.png', /cannot be decoded/],
  ['empty.jpg', /empty/],
  ['text.jpg', /not a JPEG or PNG/],
  ['type.gif', /not a JPEG or PNG/],
  ['cmyk.jpg', /CMYK/],
])('%s is refused with a reason', async (file, reason) => {
  const decoded = decodeGrey(readFileSync(fixture(`dataset/damaged/${file}`)))
  await expect(decoded).rejects.toMatchObject({ name: 'LabError', kind: 'data', message: expect.stringMatching(reason) })
})

test.each(golden.resize)('$name $width x $height resizes to $outWidth x $outHeight as Pillow does', table => {
  const out = resizeBilinear(bytesOf(table.source), table.width, table.height, table.outWidth, table.outHeight)
  expect(Buffer.compare(out, bytesOf(table.pixels))).toBe(0)
})

test('a size that is no positive integer is refused', () => {
  expect(() => resizeBilinear(new Uint8Array(4), 2, 2, 0, 3)).toThrow(/positive integer/)
  expect(() => resizeBilinear(new Uint8Array(4), 2, 2, 1.5, 3)).toThrow(/positive integer/)
})
