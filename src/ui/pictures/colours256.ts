/** The 256 colours of terminals: a cube of six levels a channel, and 24 greys. The first sixteen are the user's own and are left out. */
import type { Cells } from '../components/pictureCells.ts'
import { mergeRuns } from './textRuns.ts'

/** xterm's levels (256colres.pl), which other terminals have too. */
const LEVELS = [0, 95, 135, 175, 215, 255] as const
const CUBE = 16
const GREYS = 232

/** The nearest in red, green and blue: its number. */
export function nearest256(red: number, green: number, blue: number): number {
  const [r, g, b] = [red, green, blue].map(nearestLevel) as [number, number, number]
  const grey = Math.min(23, Math.max(0, Math.round(((red + green + blue) / 3 - 8) / 10)))
  const level = 8 + 10 * grey
  const far = (x: number, y: number, z: number): number => (x - red) ** 2 + (y - green) ** 2 + (z - blue) ** 2
  const nearerGrey = far(level, level, level) < far(LEVELS[r]!, LEVELS[g]!, LEVELS[b]!)
  return nearerGrey ? GREYS + grey : CUBE + 36 * r + 6 * g + b
}

function nearestLevel(value: number): number {
  return LEVELS.reduce<number>((best, level, i) => (Math.abs(level - value) < Math.abs(LEVELS[best]! - value) ? i : best), 0)
}

/** Half blocks, a line a row. `rgb` is `[2 * rows, columns, 3]`, 0 to 255. (terminal-image takes the levels for even, and so draws too light.) */
export function blocks256(rgb: Uint8Array, { columns, rows }: Cells): string[] {
  const colour = (x: number, y: number): number => {
    const place = 3 * (y * columns + x)
    return nearest256(rgb[place]!, rgb[place + 1]!, rgb[place + 2]!)
  }
  return Array.from({ length: rows }, (_, row) => {
    const cell = (x: number): string => `\u001b[48;5;${colour(x, 2 * row)}m\u001b[38;5;${colour(x, 2 * row + 1)}m▄`
    return mergeRuns(Array.from({ length: columns }, (_, x) => cell(x)).join(''))
  })
}
