import type { Run } from '../core/study/run.ts'
import { runnerHolder, type Store } from '../store/index.ts'

/** What of a run decides whether a runner may be at it, now or next. */
type Standing = Pick<Run, 'status'>

/** Whether a runner that lives is at one of these runs, or may come to it. What a dead one left `running` is nobody's. */
export function mayBeTrained(store: Store, runs: readonly Standing[]): boolean {
  return runs.some(({ status }) => status === 'running' || status === 'queued') && runnerHolder(store.path) !== null
}

/**
 * Deletes the runs that `chosen` names, in one transaction with whatever else it does, and then the files of weights that no other run keeps, of which it
 * returns the SHA-256. A runner that starts meanwhile waits for the end of the transaction.
 */
export function forgetRuns(store: Store, chosen: () => readonly number[], andThen: () => void = () => {}): string[] {
  const weights = store.atomically(() => {
    if (runnerHolder(store.path) === null) store.runs.requeueRunning()
    const files = store.runs.deleteAll(chosen())
    andThen()
    return files
  })
  for (const file of weights) store.files.remove(file)
  return weights
}
