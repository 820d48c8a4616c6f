import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeAnswer, editSize, encodeUpload, variationSize } from '../../../../src/core/synthesis/service/pictures.ts'
import { labError } from '../../../store/laboratory.ts'

const side = fc.integer({ min: 8, max: 2000 })

it('sizes for images.edit: sides are multiples of 16, 655,360 pixels at least, 3:1 at most, of about the same shape', () => {
  fc.assert(
    fc.property(side, side, (width, height) => {
      fc.pre(Math.max(width, height) <= 3 * Math.min(width, height))
      const size = editSize({ width, height })
      expect(size.width % 16).toBe(0)
      expect(size.height % 16).toBe(0)
      expect(size.width * size.height).toBeGreaterThanOrEqual(655_360)
      expect(Math.max(size.width, size.height)).toBeLessThanOrEqual(3 * Math.min(size.width, size.height))
      expect(Math.abs(Math.log((size.width * height) / (size.height * width)))).toBeLessThan(0.05)
    }),
  )
  expect(editSize({ width: 128, height: 128 })).toEqual({ width: 816, height: 816 })
  expect(() => editSize({ width: 10, height: 31 })).toThrow(labError('data', '10x31'))
})

it('sizes for variations: the smallest of three squares that holds the image', () => {
  expect([100, 256, 257, 512, 513, 3000].map(width => variationSize({ width, height: 20 }).width)).toEqual([
    256, 256, 512, 512, 1024, 1024,
  ])
})

it('there and back, an image is nearly what it was', async () => {
  const [width, height] = [48, 64]
  const pixels = Uint8Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)]
    return Math.round(128 + 60 * Math.sin(x / 6) + 60 * Math.cos(y / 7))
  })
  const size = editSize({ width, height })
  const back = await decodeAnswer(await encodeUpload({ width, height, pixels }, size), size, { width, height })
  expect([back.width, back.height]).toEqual([width, height])
  const worst = Math.max(...pixels.map((value, at) => Math.abs(value - back.pixels[at]!)))
  expect(worst).toBeLessThanOrEqual(4)
})
