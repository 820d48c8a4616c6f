/** The sentences under a table of medians: what it stands on, and what its marks mean. */
import { legendOf, markMeaning } from './markMeanings.ts'
import type { Table, TableCell } from './tables.ts'

const PUBLISHED_MARKS: Readonly<Record<string, string>> = {
  'other data': 'The published values stand on other data than these.',
  'other generator': 'The published synthetic images are of another generator than these.',
}
const PUBLISHED =
  'published: the median of 20 runs that the dissertation reports for a cell of this definition; · where it reports none.'
const NONE_PUBLISHED = 'The dissertation reports no value for a cell of these definitions.'
export const NOT_FOR_DIAGNOSIS = 'Research software. Not for diagnosis.'

/** The marks that speak of this cell's own runs: not those of the whole table, nor those of its published value. */
export function ownMarks(table: Table, cell: TableCell): string[] {
  return cell.marks.filter(mark => !table.marks.includes(mark) && PUBLISHED_MARKS[mark] === undefined)
}

/** One line each. */
export function tableNotes(table: Table): string[] {
  const cells = table.rows.flatMap(row => row.cells.map(cell => ({ ...row, cell })))
  const places = new Map<string, string[]>()
  for (const { model, scenario, cell } of cells) {
    const marks = ownMarks(table, cell).join('; ')
    if (marks !== '') places.set(marks, [...(places.get(marks) ?? []), `${model} ${scenario} ${cell.policy}`])
  }
  const starred = [...places].map(
    ([marks, where]) => `* ${marks} (${where.length === cells.length ? 'every cell' : where.join(', ')}).`,
  )
  const published = cells.some(({ cell }) => cell.published !== null)
  const ofPublished = Object.entries(PUBLISHED_MARKS).filter(([mark]) => cells.some(({ cell }) => cell.marks.includes(mark)))
  const marks = cells.flatMap(({ cell }) => ownMarks(table, cell))
  return [
    `Stands on: ${table.split}, ${table.runsOfCell} runs a cell. Intervals cover the median with at least 95 %; none below 6 runs.`,
    ...table.marks.map(mark => sentence(markMeaning(mark) ?? mark)),
    ...(table.metric === 'loss' && table.on === 'validation' ? [published ? PUBLISHED : NONE_PUBLISHED] : []),
    ...ofPublished.map(([, words]) => words),
    ...starred,
    ...legendOf(marks),
    NOT_FOR_DIAGNOSIS,
  ]
}

/** A mark of the whole table as a sentence. */
export function sentence(mark: string): string {
  return `${mark.charAt(0).toUpperCase()}${mark.slice(1)}${mark.endsWith('.') ? '' : '.'}`
}
