/** The Live screen's state: the study, the cell of the cursor, the run that is looked at, and how its curve is drawn. */
import { useKept } from '../hooks/useKept.ts'
import { useMarks } from '../hooks/useMarks.ts'
import { useQuery } from '../hooks/useQuery.ts'
import { useReading } from '../hooks/useReading.ts'
import type { KeyHandlers } from '../keyboard.ts'
import { type ComparedRun, comparedRuns } from '../queries/comparison.ts'
import { type LiveStudy, liveStudy, type RunCurve, runCurve } from '../queries/live.ts'
import { type GridPlace, placeInWork, runOf } from './liveGrid.ts'

export interface CurveStyle {
  /** Losses by their logarithm. */
  readonly log: boolean
  /** 0 to below 1. */
  readonly smoothing: number
}

export interface LiveState {
  readonly live: LiveStudy | null
  /** Of the study's models, the one that is shown. */
  readonly model: number
  readonly cursor: GridPlace
  /** Null where the cell has none. */
  readonly run: number | null
  readonly curve: RunCurve | null
  readonly style: CurveStyle
  /** The marked runs where they are laid over. */
  readonly over: readonly ComparedRun[]
  /** The epoch at which the curve is read; undefined before one asks for it. */
  readonly at: number | undefined
  /** From cell to cell; on the curve from epoch to epoch, and from run to run of its cell. */
  readonly moves: { readonly grid: KeyHandlers; readonly chart: KeyHandlers }
  /** Drawing otherwise. */
  readonly handlers: KeyHandlers
}

const SMOOTHINGS = [0, 0.3, 0.6, 0.8, 0.9, 0.95] as const

/** @param study to look at; null: the newest */
export function useLiveState(study: string | null): LiveState {
  const [modelAt, setModelAt] = useKept('live.model', 0)
  const [place, setPlace] = useKept<GridPlace | null>('live.place', null)
  const [chosenRun, setChosenRun] = useKept<number | null>('live.run', null)
  const [log, setLog] = useKept('live.logScale', false)
  const [smooth, setSmooth] = useKept('live.smoothing', 0)
  const [overlays, setOverlays] = useKept('live.overlays', true)
  const { marked, clear } = useMarks()
  const live = useQuery<LiveStudy | null, [string | null]>(liveStudy, null, study)

  const model = live === null ? 0 : modelAt % live.models.length
  const [lastRow, lastColumn] = [(live?.scenarios.length ?? 1) - 1, (live?.policies.length ?? 1) - 1]
  const wanted = place ?? (live === null ? { row: 0, column: 0 } : placeInWork(live, model))
  const cursor = { row: Math.min(wanted.row, lastRow), column: Math.min(wanted.column, lastColumn) }
  const cell = live?.cells[model]?.[cursor.row]?.[cursor.column]
  const runs = cell?.runs ?? []
  const run = runs.some(({ id }) => id === chosenRun) ? chosenRun : runOf(cell)
  const curve = useQuery<RunCurve | null, [number | null]>(runCurve, null, run)
  const over = useQuery<readonly ComparedRun[], [string]>(comparedRuns, [], JSON.stringify(overlays ? marked : []))

  const move = (rows: number, columns: number) => () => {
    setChosenRun(null)
    setPlace({
      row: Math.min(Math.max(0, cursor.row + rows), lastRow),
      column: Math.min(Math.max(0, cursor.column + columns), lastColumn),
    })
  }
  const nextRun = (by: number) => () => {
    setPlace(cursor)
    setChosenRun(runs[(runs.findIndex(({ id }) => id === run) + by + runs.length) % runs.length]?.id ?? null)
  }
  const smoother = (by: number) => () => setSmooth(at => Math.min(Math.max(0, at + by), SMOOTHINGS.length - 1))
  const some = live !== null
  const epochs = curve?.epochs.map(({ epoch }) => epoch) ?? []
  const reading = useReading('live.epoch', epochs, curve?.bestEpoch ?? undefined)
  const several = runs.length > 1
  return {
    ...{ live, model, cursor, run, curve, over, at: reading.at },
    style: { log, smoothing: SMOOTHINGS[smooth] ?? 0 },
    moves: {
      grid: some
        ? {
            ...{ up: move(-1, 0), down: move(1, 0), left: move(0, -1), right: move(0, 1) },
            ...{ first: move(-lastRow, 0), last: move(lastRow, 0) },
          }
        : {},
      chart: { ...reading.handlers, ...(several ? { up: nextRun(-1), down: nextRun(1) } : {}) },
    },
    handlers: {
      logScale: some ? () => setLog(before => !before) : undefined,
      more: some && smooth < SMOOTHINGS.length - 1 ? smoother(1) : undefined,
      less: some && smooth > 0 ? smoother(-1) : undefined,
      overlay: some && marked.length > 0 ? () => setOverlays(before => !before) : undefined,
      unmark: marked.length > 0 ? clear : undefined,
      nextModel: (live?.models.length ?? 0) > 1 ? () => setModelAt(at => at + 1) : undefined,
      nextRun: several ? nextRun(1) : undefined,
      previousRun: several ? nextRun(-1) : undefined,
    },
  }
}
