/** From runs to the table of their medians. */
import { interquartileMean, median, medianInterval } from '../stats/index.ts'
import { type Metric, type On, scoreOf, worstOf } from './metrics.ts'
import type { Published } from './published.ts'
import type { Cell, Run } from './run.ts'

/** What a table is made from. Lists are in the order they are shown in. */
export interface TableRequest {
  readonly study: string
  readonly metric: Metric
  readonly on: On
  /** The split the numbers stand on, for people: `parity split of sample`. */
  readonly split: string
  readonly models: readonly string[]
  readonly policies: readonly string[]
  readonly scenarios: readonly string[]
  /** Runs that each cell is meant to have. */
  readonly runsOfCell: number
  /** Runs of any status; those of other cells are left out. */
  readonly runs: readonly Run[]
  /** What is to be said of every cell: `simulated labels`. */
  readonly marks?: readonly string[]
  /** What is to be said of one cell. */
  readonly marksOf?: (cell: Cell) => readonly string[]
  /** What was published for a cell; asked only where `metric` is loss and `on` is validation, for nothing else was. */
  readonly publishedOf?: (cell: Cell) => Published | null
}

/**
 * One policy's column of a row. Numbers are in the metric's unit. A run that diverged counts as the worst there is: an infinite
 * median or bound (null in JSON) means that it falls on such a run; null means that there is none.
 */
export interface TableCell {
  readonly policy: string
  /** Runs that the numbers stand on, diverged ones included. */
  readonly n: number
  readonly median: number | null
  /** Distribution-free interval of the median, coverage at least 95 %; null below 6 runs. */
  readonly low: number | null
  readonly high: number | null
  readonly interquartileMean: number | null
  readonly published: number | null
  /**
   * What to know before believing it: what the caller says, then `K of N runs` where some are missing, `failed runs: K`,
   * `diverged runs: K`, `undefined runs: K`, and of the published value `other data`, `other generator`.
   */
  readonly marks: readonly string[]
}

export interface TableRow {
  readonly model: string
  readonly scenario: string
  readonly cells: readonly TableCell[]
}

/** The JSON of `tables --format json`; rows by model, then scenario. */
export interface Table {
  readonly study: string
  readonly metric: Metric
  readonly on: On
  readonly split: string
  readonly runsOfCell: number
  /** Marks that every cell carries. */
  readonly marks: readonly string[]
  readonly rows: readonly TableRow[]
}

/** Summarises the done runs of each cell; a cell without any has nulls. */
export function makeTable(request: TableRequest): Table {
  const { study, metric, on, split, runsOfCell, marks = [] } = request
  const runsByCell = Map.groupBy(request.runs, run => keyOf(run.cell))
  const rows = request.models.flatMap(model =>
    request.scenarios.map(scenario => ({
      model,
      scenario,
      cells: request.policies.map(policy => {
        const cell = { model, policy, scenario }
        return summarise(cell, runsByCell.get(keyOf(cell)) ?? [], request)
      }),
    })),
  )
  return { study, metric, on, split, runsOfCell, marks, rows }
}

function keyOf({ model, policy, scenario }: Cell): string {
  return JSON.stringify([model, policy, scenario])
}

function summarise(cell: Cell, runs: readonly Run[], request: TableRequest): TableCell {
  const { metric, on } = request
  const done = runs.filter(run => run.status === 'done')
  const measured = on === 'validation' ? done : done.filter(run => run.test !== null)
  const values = measured.map(run => scoreOf(run, metric, on)).filter(value => value !== null)
  const worst = worstOf(metric)
  const interval = medianInterval(values, 0.95, worst)
  const published = metric === 'loss' && on === 'validation' ? (request.publishedOf?.(cell) ?? null) : null

  const marks = [...(request.marks ?? []), ...(request.marksOf?.(cell) ?? [])]
  const count = (mark: (k: number) => string, k: number): void => {
    if (k > 0) marks.push(mark(k))
  }
  if (measured.length < request.runsOfCell) marks.push(`${measured.length} of ${request.runsOfCell} runs`)
  count(k => `failed runs: ${k}`, runs.filter(run => run.status === 'failed').length)
  count(k => `diverged runs: ${k}`, values.filter(value => !Number.isFinite(value)).length)
  count(k => `undefined runs: ${k}`, measured.length - values.length)
  marks.push(...(published?.marks ?? []))

  return {
    policy: cell.policy,
    n: values.length,
    median: median(values, worst),
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    interquartileMean: interquartileMean(values, worst),
    published: published?.value ?? null,
    marks: [...new Set(marks)],
  }
}
