/** What terminals are sent, read by decoders that know nothing of its maker. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { PNG } from 'pngjs'
import { describe, expect, it } from 'vitest'
import { iterm2Of } from '../../../src/ui/pictures/iterm2.ts'
import { KittyPictures } from '../../../src/ui/pictures/kitty.ts'
import { type Pixels, pngOf } from '../../../src/ui/pictures/pixels.ts'
import { placeholderRows } from '../../../src/ui/pictures/placeholders.ts'
import { sixelOf } from '../../../src/ui/pictures/sixel.ts'
import { sixelPixels } from './sixelPixels.ts'

const LARGE = { width: 400, height: 400 }
const MARKS = JSON.parse(readFileSync(new URL('../../../fixtures/pictures/marks.json', import.meta.url), 'utf8')) as number[]

function picture(width: number, height: number, colour: (x: number, y: number) => readonly number[]): Pixels {
  const rgb = new Uint8Array(width * height * 3)
  for (let i = 0; i < width * height; i++) rgb.set(colour(i % width, Math.floor(i / width)), 3 * i)
  return { width, height, rgb }
}
const grey = picture(48, 32, (x, y) => [5 * x, 5 * x, 5 * x].map(value => (value + y) % 256))
const coloured = picture(40, 40, (x, y) => [6 * x, 6 * y, 128])

function rgbOf(png: Buffer): Uint8Array {
  const { data } = PNG.sync.read(png)
  return Uint8Array.from(data.filter((_, i) => i % 4 !== 3))
}

/** The escapes of Kitty's protocol in a text: control data and payload. */
function kittyEscapes(text: string): { control: Record<string, string>; payload: string }[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it reads a terminal's codes
  return [...text.matchAll(/\x1b_G([^;\x1b]*)(?:;([^\x1b]*))?\x1b\\/g)].map(([, control = '', payload = '']) => ({
    control: Object.fromEntries(control.split(',').map(pair => pair.split('=') as [string, string])),
    payload,
  }))
}

describe('a PNG', () => {
  it('has the pixels, to the bit, unless the box is smaller', async () => {
    for (const pixels of [grey, coloured]) {
      const png = await pngOf(pixels, LARGE)
      expect(rgbOf(png)).toEqual(pixels.rgb)
    }
    const { width, height } = PNG.sync.read(await pngOf(coloured, { width: 20, height: 18 }))
    expect([width, height]).toEqual([20, 20])
  })

  it('of grey pixels has one channel', async () => {
    expect((await pngOf(grey, LARGE))[25]).toBe(0) // IHDR's colour type
    expect((await pngOf(coloured, LARGE))[25]).toBe(2)
  })
})

