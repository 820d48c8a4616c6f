/** Quadrants and sextants: the characters fill the pixels that Unicode says, in the colours of the picture. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mosaic } from '../../../src/ui/pictures/mosaic.ts'

const { quadrants, sextants } = JSON.parse(
  readFileSync(new URL('../../../fixtures/pictures/blocks.json', import.meta.url), 'utf8'),
) as Record<'quadrants' | 'sextants', Record<string, number>>

/** The pixels that a terminal shows for a line: `[down][2 * columns]` colours as `r;g;b`. */
function shown(line: string, masks: Record<string, number>, down: number): string[][] {
  const pixels: string[][] = Array.from({ length: down }, () => [])
  let front = ''
  let back = ''
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it reads a terminal's codes
  for (const [, code, character] of line.matchAll(/\x1b\[([\d;]*)m|(.)/gu)) {
    if (code?.startsWith('38;2;')) front = code.slice(5)
    else if (code?.startsWith('48;2;')) back = code.slice(5)
    else if (character !== undefined) {
      const mask = masks[character]
      if (mask === undefined) throw new Error(`no pixels are known of ${character}`)
      pixels.forEach((row, y) => {
        row.push(...[0, 1].map(x => (((mask >> (2 * y + x)) & 1) === 1 ? front : back)))
      })
    }
  }
  return pixels
}

describe.each([
  ['quadrants', quadrants, 2],
  ['sextants', sextants, 3],
] as const)('%s', (_, masks, down) => {
  it('show two colours a character to the pixel', () => {
    const colour = fc.tuple(...([fc.nat(255), fc.nat(255), fc.nat(255)] as const))
    const cell = fc.record({ a: colour, b: colour, mask: fc.nat(2 ** (2 * down) - 1) })
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 6 }), cells => {
        const rgb = new Uint8Array(cells.length * 2 * down * 3)
        const wanted: string[][] = Array.from({ length: down }, () => [])
        cells.forEach(({ a, b, mask }, column) => {
          for (let i = 0; i < 2 * down; i++) {
            const [x, y] = [2 * column + (i & 1), i >> 1]
            const value = ((mask >> i) & 1) === 1 ? a : b
            rgb.set(value, 3 * (y * 2 * cells.length + x))
            wanted[y]![x] = value.join(';')
          }
        })
        const [line = ''] = mosaic(rgb, { columns: cells.length, rows: 1 }, down)
        expect(shown(line, masks, down)).toEqual(wanted)
      }),
    )
  })
})
