/** Text made to take an exact number of columns: what rows are laid out with. */
import { columnsOf, graphemes } from './columns.ts'
import { printable } from './printable.ts'

/**
 * `text` without control characters, cut (the cut shown by `…`) and padded to exactly `width` columns; numbers stand right.
 */
export function padded(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const cut = truncated(text, width)
  const room = ' '.repeat(Math.max(0, width - columnsOf(cut)))
  return align === 'right' ? room + cut : cut + room
}

/** `text` without control characters, its beginning cut away to at most `width` columns: of a path the file's name stays. */
export function endOf(text: string, width: number): string {
  const safe = printable(text)
  if (columnsOf(safe) <= width) return safe
  let kept = ''
  let used = 1
  for (const { text: one, columns } of [...graphemes(safe)].reverse()) {
    if (used + columns > width) break
    kept = one + kept
    used += columns
  }
  return width <= 0 ? '' : `…${kept}`
}

/** `text` without control characters, cut to at most `width` columns. */
export function truncated(text: string, width: number): string {
  const safe = printable(text)
  if (columnsOf(safe) <= width) return safe
  if (width <= 0) return ''
  let kept = ''
  let used = 0
  for (const { text: one, columns } of graphemes(safe)) {
    if (used + columns > width - 1) break
    kept += one
    used += columns
  }
  return `${kept}…`
}
