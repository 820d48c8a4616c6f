import { expect, test } from 'vitest'
import { variationSheet } from '../../../src/core/explain/index.ts'

const grey = (width: number, height: number, value: number) => ({
  width,
  height,
  pixels: new Uint8Array(width * height).fill(value),
})

test('the real image stands left of its variation, four pairs in a row, and unequal sizes keep their shape', () => {
  const pair = { real: grey(64, 64, 10), synthetic: grey(64, 32, 200), lines: ['bank:1', 'r 0.90'] }
  const sheet = variationSheet('title', [{ title: 'A, 5 images', pairs: Array.from({ length: 5 }, () => pair) }], ['note'])
  const at = (x: number, y: number) => sheet.rgb[3 * (y * sheet.width + x)]!
  const [line, gap] = [18, 12] // of letters; around the page and between blocks
  const top = gap + line + gap + line + gap // the first row of pairs
  const row = 128 + 2 * (6 + line)
  expect([sheet.width, sheet.height]).toEqual([2 * gap + 4 * 258 + 3 * 18, top + 2 * row + 2 * gap + line + gap])
  for (const left of [0, 1, 2, 3].map(n => gap + n * (258 + 18))) {
    expect([at(left, top), at(left + 127, top + 127)]).toEqual([10, 10])
    expect([at(left + 130, top), at(left + 257, top + 63)]).toEqual([200, 200])
    expect(at(left + 200, top + 64)).toBe(240) // a variation twice as wide as high leaves the lower half of its square
  }
  const second = top + row + gap
  expect([at(gap, second), at(gap + 258 + 18, second)]).toEqual([10, 240])
})
