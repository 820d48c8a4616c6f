/** One model's table of medians as rows of a list, and the sentences under it. */
import type { Metric } from '../core/study/metrics.ts'
import type { Table, TableCell, TableRow } from '../core/study/tables.ts'
import type { DataColumn, DataRow } from './components/Table.tsx'
import { widest } from './components/Table.tsx'
import { formatNumber } from './format/number.ts'
import { SYMBOLS } from './theme.ts'

export const METRIC_NAMES: Readonly<Record<Metric, string>> = {
  loss: 'cross entropy (nats)',
  accuracy: 'accuracy',
  balancedAccuracy: 'balanced accuracy',
  macroF1: 'macro F1',
  auc: 'AUC (one against rest, mean)',
}

const PUBLISHED_MARKS: Readonly<Record<string, string>> = {
  'other data': 'The published values stand on other data than these.',
  'other generator': 'The published synthetic images are of another generator than these.',
}

export interface TableView {
  readonly columns: readonly DataColumn[]
  readonly rows: readonly DataRow[]
  /** Whether intervals are shown; a narrow window has room for medians and numbers of runs only. */
  readonly intervals: boolean
  /** Policies in sight, and how many there are. */
  readonly policies: { readonly from: number; readonly shown: number; readonly of: number }
}

/** The table of one model in a width, beginning with the policy `from`. */
export function tableView(table: Table, model: string, width: number, from: number): TableView {
  const rows = table.rows.filter(row => row.model === model)
  const policies = rows[0]?.cells.map(cell => cell.policy) ?? []
  const scenario = widest([...rows.map(row => row.scenario), '   published'], 10, Math.max(12, Math.floor(width / 3)))
  const room = width - 4 - scenario
  const fits = (intervals: boolean): number[] =>
    policies.map((policy, i) => {
      const cells = rows.flatMap(row => [cellText(table, row.cells[i], intervals), publishedText(row.cells[i])])
      return widest([`${policy} `, ...cells], 6)
    })
  const total = (widths: readonly number[]): number => widths.reduce((sum, one) => sum + one + 2, 0)
  const intervals = total(fits(true)) <= room
  const widths = fits(intervals)
  const first = Math.min(from, Math.max(0, policies.length - 1))
  let shown = 0
  for (let used = 0; first + shown < policies.length; shown++) {
    used += widths[first + shown]! + 2
    if (used > room && shown > 0) break
  }
  const window = <T>(items: readonly T[]): T[] => items.slice(first, first + shown)
  return {
    intervals,
    policies: { from: first, shown, of: policies.length },
    columns: [
      { title: '', width: scenario },
      ...window(policies.map((policy, i): DataColumn => ({ title: `${policy} `, width: widths[i]!, align: 'right' }))),
    ],
    rows: rows.flatMap(row => rowsOf(table, row, intervals, window)),
  }
}

function rowsOf(table: Table, row: TableRow, intervals: boolean, window: <T>(items: readonly T[]) => T[]): DataRow[] {
  const medians: DataRow = {
    key: row.scenario,
    cells: [row.scenario, ...window(row.cells.map(cell => cellText(table, cell, intervals)))],
  }
  if (row.cells.every(cell => cell.published === null)) return [medians]
  const published = row.cells.map(publishedText)
  return [medians, { key: `${row.scenario} published`, cells: ['   published', ...window(published)], tone: 'dim' }]
}

/** `0.6312 [0.6120 0.6471] 20`, and a star where a sentence speaks of this cell. */
function cellText(table: Table, cell: TableCell | undefined, intervals: boolean): string {
  return `${medianText(cell, intervals)}${cell !== undefined && ownMarks(table, cell).length > 0 ? '*' : ' '}`
}

/** `0.6312 [0.6120 0.6471] 20`: the median, its interval where there is room, the number of runs. */
export function medianText(cell: Pick<TableCell, 'median' | 'low' | 'high' | 'n'> | undefined, intervals: boolean): string {
  if (cell === undefined || cell.median === null) return SYMBOLS.unknown
  const interval = intervals ? ` [${significant(cell.low)} ${significant(cell.high)}]` : ''
  return `${significant(cell.median)}${interval} ${cell.n}`
}

function publishedText(cell: TableCell | undefined): string {
  return `${significant(cell?.published ?? null)} `
}

/** Four significant digits; `✕` where it falls on a run that diverged. */
function significant(value: number | null): string {
  if (value === null) return SYMBOLS.unknown
  if (!Number.isFinite(value)) return SYMBOLS.failure
  return Number.isInteger(value) ? value.toFixed(3) : formatNumber(value)
}

function ownMarks(table: Table, cell: TableCell): string[] {
  return cell.marks.filter(mark => !table.marks.includes(mark) && PUBLISHED_MARKS[mark] === undefined)
}

/** What to know before believing the table of this model. */
export function tableNotes(table: Table, model: string, intervals: boolean): string[] {
  const cells = table.rows
    .filter(row => row.model === model)
    .flatMap(row => row.cells.map(cell => ({ scenario: row.scenario, cell })))
  const places = Map.groupBy(
    cells.filter(({ cell }) => ownMarks(table, cell).length > 0),
    ({ cell }) => ownMarks(table, cell).join('; '),
  )
  const starred = [...places].map(([marks, where]) => {
    const which =
      where.length === cells.length
        ? 'every cell'
        : where.map(({ scenario, cell }) => `${scenario} ${cell.policy}`).join(', ')
    return `* ${marks} (${which}).`
  })
  const covers = intervals
    ? 'Intervals cover the median with at least 95\u00a0%; none below 6 runs.'
    : 'A wider window shows the intervals.'
  return [
    `Stands on: ${table.split}, ${table.runsOfCell} runs a cell. ${covers}`,
    ...table.marks.map(mark => `${SYMBOLS.warning} ${mark.charAt(0).toUpperCase()}${mark.slice(1)}.`),
    ...Object.keys(PUBLISHED_MARKS)
      .filter(mark => cells.some(({ cell }) => cell.marks.includes(mark)))
      .map(mark => PUBLISHED_MARKS[mark]!),
    ...starred,
    'Research software. Not for diagnosis.',
  ]
}
