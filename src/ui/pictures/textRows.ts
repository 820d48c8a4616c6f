/** Draws pixels as text: blocks of two colours a character, or shades of grey where there is no colour. */
import type { Cells } from '../components/pictureCells.ts'
import { blocks256 } from './colours256.ts'
import { mosaic } from './mosaic.ts'
import { type Pixels, scaled } from './pixels.ts'
import { mergeRuns } from './textRuns.ts'
import type { PictureWay } from './ways.ts'

/** Colours of neighbours that differ by no more, in red, green and blue, are drawn as one: the eye misses little. */
const STEP = 12
const SHADES = [' ', '░', '▒', '▓', '█'] as const
/** How codes of 256 or more colours begin. */
const FINE_COLOURS = ['\u001b[38;', '\u001b[48;'] as const

/**
 * The picture in exactly so many columns and rows, one text a row.
 * @param colours of text: 256 or 2 ** 24, but for shades
 */
export async function textRows(
  pixels: Pixels,
  cells: Cells,
  way: PictureWay,
  colours = 2 ** 24,
): Promise<readonly string[]> {
  if (way === 'quadrants') return mosaic(await scaled(pixels, 2 * cells.columns, 2 * cells.rows), cells, 2)
  if (way === 'sextants') return mosaic(await scaled(pixels, 2 * cells.columns, 3 * cells.rows), cells, 3)
  if (way === 'shades') return await shades(pixels, cells)
  return colours === 256
    ? blocks256(await scaled(pixels, cells.columns, 2 * cells.rows), cells)
    : await halfBlocks(pixels, cells)
}

/** Scaled and evened out before terminal-image sees it, so that it need not scale, in its own slower way, again. */
async function halfBlocks(pixels: Pixels, { columns, rows }: Cells): Promise<string[]> {
  const [{ default: terminalImage }, { default: sharp }] = await Promise.all([import('terminal-image'), import('sharp')])
  const rgb = await scaled(pixels, columns, 2 * rows)
  for (let y = 0; y < 2 * rows; y++) evenOut(rgb.subarray(3 * y * columns, 3 * (y + 1) * columns))
  const png = await sharp(rgb, { raw: { width: columns, height: 2 * rows, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toBuffer()
  // On a terminal with pictures of its own, terminal-image would write past Ink to the screen unless told not to.
  const options = { width: columns, height: rows, preserveAspectRatio: false, preferNativeRender: false }
  const text = await terminalImage.buffer(png, options)
  // It finds out by itself what the terminal can show; where that is no colour at all, or sixteen with hardly a grey, shades say more.
  return FINE_COLOURS.some(code => text.includes(code))
    ? text.split('\n').map(mergeRuns)
    : await shades(pixels, { columns, rows })
}

/** Pixels of a row take the colour of the one before while they are near it. */
function evenOut(row: Uint8Array): void {
  for (let x = 3; x < row.length; x += 3) {
    if ([x, x + 1, x + 2].every(i => Math.abs(row[i]! - row[i - 3]!) <= STEP)) row.copyWithin(x, x - 3, x)
  }
}

async function shades(pixels: Pixels, { columns, rows }: Cells): Promise<string[]> {
  const rgb = await scaled(pixels, columns, rows)
  return Array.from({ length: rows }, (_, y) => {
    const row = rgb.subarray(3 * y * columns, 3 * (y + 1) * columns)
    return Array.from({ length: columns }, (_, x) => shade(row[3 * x]!, row[3 * x + 1]!, row[3 * x + 2]!)).join('')
  })
}

/** By Rec. 601 luma. */
function shade(red: number, green: number, blue: number): string {
  const luma = (0.299 * red + 0.587 * green + 0.114 * blue) / 255
  return SHADES[Math.min(SHADES.length - 1, Math.floor(luma * SHADES.length))]!
}
