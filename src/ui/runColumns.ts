/** The columns of the list of runs: how each is written, sorted and found. */
import type { RunStatus } from '../core/study/run.ts'
import type { DataColumn, DataRow, Tone } from './components/DataTable.tsx'
import { formatDuration } from './format/duration.ts'
import { formatNumber } from './format/number.ts'
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
    return typeof found === 'string' ? found : formatNumber(found)
  }
  return { title, width, value, cell, ...more }
}

const right = 'right'

export const RUN_COLUMNS: readonly RunColumn[] = [
  column('run', 6, run => run.id, { align: right }),
  column('model', 9, run => run.model),
  column('policy', 12, run => run.policy, { drop: 1 }),
  column('scenario', 11, run => run.scenario, { grow: true }),
  column('no.', 5, run => run.index, { align: right, drop: 5 }),
  column('status', 9, run => run.status, { cell: run => STATUS[run.status].words }),
  column('epochs', 7, run => run.epochs, { align: right, drop: 4 }),
  column('loss', 8, run => run.loss, { align: right }),
  column('accuracy', 9, run => run.accuracy, { align: right, drop: 2 }),
  column('engine', 11, run => run.engine, { drop: 6 }),
  column('time', 10, run => run.seconds, {
    align: right,
    drop: 3,
    cell: run => (run.seconds === null ? SYMBOLS.unknown : formatDuration(run.seconds)),
  }),
  column('study', 12, run => run.study, { grow: true, drop: 7 }),
]

/** A run as a row of the list. A diverged run's loss is not a number: `✕`. */
export function runRow(run: RunLine): DataRow {
  const { tone } = STATUS[run.status]
  return {
    key: run.id,
    cells: RUN_COLUMNS.map(({ cell, value }) => (Number.isNaN(value(run)) ? SYMBOLS.failure : cell(run))),
    tone,
  }
}

export interface Order {
  readonly column: number
  readonly descending: boolean
}

/** The runs whose words hold all that is wanted, in an order; equal ones stay as they were planned. */
export function arranged(runs: readonly RunLine[], wanted: string, { column: at, descending }: Order): RunLine[] {
  const words = wanted.toLowerCase().split(' ').filter(Boolean)
  const wordsOf = (run: RunLine): string =>
    `${run.id} ${run.model} ${run.policy} ${run.scenario} ${run.status} ${run.study} ${run.engine ?? ''}`.toLowerCase()
  const found = words.length === 0 ? [...runs] : runs.filter(run => words.every(word => wordsOf(run).includes(word)))
  const { value } = RUN_COLUMNS[at]!
  const sign = descending ? -1 : 1
  return found.sort((a, b) => {
    const [left, right] = [value(a), value(b)]
    const unknown = Number(missing(left)) - Number(missing(right))
    if (unknown !== 0 || left === null || right === null) return unknown
    return sign * (left < right ? -1 : left > right ? 1 : 0)
  })
}

function missing(value: string | number | null): boolean {
  return value === null || Number.isNaN(value)
}
