/** Characters that are mosaics of 2 by 2 or 2 by 3 pixels in two colours: more edges than half blocks, where the font has them. */
import type { Cells } from '../components/pictureCells.ts'
import { mergeRuns } from './textRuns.ts'

/** By which pixels are in the foreground: upper left 1, upper right 2, lower left 4, lower right 8. */
const QUADRANTS = ' ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█'
const LEFT_HALF = 21
const RIGHT_HALF = 42
const FULL = 63

/** A line a row, in true colour. `rgb` is `[down * rows, 2 * columns, 3]`, 0 to 255; `down` pixels stand on another in a character. */
export function mosaic(rgb: Uint8Array, { columns, rows }: Cells, down: 2 | 3): string[] {
  const width = 2 * columns
  return Array.from({ length: rows }, (_, row) => {
    let line = ''
    for (let column = 0; column < columns; column++) {
      const places = Array.from({ length: 2 * down }, (_, i) => {
        const [x, y] = [2 * column + (i & 1), down * row + (i >> 1)]
        return 3 * (y * width + x)
      })
      const { mask, front, back } = split(rgb, places)
      line += `\u001b[48;2;${back.join(';')}m\u001b[38;2;${front.join(';')}m${glyph(mask, down)}`
    }
    return mergeRuns(line)
  })
}

function glyph(mask: number, down: 2 | 3): string {
  if (down === 2) return QUADRANTS[mask]!
  if (mask === 0) return ' '
  if (mask === FULL) return '█'
  if (mask === LEFT_HALF) return '▌'
  if (mask === RIGHT_HALF) return '▐'
  // Unicode's "symbols for legacy computing" leave out the four that were there before.
  return String.fromCodePoint(0x1fb00 + mask - 1 - (mask > LEFT_HALF ? 1 : 0) - (mask > RIGHT_HALF ? 1 : 0))
}

/** The two groups of pixels with the least squared distance to their mean colours. `mask` has a bit for each pixel of the first. */
function split(rgb: Uint8Array, places: readonly number[]): { mask: number; front: number[]; back: number[] } {
  let best = { mask: 0, front: [0, 0, 0], back: mean(rgb, places), cost: Number.POSITIVE_INFINITY }
  // The last pixel is always behind: the other half of the masks says the same with the colours exchanged.
  for (let mask = 0; mask < 1 << (places.length - 1); mask++) {
    const groups = [1, 0].map(bit => places.filter((_, i) => ((mask >> i) & 1) === bit))
    const [front, back] = groups.map(group => mean(rgb, group)) as [number[], number[]]
    const cost = distance(rgb, groups[0]!, front) + distance(rgb, groups[1]!, back)
    if (cost < best.cost) best = { mask, front, back, cost }
  }
  return best
}

function mean(rgb: Uint8Array, places: readonly number[]): number[] {
  return [0, 1, 2].map(channel =>
    places.length === 0 ? 0 : Math.round(places.reduce((sum, place) => sum + rgb[place + channel]!, 0) / places.length),
  )
}

function distance(rgb: Uint8Array, places: readonly number[], colour: readonly number[]): number {
  let sum = 0
  for (const place of places)
    for (let channel = 0; channel < 3; channel++) sum += (rgb[place + channel]! - colour[channel]!) ** 2
  return sum
}
