/** A table of medians as text for a terminal, Markdown, CSV, LaTeX or JSON. */
import { latexNumber, latexTable, latexText } from './latexText.ts'
import { METRIC_NAMES } from './metrics.ts'
import { aligned, csvLine, intervalText, markdownRow, markdownText, significant, UNKNOWN } from './numberText.ts'
import { ownMarks, tableNotes } from './tableNotes.ts'
import type { Table, TableCell, TableRow } from './tables.ts'

export type TableFormat = 'text' | 'md' | 'csv' | 'latex' | 'json'

/**
 * Writes the table in a format; the text ends with a newline. Four significant digits in `text`, `md` and `latex`, all digits in `csv` and
 * `json`. What falls on a diverged run is `diverged` for people, Inf or -Inf in CSV, null with the mark `diverged runs` in JSON.
 * LaTeX needs the package booktabs.
 */
export function formatTable(table: Table, format: TableFormat): string {
  return { json, csv, md: markdown, text, latex }[format](table)
}

function json(table: Table): string {
  return `${JSON.stringify(table)}\n`
}

function text(table: Table): string {
  const blocks = models(table).map(model => {
    const body = bodyOf(table, model)
    const header = ['', ...policiesOf(body).map(policy => `${policy} `)]
    const lines = aligned([
      header,
      ...body.flatMap(row => [[row.scenario, ...row.cells.map(cell => shown(table, cell))], ...linesUnder(row)]),
    ])
    return [title(table, model), ...lines].map(line => `  ${line}`.trimEnd()).join('\n')
  })
  const notes = tableNotes(table).map(note => `  ${note}`)
  return `${[...blocks, notes.join('\n')].join('\n\n')}\n`
}

function markdown(table: Table): string {
  const blocks = models(table).map(model => {
    const body = bodyOf(table, model)
    const header = ['scenario', ...policiesOf(body)]
    return [
      `### ${markdownText(title(table, model))}`,
      '',
      markdownRow(header),
      `| --- |${' ---: |'.repeat(header.length - 1)}`,
      ...body.flatMap(row =>
        [[row.scenario, ...row.cells.map(cell => shown(table, cell))], ...linesUnder(row)].map(markdownRow),
      ),
    ].join('\n')
  })
  return `${[...blocks, ...tableNotes(table).map(markdownText)].join('\n\n')}\n`
}

const CSV_COLUMNS = 'study,metric,on,split,model,scenario,policy,n,median,low,high,interquartileMean,published,marks'

/** RFC 4180 but for the line end, a plain newline; marks joined by `; `. */
function csv({ study, metric, on, split, rows }: Table): string {
  const lines = rows.flatMap(({ model, scenario, cells }) =>
    cells.map(({ policy, n, median, low, high, interquartileMean, published, marks }) => {
      const where = [study, metric, on, split, model, scenario, policy]
      return csvLine([...where, n, median, low, high, interquartileMean, published, marks.join('; ')])
    }),
  )
  return `${[CSV_COLUMNS, ...lines].join('\n')}\n`
}

/** A table environment for each model, the notes under each. */
function latex(table: Table): string {
  const tables = models(table).map(model => {
    const body = bodyOf(table, model)
    const header = ['', ...policiesOf(body).map(latexText)]
    const rows = body.flatMap(row => [
      [latexText(row.scenario), ...row.cells.map(cell => latexNumber(shown(table, cell).trim()))],
      ...linesUnder(row).map(([words = '', ...values]) => [
        `\\quad ${words.trim()}`,
        ...values.map(value => latexNumber(value.trim())),
      ]),
    ])
    return latexTable(title(table, model), `l${'r'.repeat(header.length - 1)}`, header, rows, tableNotes(table))
  })
  return `% needs \\usepackage{booktabs}\n${tables.join('\n\n')}\n`
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
  return `${model} · ${on} ${METRIC_NAMES[metric].title}, median of runs [95 % interval] number of runs`
}

/** `0.6312 [0.6120 0.6471] 20`, and a star where a note speaks of this cell. */
function shown(table: Table, cell: TableCell): string {
  const star = ownMarks(table, cell).length > 0 ? '*' : ' '
  if (cell.median === null) return `${UNKNOWN}${star}`
  return `${significant(cell.median)} ${intervalText(cell.low, cell.high)} ${cell.n}${star}`
}

/** Interquartile means under their row, and the published values, where there are any. */
function linesUnder(row: TableRow): string[][] {
  const line = (name: string, field: 'interquartileMean' | 'published'): string[][] =>
    row.cells.every(cell => cell[field] === null)
      ? []
      : [[`   ${name}`, ...row.cells.map(cell => `${significant(cell[field])} `)]]
  return [...line('interquartile mean', 'interquartileMean'), ...line('published', 'published')]
}
