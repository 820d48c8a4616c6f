/** Real images beside variations of them on one page, a row or more for each class under its name: the dissertation's figure 2.2. */
import { type GreyImage, resizeBilinear } from '../dataset/index.ts'
import { GROUND, lettering, lettersIn } from './lettering.ts'
import { greyPicture } from './overlay.ts'
import { inColumn, inRow, type Picture } from './picture.ts'

/** Longest side of an image on the page, in pixels. */
const SIDE = 128
const GAP = 6
const LETTERS = 2
/** Pairs side by side. */
const ACROSS = 4

export interface VariationPair {
  readonly real: GreyImage
  readonly synthetic: GreyImage
  /** Lines below the pair. */
  readonly lines: readonly string[]
}

export interface VariationRow {
  /** Words over the row. */
  readonly title: string
  readonly pairs: readonly VariationPair[]
}

/** The page; images keep their aspect ratio. `notes` stand below. */
export function variationSheet(title: string, rows: readonly VariationRow[], notes: readonly string[] = []): Picture {
  const width = ACROSS * (2 * SIDE + 2) + (ACROSS - 1) * 3 * GAP
  const line = (text: string, room: number): Picture => lettering(fitted(text, lettersIn(room, LETTERS)), LETTERS)
  const cell = ({ real, synthetic, lines }: VariationPair): Picture =>
    inColumn([inRow([tile(real), tile(synthetic)], 2, GROUND), ...lines.map(text => line(text, 2 * SIDE + 2))], GAP, GROUND)
  const blocks = rows.flatMap(row => [
    line(row.title, width),
    ...inChunks(row.pairs, ACROSS).map(pairs => inRow(pairs.map(cell), 3 * GAP, GROUND)),
  ])
  const page = inColumn([line(title, width), ...blocks, ...notes.map(text => line(text, width))], 2 * GAP, GROUND)
  const beside = inRow([strip(0, 0), page, strip(0, 0)], 2 * GAP, GROUND)
  return inColumn([strip(0, 0), beside, strip(0, 0)], 2 * GAP, GROUND)
}

function inChunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))
}

/** As long as the room in letters, cut off with dots where it does not fit. */
function fitted(text: string, room: number): string {
  return text.length <= room ? text.padEnd(room) : `${text.slice(0, Math.max(0, room - 2))}..`
}

/** A square of the ground with the image in its upper left corner. */
function tile({ pixels, width, height }: GreyImage): Picture {
  const scale = SIDE / Math.max(width, height)
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
  const shown = resizeBilinear(pixels, width, height, size.width, size.height)
  const row = inRow([greyPicture(shown, size), strip(SIDE - size.width, 0)], 0, GROUND)
  return inColumn([row, strip(0, SIDE - size.height)], 0, GROUND)
}

/** Nothing, that takes room. */
function strip(width: number, height: number): Picture {
  return { width, height, rgb: new Uint8Array(width * height * 3) }
}
