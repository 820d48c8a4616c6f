/** The columns of the list of runs: how each is written, sorted and found. */
import type { RunStatus } from '../core/study/run.ts'
import type { FilterField } from './components/filter.ts'
import type { DataColumn, DataRow, Tone } from './components/Table.tsx'
import { formatDuration } from './format/duration.ts'
import { formatMeasured } from './format/measured.ts'
import type { RunLine } from './queries/runs.ts'
import { SYMBOLS } from './theme.ts'

interface RunColumn extends DataColumn {
  /** What it is sorted by; null comes last in either order. */
  readonly value: (run: RunLine) => string | number | null
  readonly cell: (run: RunLine) => string
}

const STATUS: Readonly<Record<RunStatus, { readonly words: string; readonly tone?: Tone }>> = {
  queued: { words: `${SYMBOLS.unknown} queued`, tone: 'dim' },
  running: { words: '▶ running' },
  done: { words: `${SYMBOLS.good} done` },
  failed: { words: `${SYMBOLS.failure} failed`, tone: 'failure' },
  stopped: { words: `${SYMBOLS.paused} stopped`, tone: 'warning' },
}

function column(title: string, width: number, value: RunColumn['value'], more: Partial<RunColumn> = {}): RunColumn {
  const cell = (run: RunLine): string => {
    const found = value(run)
    return typeof found === 'string' ? found : formatMeasured(found)
  }
  return { title, width, value, cell, ...more }
}

const right = 'right'

export const RUN_COLUMNS: readonly RunColumn[] = [
  column('run', 7, run => run.id, { align: right, cell: run => `${run.pinned ? SYMBOLS.pin : ''}${run.id}` }),
  column('model', 9, run => run.model),
  column('policy', 12, run => run.policy, { drop: 1 }),
  column('scenario', 11, run => run.scenario, { grow: true }),
  column('no.', 5, run => run.index, { align: right, drop: 6 }),
  column('status', 9, run => run.status, { cell: run => STATUS[run.status].words }),
  column('epochs', 7, run => run.epochs, { align: right, drop: 4 }),
  column('loss', 8, run => run.loss, { align: right }),
  column('accuracy', 9, run => run.accuracy, { align: right, drop: 2 }),
  column('balanced', 9, run => run.balancedAccuracy, { align: right, drop: 7 }),
  column('engine', 11, run => run.engine, { drop: 8 }),
  column('time', 10, run => run.seconds, {
    align: right,
    drop: 3,
    cell: run => (run.seconds === null ? SYMBOLS.unknown : formatDuration(run.seconds)),
  }),
  column('study', 12, run => run.study, { grow: true, drop: 9 }),
  column('notes', 14, run => noteWords(run) || null, { grow: true, drop: 5, cell: run => noteWords(run) || ' ' }),
]

/** `#best a remark`. */
function noteWords({ tags, note }: RunLine): string {
  const words = tags === '' ? [] : tags.split(' ').map(tag => `#${tag}`)
  return [...words, note].filter(Boolean).join(' ')
}

/** A run as a row of the list. */
export function runRow(run: RunLine): DataRow {
  const { tone } = STATUS[run.status]
  return { key: run.id, cells: RUN_COLUMNS.map(({ cell }) => cell(run)), tone }
}

/** Runs under the titles of their columns, as numbers. */
export function runCells(runs: readonly RunLine[]): (string | number | null)[][] {
  return [RUN_COLUMNS.map(one => one.title), ...runs.map(run => RUN_COLUMNS.map(({ value }) => value(run)))]
}

/** What is asked of a column's values. */
function asked(kind: FilterField<RunLine>['kind'], title: string, name = title): FilterField<RunLine> {
  return { name, kind, value: RUN_COLUMNS.find(one => one.title === title)!.value }
}

/** What the filter line can ask of a run. */
export const RUN_FIELDS: readonly FilterField<RunLine>[] = [
  ...['model', 'policy', 'scenario', 'status'].map(title => asked('text', title)),
  ...['loss', 'accuracy', 'balanced', 'epochs'].map(title => asked('number', title)),
  asked('number', 'time', 'seconds'),
  { ...asked('number', 'run'), searched: true },
  asked('number', 'no.', 'number'),
  ...['study', 'engine'].map(title => asked('text', title)),
  { name: 'tag', kind: 'text', value: run => run.tags },
  { name: 'note', kind: 'text', value: run => run.note },
  { name: 'is', kind: 'text', value: run => (run.pinned ? 'pinned' : '') },
]

export interface Order {
  readonly column: number
  readonly descending: boolean
}

/** Those runs in an order, pinned ones first; equal ones stay as they were planned. */
export function ordered(runs: readonly RunLine[], { column: at, descending }: Order): RunLine[] {
  const { value } = RUN_COLUMNS[at]!
  const sign = descending ? -1 : 1
  return runs.toSorted((a, b) => {
    if (a.pinned !== b.pinned) return a.pinned ? -1 : 1
    const [left, right] = [value(a), value(b)]
    const unknown = Number(missing(left)) - Number(missing(right))
    if (unknown !== 0 || left === null || right === null) return unknown
    return sign * (left < right ? -1 : left > right ? 1 : 0)
  })
}

function missing(value: string | number | null): boolean {
  return value === null || Number.isNaN(value)
}
