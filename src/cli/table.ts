/** Aligned plain text for lists. */
import { printable } from '../ui/index.ts'

export interface Column {
  readonly title: string
  /** Numbers stand right. */
  readonly align?: 'left' | 'right'
}

/** A header and a line for each row, two spaces between columns, no space at line ends. An empty cell is written `·`. */
export function alignedTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map(column => column.title), ...rows.map(row => columns.map((_, i) => printable(row[i] || '·')))]
  const widths = columns.map((_, i) => Math.max(...lines.map(line => length(line[i] ?? ''))))
  return lines
    .map(line =>
      line
        .map((cell, i) => {
          const room = ' '.repeat((widths[i] ?? 0) - length(cell))
          return columns[i]?.align === 'right' ? room + cell : cell + room
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** In code points: near enough to columns for names and numbers. */
function length(text: string): number {
  return [...text].length
}
