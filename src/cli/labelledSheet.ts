/** Grey pictures of one size in rows, each with lines of words below it. */
import type { GreyImage } from '../core/dataset/index.ts'
import {
  enlarged,
  GROUND,
  greyPicture,
  inColumn,
  inRow,
  lettering,
  lettersIn,
  type Picture,
  type Size,
} from '../core/explain/index.ts'

/** A picture whose longer side is shorter than this many pixels is enlarged. */
const LEGIBLE = 192
/** One whose longer side is longer is thinned: every second pixel, or third ... */
const BULKY = 640
const GAP = 8
const LETTERS = 2

export interface Tile {
  readonly lines: readonly string[]
  /** Grey bytes `[height, width]`. */
  readonly pixels: Uint8Array
}

/** `size` is that of every tile. */
export function labelledSheet(tiles: readonly Tile[], size: Size): GreyImage {
  const thinning = Math.ceil(Math.max(size.height, size.width) / BULKY)
  const small = { height: Math.ceil(size.height / thinning), width: Math.ceil(size.width / thinning) }
  const scale = Math.max(1, Math.floor((2 * LEGIBLE) / Math.max(small.height, small.width)))
  const lines = Math.max(...tiles.map(tile => tile.lines.length))
  const cells = tiles.map(tile => {
    const picture = enlarged(greyPicture(thinned(tile.pixels, size, small, thinning), small), scale)
    const words = Array.from({ length: lines }, (_, at) => wordsOf(tile.lines[at] ?? '', Math.max(picture.width, LEGIBLE)))
    return inColumn([picture, ...words], GAP / 2, GROUND)
  })
  const columns = Math.min(tiles.length, Math.max(2, Math.ceil(Math.sqrt(1.6 * tiles.length))))
  const rows = Array.from({ length: Math.ceil(cells.length / columns) }, (_, row) =>
    inRow(cells.slice(row * columns, (row + 1) * columns), GAP, GROUND),
  )
  const none: Picture = { height: 0, width: 0, rgb: new Uint8Array() }
  const framed = inRow([none, inColumn([none, ...rows, none], GAP, GROUND), none], GAP, GROUND)
  const { height, width, rgb } = framed
  return { height, width, pixels: Uint8Array.from({ length: height * width }, (_, i) => rgb[3 * i]!) }
}

/** A line as wide as its picture, cut off with dots where it does not fit. */
function wordsOf(text: string, width: number): Picture {
  const room = lettersIn(width, LETTERS)
  return lettering(text.length <= room ? text.padEnd(room) : `${text.slice(0, room - 2)}..`, LETTERS)
}

function thinned(pixels: Uint8Array, from: Size, to: Size, by: number): Uint8Array {
  if (by === 1) return pixels
  return Uint8Array.from({ length: to.height * to.width }, (_, i) => {
    return pixels[Math.floor(i / to.width) * by * from.width + (i % to.width) * by]!
  })
}
