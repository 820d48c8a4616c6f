/** What the screens ask about runs. */
import type { RunStatus } from '../../core/study/run.ts'
import type { Store } from '../../store/index.ts'

/** A run in a list. Numbers that it has not are null. */
export interface RunLine {
  readonly id: number
  readonly study: string
  readonly model: string
  readonly policy: string
  readonly scenario: string
  readonly index: number
  readonly status: RunStatus
  readonly epochs: number | null
  readonly loss: number | null
  readonly accuracy: number | null
  readonly engine: string | null
  readonly seconds: number | null
}

/** Every run, or all that a study uses, in the order they were planned. */
export function runLines(store: Store, study: string | null): RunLine[] {
  return store.runs
    .list(study === null ? {} : { study })
    .map(({ id, study: owner, cell, index, status, engine, result }) => ({
      id,
      study: owner,
      ...cell,
      index,
      status,
      epochs: result?.epochs ?? null,
      loss: result?.validationLoss ?? null,
      accuracy: result?.accuracy ?? null,
      engine,
      seconds: result?.seconds ?? null,
    }))
}
