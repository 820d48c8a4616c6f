import { memo } from 'react'
import { columnsOf } from '../format/columns.ts'
import { padded } from '../format/padded.ts'
import { SYMBOLS, useTheme } from '../theme.ts'
import { type Piece, Row } from './Row.tsx'

export interface DataColumn {
  readonly title: string
  /** Columns it takes; with `grow` at least. */
  readonly width: number
  readonly align?: 'left' | 'right'
  /** Takes what is left over, shared with others that grow. */
  readonly grow?: boolean
  /** In a narrow window the columns of the highest number go first; left out: it always stays. */
  readonly drop?: number
}

/** How a row stands out; never by colour alone: its cells say it too. */
export type Tone = 'good' | 'warning' | 'failure' | 'dim'

export interface DataRow {
  readonly key: string | number
  /** One a column. */
  readonly cells: readonly string[]
  readonly tone?: Tone | undefined
  readonly marked?: boolean
}

interface TableProps {
  readonly width: number
  /** Lines it may take, header and all. */
  readonly height: number
  readonly columns: readonly DataColumn[]
  /** How many rows there are; only those in sight are asked for. */
  readonly count: number
  readonly row: (at: number) => DataRow
  /** The row of the cursor; left out: there is none. */
  readonly cursor?: number
  /** The first row in sight. */
  readonly top?: number
  readonly sort?: { readonly column: number; readonly descending: boolean }
  /** The column whose title the cursor is on, in brackets; null or left out: it is on none. */
  readonly header?: number | null
}

const GAP = 2
const LEAD = 4

/** A list of rows under a header, one line each. Draws what is in sight, whatever the number of rows; at its edge `↑` and `↓` say that there are more. */
export function Table({ width, height, columns, count, row, cursor, top = 0, sort, header = null }: TableProps) {
  const { accent, ...tones } = useTheme()
  const widths = laidOut(columns, roomOf(width))
  const line = (cells: readonly string[], empty: string): string =>
    columns
      .flatMap((column, i) => (widths[i] === 0 ? [] : [padded(cells[i] || empty, widths[i]!, column.align)]))
      .join(' '.repeat(GAP))
  const rows = Array.from({ length: Math.max(0, Math.min(height - 1, count - top)) }, (_, i) => ({
    at: top + i,
    ...row(top + i),
  }))
  return (
    <>
      <Row width={width} pieces={titlePieces(columns, widths, sort, header, accent)} />
      {rows.map(({ at, key, cells, tone, marked }) => {
        const here = at === cursor
        const [above, below] = [at === top && top > 0, at === top + rows.length - 1 && at < count - 1]
        const edge = above && below ? '↕' : above ? '↑' : below ? '↓' : ' '
        const lead = `${edge} ${here ? SYMBOLS.cursor : marked ? SYMBOLS.mark : ' '} `
        const color = here ? accent : tone === undefined || tone === 'dim' ? undefined : tones[tone]
        return (
          <Line
            key={key}
            width={width}
            text={lead + line(cells, SYMBOLS.unknown)}
            color={color}
            bold={here}
            dim={!here && tone === 'dim'}
          />
        )
      })}
    </>
  )
}

type LineProps = Piece & { readonly width: number }

/** A row that is drawn again only when it differs: of a list that scrolls or whose cursor moves, most do not. */
const Line = memo(function Line({ width, ...piece }: LineProps) {
  return <Row width={width} pieces={[piece]} />
})

/** The titles over their columns: the one that is sorted by with its direction, the cursor's in brackets. */
function titlePieces(
  columns: readonly DataColumn[],
  widths: readonly number[],
  sort: TableProps['sort'],
  header: number | null,
  accent: string | undefined,
): Piece[] {
  const shown = columns.flatMap((column, at) => (widths[at] === 0 ? [] : [{ ...column, at, width: widths[at]! }]))
  const pieces = shown.flatMap(({ title, align, width, at }, i): Piece[] => {
    const here = at === header
    const arrow = sort?.column !== at ? '' : sort.descending ? '▼' : '▲'
    const text = padded(`${title}${arrow}`, width, align)
    const gap = i === shown.length - 1 ? '' : ' '
    return here
      ? [{ text: `[${text}${gap === '' ? '' : ']'}`, bold: true, color: accent }]
      : [{ text: ` ${text}${gap}`, dim: true }]
  })
  const cursor = header === null ? ' ' : SYMBOLS.cursor
  return [{ text: `  ${cursor}`, color: accent }, ...pieces]
}

/** Columns that a table of so many has for its cells. */
export function roomOf(width: number): number {
  return width - LEAD
}

/** The columns' widths in a room, 0 for those dropped. */
export function laidOut(columns: readonly DataColumn[], room: number): number[] {
  const kept = new Set(columns)
  const needed = (): number => [...kept].reduce((sum, column) => sum + Math.max(column.width, 1) + GAP, -GAP)
  const droppable = columns.filter(column => column.drop !== undefined).sort((a, b) => b.drop! - a.drop!)
  for (const column of droppable) if (needed() > room) kept.delete(column)
  const growing = [...kept].filter(column => column.grow === true)
  const spare = Math.max(0, room - needed())
  return columns.map(column => {
    if (!kept.has(column)) return 0
    const place = growing.indexOf(column)
    const share = place < 0 ? 0 : Math.floor(spare / growing.length) + (place < spare % growing.length ? 1 : 0)
    return column.width + share
  })
}

/** The columns that a title or cell needs, for `DataColumn.width`. */
export function widest(texts: Iterable<string>, least = 1, most = 60): number {
  let width = least
  for (const text of texts) width = Math.max(width, columnsOf(text))
  return Math.min(width, most)
}
