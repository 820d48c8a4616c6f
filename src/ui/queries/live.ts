/** What the Live screen asks: a study's cells, the run it looks at, how fast it goes, and what happened. */

import { median } from '../../core/stats/index.ts'
import {
  type Cell,
  type Epoch,
  parseSpec,
  policyName,
  type Run,
  type RunStatus,
  scenariosOf,
} from '../../core/study/index.ts'
import type { Store, StudySummary } from '../../store/index.ts'

/** A run of a cell, in a few words. */
export interface CellRun {
  readonly id: number
  readonly index: number
  readonly status: RunStatus
  /** Epochs so far. */
  readonly epochs: number
}

export interface LiveCell {
  readonly cell: Cell
  /** Done runs. */
  readonly n: number
  /** Of their validation losses; null where there are none, infinite where it falls on a run that diverged. */
  readonly median: number | null
  /** Ids of those that failed. */
  readonly failed: readonly number[]
  /** In the study's order. */
  readonly runs: readonly CellRun[]
}

export interface LogEntry {
  readonly run: number
  readonly cell: Cell
  /** ISO 8601; null where it is not kept. */
  readonly at: string | null
  /** Null: it failed. */
  readonly loss: number | null
  readonly epochs: number | null
  readonly error: string | null
}

export interface LiveStudy {
  readonly study: StudySummary
  readonly models: readonly string[]
  readonly policies: readonly string[]
  readonly scenarios: readonly string[]
  /** By model, scenario, policy, in the order of the lists. */
  readonly cells: readonly (readonly (readonly LiveCell[])[])[]
  /** Images a second of all runs in work together; null where none has finished an epoch. */
  readonly imagesPerSecond: number | null
  /** The share of its time, 0 to 1, that the engine waited for data in the last finished runs; null while there are none. */
  readonly dataWait: number | null
  /** Oldest first; what failed before that was kept comes first. */
  readonly log: readonly LogEntry[]
}

/** Entries of the log that are read. */
const MOST_ENTRIES = 100

/** The study of that name, else the newest; null where there is none. */
export function liveStudy(store: Store, name: string | null): LiveStudy | null {
  return store.together(() => {
    const study = (name === null ? null : store.studies.get(name)) ?? store.studies.list().at(-1) ?? null
    if (study === null) return null
    const { models, ...spec } = parseSpec(study.spec, `study '${study.name}'`)
    const policies = spec.policies.map(policyName)
    const scenarios = scenariosOf(spec).map(scenario => scenario.name)
    const runs = store.runs.list({ study: study.name })
    const lastEpochs = new Map(
      runs.filter(run => run.status === 'running').map(run => [run.id, store.epochs.of(run.id).at(-1)]),
    )
    const byCell = Map.groupBy(runs, run => keyOf(run.cell))
    const cells = models.map(model =>
      scenarios.map(scenario =>
        policies.map(policy => {
          const cell = { model, policy, scenario }
          return liveCell(cell, byCell.get(keyOf(cell)) ?? [], lastEpochs)
        }),
      ),
    )
    const imagesPerSecond = rateOf(lastEpochs.values())
    const dataWait = store.provenance.dataWait(study.name)
    return { study, models, policies, scenarios, cells, imagesPerSecond, dataWait, log: logOf(runs) }
  })
}

function keyOf({ model, policy, scenario }: Cell): string {
  return JSON.stringify([model, policy, scenario])
}

function liveCell(cell: Cell, runs: readonly Run[], lastEpochs: ReadonlyMap<number, Epoch | undefined>): LiveCell {
  const losses = runs.flatMap(({ result }) => (result === null ? [] : [result.validationLoss]))
  return {
    cell,
    n: losses.length,
    median: median(losses, Infinity),
    failed: runs.filter(run => run.status === 'failed').map(run => run.id),
    runs: runs.map(({ id, index, status, result }) => {
      return { id, index, status, epochs: result?.epochs ?? lastEpochs.get(id)?.epoch ?? 0 }
    }),
  }
}

function rateOf(epochs: Iterable<Epoch | undefined>): number | null {
  const rates = [...epochs].flatMap(epoch => (epoch === undefined ? [] : [epoch.imagesPerSecond])).filter(Number.isFinite)
  return rates.length === 0 ? null : rates.reduce((sum, rate) => sum + rate, 0)
}

function logOf(runs: readonly Run[]): LogEntry[] {
  const entry = ({ id, cell, finished, result, error }: Run): LogEntry => {
    return { run: id, cell, at: finished, loss: result?.validationLoss ?? null, epochs: result?.epochs ?? null, error }
  }
  const ended = runs.filter(run => run.status === 'done' || run.status === 'failed').map(entry)
  ended.sort((a, b) => (a.at ?? '').localeCompare(b.at ?? '') || a.run - b.run)
  return ended.slice(-MOST_ENTRIES)
}

/** What is drawn of one run. */
export interface RunCurve {
  readonly run: number
  readonly index: number
  readonly status: RunStatus
  readonly epochs: readonly Epoch[]
  /** The epoch of the lowest validation loss so far; null before the first. */
  readonly bestEpoch: number | null
}

/** Null where there is no such run. */
export function runCurve(store: Store, id: number | null): RunCurve | null {
  return store.together(() => {
    const run = id === null ? null : store.runs.get(id)
    if (run === null) return null
    const epochs = store.epochs.of(run.id)
    const best = epochs.reduce<Epoch | null>((least, epoch) => {
      return epoch.validationLoss < (least?.validationLoss ?? Infinity) ? epoch : least
    }, null)
    const bestEpoch = run.result?.bestEpoch ?? best?.epoch ?? null
    return { run: run.id, index: run.index, status: run.status, epochs, bestEpoch }
  })
}
