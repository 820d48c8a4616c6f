/** How big a picture is drawn, in characters: half blocks make every character two square pixels, one above the other. */

export interface Cells {
  readonly columns: number
  readonly rows: number
}

/**
 * Ink reads a picture anew in every frame: two of 40 by 20 characters cost it about 10 ms. (terminal-image itself draws no wider than the
 * window that it finds, or 80 columns.)
 */
const MOST_COLUMNS = 40

/** The largest drawing of the picture that fits into so many columns and rows with its own proportions; at least one character. */
export function cellsFor({ width, height }: { readonly width: number; readonly height: number }, most: Cells): Cells {
  const scale = Math.min(Math.min(most.columns, MOST_COLUMNS) / width, (2 * most.rows) / height)
  return {
    columns: Math.max(1, Math.round(width * scale)),
    rows: Math.max(1, Math.min(most.rows, Math.round((height * scale) / 2))),
  }
}
