/** How big a picture is drawn, in characters. */

export interface Cells {
  readonly columns: number
  readonly rows: number
}

/** Half blocks make every character two square pixels, one above the other. */
const HALF_BLOCKS = { aspect: 2, most: 40 }

/**
 * The largest drawing of the picture that fits into so many columns and rows with its own proportions; at least one character.
 * @param shape height of a character over its width, and the most columns: see `usePictureShape`
 */
export function cellsFor(
  { width, height }: { readonly width: number; readonly height: number },
  most: Cells,
  shape: { readonly aspect: number; readonly most: number } = HALF_BLOCKS,
): Cells {
  const scale = Math.min(Math.min(most.columns, shape.most) / width, (shape.aspect * most.rows) / height)
  return {
    columns: Math.max(1, Math.round(width * scale)),
    rows: Math.max(1, Math.min(most.rows, Math.round((height * scale) / shape.aspect))),
  }
}
