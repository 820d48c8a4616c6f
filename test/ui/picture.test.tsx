/** Pictures in the terminal: their size, their cost, their colours. */
import { describe, expect, it, vi } from 'vitest'

vi.hoisted(() => {
  process.env.FORCE_COLOR = '3'
  process.env.COLORTERM = 'truecolor'
})

import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { Picture } from '../../src/ui/components/Picture.tsx'
import { cellsFor } from '../../src/ui/components/pictureCells.ts'
import { columnsOf } from '../../src/ui/format/columns.ts'
import { Pictures } from '../../src/ui/pictures/pictures.ts'
import type { Pixels } from '../../src/ui/pictures/pixels.ts'
import { textRows } from '../../src/ui/pictures/textRows.ts'
import { mergeRuns } from '../../src/ui/pictures/textRuns.ts'
import type { PictureWay } from '../../src/ui/pictures/ways.ts'
import { draw } from './terminal.tsx'

function picture(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [number, number, number],
): Pixels {
  const rgb = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rgb.set(colour(x, y), 3 * (y * width + x))
  return { width, height, rgb }
}

const TEXT_WAYS: readonly PictureWay[] = ['blocks', 'quadrants', 'sextants', 'shades']

/** Dark around a bright disc, like a slice of a brain. */
const slice = (side: number) =>
  picture(side, side, (x, y) => {
    const far = Math.hypot(x - side / 2, y - side / 2) / side
    const grey = far > 0.4 ? 0 : Math.round(120 + 100 * Math.sin(9 * far + x / 7))
    return [grey, grey, grey]
  })

/** Each character's colours as a terminal would show them: upper half, lower half. */
function shown(line: string): string[] {
  let foreground = ''
  let background = ''
  const halves: string[] = []
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it reads a terminal's codes
  for (const [, code, character] of line.matchAll(/\x1b\[([\d;]*)m|(.)/gu)) {
    if (character !== undefined) halves.push(`${background} ${character === ' ' ? background : foreground}`)
    else if (code === '39') foreground = ''
    else if (code === '49') background = ''
    else if (code?.startsWith('38;2;')) foreground = code.slice(5)
    else if (code?.startsWith('48;2;')) background = code.slice(5)
  }
  return halves
}

describe('the size of a picture', () => {
  it('keeps proportions: a character is one pixel wide and two high', () => {
    expect(cellsFor({ width: 64, height: 64 }, { columns: 40, rows: 30 })).toEqual({ columns: 40, rows: 20 })
    expect(cellsFor({ width: 64, height: 64 }, { columns: 40, rows: 10 })).toEqual({ columns: 20, rows: 10 })
    expect(cellsFor({ width: 200, height: 100 }, { columns: 50, rows: 50 })).toEqual({ columns: 40, rows: 10 })
    expect(cellsFor({ width: 1, height: 500 }, { columns: 9, rows: 3 })).toEqual({ columns: 1, rows: 3 })
    expect(cellsFor({ width: 64, height: 64 }, { columns: 500, rows: 500 })).toEqual({ columns: 40, rows: 20 })
  })
})

describe('a drawing', () => {
  it.each([
    [1, 1],
    [7, 3],
    [24, 12],
    [60, 30],
  ])('has exactly %i columns and %i rows', async (columns, rows) => {
    for (const way of TEXT_WAYS) {
      const lines = await textRows(slice(64), { columns, rows }, way)
      expect(lines.map(line => columnsOf(stripVTControlCharacters(line)))).toEqual(
        Array.from({ length: rows }, () => columns),
      )
    }
  })

  it('shows the pixels: the upper half behind, the lower before', async () => {
    const four = picture(2, 2, (x, y) => [x * 255, y * 255, 0])
    const [line = ''] = await textRows(four, { columns: 2, rows: 1 }, 'blocks')
    expect(shown(line)).toEqual(['0;0;0 0;255;0', '255;0;0 255;255;0'])
    expect(line.endsWith('\x1b[39m\x1b[49m')).toBe(true)
  })

  it('costs little where neighbours are alike', async () => {
    const [black = ''] = await textRows(
      picture(40, 40, () => [0, 0, 0]),
      { columns: 40, rows: 20 },
      'blocks',
    )
    expect(black).toBe(`\x1b[48;2;0;0;0m${' '.repeat(40)}\x1b[39m\x1b[49m`)
    const lines = await textRows(slice(128), { columns: 36, rows: 18 }, 'blocks')
    // Uncoloured text, and colour by colour from terminal-image: 36 * 18 * (1 + 2 * 17 + 10).
    expect(lines.join('').length).toBeLessThan(0.5 * 36 * 18 * 45)
  })

  it('is shades of grey without colours', async () => {
    const ramp = picture(5, 2, x => [x * 63, x * 63, x * 63])
    expect(await textRows(ramp, { columns: 5, rows: 1 }, 'shades')).toEqual([' ░▒▓█'])
  })

  it('is made once for equal pixels at one size', async () => {
    const pictures = new Pictures({ colours: 2 ** 24 })
    const first = await pictures.draw(slice(32), { columns: 10, rows: 5 })
    expect(await pictures.draw(slice(32), { columns: 10, rows: 5 })).toBe(first)
    expect(await pictures.draw(slice(32), { columns: 12, rows: 6 })).not.toBe(first)
  })
})

describe('merging runs', () => {
  it('changes no pixel and never makes a line longer', () => {
    const half = fc.constantFrom('0;0;0', '17;17;17', '255;0;17')
    fc.assert(
      fc.property(fc.array(fc.tuple(half, half), { minLength: 1, maxLength: 30 }), cells => {
        const raw = cells.map(([upper, lower]) => `\x1b[48;2;${upper}m\x1b[38;2;${lower}m▄\x1b[39m\x1b[49m`).join('')
        const merged = mergeRuns(raw)
        expect(shown(merged)).toEqual(shown(raw))
        expect(merged.length).toBeLessThanOrEqual(raw.length)
      }),
    )
  })

  it('reads 16 and 256 colours too, and leaves plain text alone', () => {
    expect(mergeRuns('\x1b[44m\x1b[37m▄\x1b[39m\x1b[49m\x1b[44m\x1b[34m▄\x1b[39m\x1b[49m')).toBe(
      '\x1b[44m\x1b[37m▄ \x1b[39m\x1b[49m',
    )
    expect(mergeRuns('\x1b[48;5;16m\x1b[38;5;16m▄\x1b[39m\x1b[49m')).toBe('\x1b[48;5;16m \x1b[39m\x1b[49m')
    expect(mergeRuns('▄▄')).toBe('▄▄')
  })
})

describe('the component', () => {
  it('is blank, then the drawing, in a box of its size', async () => {
    const drawn = draw(<Picture pixels={slice(48)} cells={{ columns: 20, rows: 10 }} />)
    await drawn.until('▄')
    const lines = drawn.frame().split('\n')
    expect(lines).toHaveLength(10)
    expect(lines.map(line => stripVTControlCharacters(line).length)).toEqual(Array.from({ length: 10 }, () => 20))
  })
})
