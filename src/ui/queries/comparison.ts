/** Runs side by side. */
import type { Epoch, Run } from '../../core/study/index.ts'
import type { Store } from '../../store/index.ts'

export interface ComparedRun {
  readonly run: Run
  readonly history: readonly Epoch[]
}

/** `ids` is JSON of run ids: an input that can be compared. Those that are gone are left out. */
export function comparedRuns(store: Store, ids: string): ComparedRun[] {
  return store.together(() =>
    (JSON.parse(ids) as readonly number[]).flatMap(id => {
      const run = store.runs.get(id)
      return run === null ? [] : [{ run, history: store.epochs.of(id) }]
    }),
  )
}
