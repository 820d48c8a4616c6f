/** The 256 colours: nearest by search among all that xterm defines. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { blocks256, nearest256 } from '../../../src/ui/pictures/colours256.ts'

/** xterm's definition: a colour channel of the cube is 0, or 55 and 40 a step; greys are 8 and 10 a step. */
const TABLE = Array.from({ length: 240 }, (_, i) => {
  if (i >= 216) return Array.from({ length: 3 }, () => 8 + 10 * (i - 216))
  return [Math.floor(i / 36), Math.floor(i / 6) % 6, i % 6].map(step => (step === 0 ? 0 : 55 + 40 * step))
})
const far = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0)

it('gives the nearest colour', () => {
  const channel = fc.nat(255)
  fc.assert(
    fc.property(channel, channel, channel, (...colour) => {
      const least = Math.min(...TABLE.map(one => far(one, colour)))
      expect(far(TABLE[nearest256(...colour) - 16]!, colour)).toBe(least)
    }),
    { numRuns: 2000 },
  )
})

it('draws half blocks in it', () => {
  const rgb = Uint8Array.of(0, 0, 0, 255, 255, 255, 0, 0, 0, 68, 1, 84)
  expect(blocks256(rgb, { columns: 2, rows: 1 })).toEqual(['\x1b[48;5;16m \x1b[48;5;231m\x1b[38;5;53m▄\x1b[39m\x1b[49m'])
})
