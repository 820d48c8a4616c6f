/** A table of medians as text for a terminal, Markdown, CSV or JSON. */
import { LabError } from '../shared/errors.ts'
import type { Metric, Table, TableCell, TableRow } from './tables.ts'

export const TABLE_FORMATS = ['text', 'md', 'csv', 'latex', 'json'] as const
export type TableFormat = (typeof TABLE_FORMATS)[number]

const METRIC_NAMES: Readonly<Record<Metric, string>> = {
  loss: 'cross entropy (nats)',
  accuracy: 'accuracy',
  balancedAccuracy: 'balanced accuracy',
  macroF1: 'macro F1',
  auc: 'area under the ROC curve (one against rest, mean)',
}
const PUBLISHED_MARKS: Readonly<Record<string, string>> = {
  'other data': 'The published values stand on other data than these.',
  'other generator': 'The published synthetic images are of another generator than these.',
}
const NOT_FOR_DIAGNOSIS = 'Research software. Not for diagnosis.'
const UNKNOWN = '·'

/**
 * Writes the table in a format; the text ends with a newline. Four significant digits in `text` and `md`, all digits in `csv` and
 * `json`. What falls on a diverged run is `diverged` for people, Inf or -Inf in CSV, null with the mark `diverged runs` in JSON.
 *
 * @throws LabError `usage` for `latex`, which a later release brings.
 */
export function formatTable(table: Table, format: TableFormat): string {
  if (format === 'json') return `${JSON.stringify(table)}\n`
  if (format === 'csv') return csv(table)
  if (format === 'md') return markdown(table)
  if (format === 'text') return text(table)
  throw new LabError('usage', `--format ${format} comes with a later release; there are text, md, csv and json`)
}

function text(table: Table): string {
  const blocks = models(table).map(model => {
    const body = bodyOf(table, model)
    const header = ['', ...policiesOf(body).map(policy => `${policy} `)]
    const lines = aligned([
      header,
      ...body.flatMap(row => [[row.scenario, ...row.cells.map(cell => shown(table, cell))], ...publishedLine(row)]),
    ])
    return [title(table, model), ...lines].map(line => `  ${line}`.trimEnd()).join('\n')
  })
  return `${[
    ...blocks,
    notes(table)
      .map(note => `  ${note}`)
      .join('\n'),
  ].join('\n\n')}\n`
}

function markdown(table: Table): string {
  const blocks = models(table).map(model => {
    const body = bodyOf(table, model)
    const line = (fields: readonly string[]): string => `| ${fields.map(field => escaped(field.trim())).join(' | ')} |`
    const header = ['scenario', ...policiesOf(body)]
    return [
      `### ${escaped(title(table, model))}`,
      '',
      line(header),
      `| --- |${' ---: |'.repeat(header.length - 1)}`,
      ...body.flatMap(row =>
        [[row.scenario, ...row.cells.map(cell => shown(table, cell))], ...publishedLine(row)].map(line),
      ),
    ].join('\n')
  })
  return `${[...blocks, ...notes(table).map(escaped)].join('\n\n')}\n`
}

const CSV_COLUMNS = 'study,metric,on,split,model,scenario,policy,n,median,low,high,interquartileMean,published,marks'

/** RFC 4180 but for the line end, a plain newline; marks joined by `; `. */
function csv({ study, metric, on, split, rows }: Table): string {
  const number = (value: number | null): string => (value === null ? '' : String(value).replace('Infinity', 'Inf'))
  const quoted = (field: string): string => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)
  const lines = rows.flatMap(({ model, scenario, cells }) =>
    cells.map(cell => {
      const numbers = [cell.n, cell.median, cell.low, cell.high, cell.interquartileMean, cell.published].map(number)
      return [study, metric, on, split, model, scenario, cell.policy, ...numbers, cell.marks.join('; ')]
        .map(quoted)
        .join(',')
    }),
  )
  return `${[CSV_COLUMNS, ...lines].join('\n')}\n`
}

function models(table: Table): string[] {
  return [...new Set(table.rows.map(row => row.model))]
}

function bodyOf(table: Table, model: string): TableRow[] {
  return table.rows.filter(row => row.model === model)
}

function policiesOf(rows: readonly TableRow[]): string[] {
  return rows[0]!.cells.map(cell => cell.policy)
}

function title({ metric, on }: Table, model: string): string {
  return `${model} · ${on} ${METRIC_NAMES[metric]}, median of runs [95 % interval] number of runs`
}

/** `0.6312 [0.6120 0.6471] 20`, and a star where a note speaks of this cell. */
function shown(table: Table, cell: TableCell): string {
  const star = ownMarks(table, cell).length > 0 ? '*' : ' '
  if (cell.median === null) return `${UNKNOWN}${star}`
  return `${significant(cell.median)} [${significant(cell.low)} ${significant(cell.high)}] ${cell.n}${star}`
}

/** The published values under their row, where there are any. */
function publishedLine(row: TableRow): string[][] {
  if (row.cells.every(cell => cell.published === null)) return []
  return [['   published', ...row.cells.map(cell => `${significant(cell.published)} `)]]
}

/** Four significant digits. */
function significant(value: number | null): string {
  if (value === null) return UNKNOWN
  return Number.isFinite(value) ? value.toPrecision(4) : 'diverged'
}

/** The marks that speak of this cell's own runs: not those of the whole table, nor those of its published value. */
function ownMarks(table: Table, cell: TableCell): string[] {
  return cell.marks.filter(mark => !table.marks.includes(mark) && PUBLISHED_MARKS[mark] === undefined)
}

/** The sentences under the tables. */
function notes(table: Table): string[] {
  const cells = table.rows.flatMap(row => row.cells.map(cell => ({ ...row, cell })))
  const places = new Map<string, string[]>()
  for (const { model, scenario, cell } of cells) {
    const marks = ownMarks(table, cell).join('; ')
    if (marks !== '') places.set(marks, [...(places.get(marks) ?? []), `${model} ${scenario} ${cell.policy}`])
  }
  const starred = [...places].map(
    ([marks, where]) => `* ${marks} (${where.length === cells.length ? 'every cell' : where.join(', ')}).`,
  )
  const ofPublished = Object.entries(PUBLISHED_MARKS).filter(([mark]) => cells.some(({ cell }) => cell.marks.includes(mark)))
  return [
    `Stands on: ${table.split}, ${table.runsOfCell} runs a cell. Intervals cover the median with at least 95 %; none below 6 runs.`,
    ...table.marks.map(sentence),
    ...ofPublished.map(([, words]) => words),
    ...starred,
    NOT_FOR_DIAGNOSIS,
  ]
}

function sentence(mark: string): string {
  return `${mark.charAt(0).toUpperCase()}${mark.slice(1)}${mark.endsWith('.') ? '' : '.'}`
}

/** Rows of equal length as lines: the first column to the left, the others to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  return rows.map(row =>
    row.map((field, c) => (c === 0 ? field.padEnd(widths[c]!) : field.padStart(widths[c]!))).join('   '),
  )
}

/** For Markdown: no cell ends early, and no note becomes a list. */
function escaped(words: string): string {
  return words.replaceAll('|', '\\|').replace(/^\*/, '\\*')
}
