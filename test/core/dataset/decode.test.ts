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
  ['text.jpg', /not a JPEG, PNG, TIFF, WebP or BMP/],
  ['type.gif', /a GIF: convert/],
  ['cmyk.jpg', /CMYK/],
  ['huge.png', /declares 60000 x 60000 pixels/],
  ['huge.jpg', /declares 60000 x 60000 pixels/],
  ['huge.bmp', /declares 60000 x 60000 pixels/],
  ['truncated.bmp', /ends too early/],
  ['truncated.tif', /cannot be decoded/],
  ['truncated.webp', /cannot be decoded/],
  ['two-pages.tif', /holds 2 pictures/],
  ['animated.webp', /holds 2 pictures/],
  ['float.tif', /samples are of type float/],
  ['scan.dcm', /DICOM.*dcm2img/],
  ['volume.nii', /NIfTI.*med2image/],
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

test('a file that declares 60,000 x 60,000 pixels takes no memory of that size', async () => {
  const files = ['huge.png', 'huge.jpg', 'huge.bmp'].map(name => readFileSync(fixture(`dataset/damaged/${name}`)))
  const before = process.resourceUsage().maxRSS
  for (const file of files) await expect(decodeGrey(file)).rejects.toThrow(/declares/)
  expect(process.resourceUsage().maxRSS - before).toBeLessThan(100_000) // KiB; the pixels would be 3.6 GB
})

test('a JPEG of thousands of scans is refused, not worked on', async () => {
  const progressive = readFileSync(fixture('dataset/images/grey-progressive.jpg'))
  const scan = progressive.lastIndexOf(Buffer.from([0xff, 0xda]))
  const scans = Array.from({ length: 5000 }, () => progressive.subarray(scan, progressive.length - 2))
  await expect(decodeGrey(Buffer.concat([progressive.subarray(0, scan), ...scans]))).rejects.toThrow(/more than 100 scans/)
})