describe('Kitty', () => {
  const opened = (tmux = false) => {
    let sent = ''
    const write = (text: string): void => {
      sent += text
    }
    return { kitty: new KittyPictures({ write, seed: 1000, tmux }), sent: () => sent }
  }

  it('is sent a picture once, in chunks, as a virtual placement of so many cells', async () => {
    const noise = picture(128, 128, (x, y) => [(x * 7919 + y * 104729) % 251, (x * y) % 241, (x + 3 * y) % 239])
    const { kitty, sent } = opened()
    kitty.send(await pngOf(noise, LARGE), { columns: 20, rows: 10 })
    const escapes = kittyEscapes(sent())
    expect(escapes.map(({ control }) => control.m)).toEqual([...escapes.slice(1).map(() => '1'), '0'])
    expect(escapes.length).toBeGreaterThan(1)
    expect(escapes[0]!.control).toMatchObject({ a: 'T', U: '1', f: '100', q: '2', c: '20', r: '10' })
    for (const { payload } of escapes) expect(payload.length).toBeLessThanOrEqual(4096)
    for (const { payload } of escapes.slice(0, -1)) expect(payload.length % 4).toBe(0)
    expect(rgbOf(Buffer.from(escapes.map(({ payload }) => payload).join(''), 'base64'))).toEqual(noise.rgb)
    expect(escapes.map(({ payload }) => payload.length).reduce((a, b) => a + b)).toBeGreaterThan(
      sent().length - 40 * escapes.length - 60,
    )
  })

  it('has placeholders that name the picture and each cell of it', () => {
    fc.assert(
      fc.property(
        fc.record({ first: fc.integer({ min: 1, max: MARKS.length - 1 }), colour: fc.integer({ min: 1, max: 255 }) }),
        fc.record({ columns: fc.integer({ min: 1, max: 129 }), rows: fc.integer({ min: 1, max: 129 }) }),
        (id, cells) => {
          const rows = placeholderRows(id, cells)
          expect(rows).toHaveLength(cells.rows)
          const row = cells.rows - 1
          // biome-ignore lint/suspicious/noControlCharactersInRegex: it reads a terminal's codes
          const [, colour, text = ''] = /^\x1b\[38;5;(\d+)m(.*)\x1b\[39m$/u.exec(rows[row]!) ?? []
          expect(Number(colour)).toBe(id.colour)
          const points = [...text].map(character => character.codePointAt(0)!)
          expect(points).toHaveLength(4 * cells.columns)
          for (let column = 0; column < cells.columns; column++) {
            const [cell, ...marks] = points.slice(4 * column, 4 * column + 4)
            expect(cell).toBe(0x10eeee)
            expect(marks.map(mark => MARKS.indexOf(mark))).toEqual([row, column, id.first])
          }
        },
      ),
      { numRuns: 25 },
    )
  })

  it('gives pictures other numbers, and has them deleted by these', async () => {
    const { kitty, sent } = opened()
    const png = await pngOf(grey, LARGE)
    const sendings = Array.from({ length: 3 }, () => kitty.send(png, { columns: 6, rows: 2 }))
    sendings[1]!.free()
    sendings[1]!.free()
    kitty.clear()
    const numbers = kittyEscapes(sent()).map(({ control }) => `${control.a} ${control.d ?? ''} ${control.i}`)
    const ids = numbers.slice(0, 3).map(text => text.split(' ').at(-1)!)
    expect(new Set(ids).size).toBe(3)
    expect(numbers.slice(3)).toEqual([`d I ${ids[1]}`, `d I ${ids[0]}`, `d I ${ids[2]}`])
    // 1000 % 48 + 1, in the byte that the third mark says
    expect(Math.floor(Number(ids[0]) / 2 ** 24)).toBe(41)
  })

  it('is reached through tmux', async () => {
    const { kitty, sent } = opened(true)
    const png = await pngOf(grey, LARGE)
    kitty.send(png, { columns: 6, rows: 2 })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it reads a terminal's codes
    const inner = [...sent().matchAll(/\x1bPtmux;((?:\x1b\x1b|[^\x1b])*)\x1b\\/g)].map(([, body = '']) => body)
    expect(inner.map(body => `\x1bPtmux;${body}\x1b\\`).join('')).toBe(sent())
    const escapes = kittyEscapes(inner.join('').replaceAll('\x1b\x1b', '\x1b'))
    expect(Buffer.from(escapes.map(({ payload }) => payload).join(''), 'base64')).toEqual(png)
  })
})

describe('iTerm2', () => {
  it('is sent a PNG of so many cells', async () => {
    const png = await pngOf(coloured, LARGE)
    const sequence = iterm2Of(png, { columns: 30, rows: 15 })
    expect([sequence.slice(0, 12), sequence.at(-1)]).toEqual(['\x1b]1337;File=', '\x07'])
    const [control = '', payload = ''] = sequence.slice(12, -1).split(':')
    expect(control.split(';')).toEqual(
      expect.arrayContaining(['inline=1', 'width=30', 'height=15', `size=${png.length}`, 'doNotMoveCursor=1']),
    )
    expect(rgbOf(Buffer.from(payload, 'base64'))).toEqual(coloured.rgb)
  })
})

describe('Sixel', () => {
  it('shows greys within half a step of 64, and a percent', async () => {
    const size = { width: grey.width, height: grey.height }
    const { width, height, rgb } = sixelPixels(await sixelOf(grey, size, 256))
    expect([width, height]).toEqual([48, 32])
    const worst = rgb.reduce((most, value, i) => Math.max(most, Math.abs(value - grey.rgb[i]!)), 0)
    expect(worst).toBeLessThanOrEqual(4)
  })

  it('shows colours, as few as the terminal has', async () => {
    const sequence = await sixelOf(coloured, { width: 40, height: 40 }, 16)
    const { rgb } = sixelPixels(sequence)
    const colours = new Set(Array.from({ length: 1600 }, (_, i) => rgb.subarray(3 * i, 3 * i + 3).join(' ')))
    expect(colours.size).toBeGreaterThan(8)
    expect(colours.size).toBeLessThanOrEqual(16)
    const error = rgb.reduce((sum, value, i) => sum + Math.abs(value - coloured.rgb[i]!), 0) / rgb.length
    expect(error).toBeLessThan(20)
  })

  it('is as large as wanted, also where that is no whole number of bands', async () => {
    const { width, height, rgb } = sixelPixels(await sixelOf(grey, { width: 99, height: 70 }, 256))
    expect([width, height]).toEqual([99, 70])
    expect(rgb.slice(-3).some(value => value > 0)).toBe(true)
  })

  it('touches nothing outside itself', async () => {
    expect((await sixelOf(grey, { width: 10, height: 10 }, 256)).startsWith('\x1bP0;1;q"1;1;10;10#')).toBe(true)
  })
})
