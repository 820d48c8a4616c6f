import { padded } from '../format/padded.ts'
import { SYMBOLS, useTheme } from '../theme.ts'
import { type Piece, Row } from './Row.tsx'
import { tintOf } from './tint.ts'

export interface GridCell {
  /** The number, or what stands for it. */
  readonly text: string
  /** Dim beside it: how many it stands on, a spinner, a mark. */
  readonly note: string
  /** Its background, red, green, blue, 0 to 255; null: none. */
  readonly tint: readonly [number, number, number] | null
}

export interface GridRow {
  readonly name: string
  /** One a column. */
  readonly cells: readonly GridCell[]
}

interface HeatMapProps {
  readonly width: number
  /** Lines it may take, its head among them; the rows around the cursor are shown. */
  readonly height: number
  /** Over the names of the rows. */
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly GridRow[]
  readonly cursor: { readonly row: number; readonly column: number }
  /** False: the keys are elsewhere, and only the brackets say which cell is looked at. Default true. */
  readonly active?: boolean
}

const TEXT = 7
const NOTE = 4
/** A cell: a bracket, the number, a space, the note, a bracket. */
const CELL = TEXT + NOTE + 3
const LEAD = 2
const LEAST_NAME = 12
const MOST_NAME = 34

/**
 * Numbers by row and column, tinted. The cursor's cell stands in brackets. Where not all fits, the part around the cursor is shown: the
 * head says with `‹` and `›` where more is, and with `↑2 ↓9` how many rows are above and below.
 */
export function HeatMap({ width, height, title, columns, rows, cursor, active = true }: HeatMapProps) {
  const { accent, colours } = useTheme()
  const fit = Math.max(1, Math.min(columns.length, Math.floor((width - LEAD - LEAST_NAME) / CELL)))
  const name = Math.max(0, Math.min(MOST_NAME, width - LEAD - fit * CELL))
  const from = firstInSight(cursor.column, columns.length, fit)
  const seen = Math.max(1, Math.min(rows.length, height - 1))
  const top = firstInSight(cursor.row, rows.length, seen)
  const head = columns.slice(from, from + fit).map((column, i) => {
    const left = i === 0 && from > 0 ? '‹' : ' '
    const right = i === fit - 1 && from + fit < columns.length ? '›' : ' '
    // A short name stands over the numbers, which stand right.
    const named = column.length < TEXT ? padded(column, TEXT, 'right') : column
    return left + padded(named, CELL - 2) + right
  })
  const below = rows.length - top - seen
  const hidden = [top > 0 ? ` ↑${top}` : '', below > 0 ? ` ↓${below}` : '', top + below > 0 ? ' ' : ''].join('')
  return (
    <>
      <Row
        width={width}
        pieces={[
          { text: padded(`${' '.repeat(LEAD)}${title}`, LEAD + name - hidden.length), bold: true },
          { text: hidden, dim: true },
          { text: head.join(''), dim: true },
        ]}
      />
      {rows.slice(top, top + seen).map((row, i) => {
        const here = top + i === cursor.row
        const cells = row.cells
          .slice(from, from + fit)
          .flatMap((cell, j) => cellPieces(cell, here && from + j === cursor.column, colours, accent))
        const lead = here && active ? `${SYMBOLS.cursor} ` : '  '
        const marked: Piece = here ? { text: lead, color: accent } : { text: lead }
        return <Row key={row.name} width={width} pieces={[marked, { text: padded(row.name, name), bold: here }, ...cells]} />
      })}
    </>
  )
}

function cellPieces(cell: GridCell, here: boolean, colours: boolean, accent: string | undefined): Piece[] {
  const text = padded(cell.text, TEXT, 'right')
  const note = ` ${padded(cell.note, NOTE)}`
  const bracket = (sign: string): Piece => (here ? { text: sign, color: accent, bold: true } : { text: ' ' })
  const tinted = colours && cell.tint !== null
  const inside: Piece[] = tinted
    ? [{ text: text + note, ...tintOf(cell.tint), bold: here }]
    : [
        { text, bold: here },
        { text: note, dim: true },
      ]
  return [bracket('['), ...inside, bracket(']')]
}

/** The first of `seen` places in sight of `count`, so that `at` is among them, in the middle where it can be. */
function firstInSight(at: number, count: number, seen: number): number {
  return Math.max(0, Math.min(at - (seen >> 1), count - seen))
}
