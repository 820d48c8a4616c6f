import type { Epoch, Run, TrainingImages } from '../../core/study/run.ts'
import type { Note, Store } from '../../store/index.ts'

/** One run with all that is kept of it. */
export interface RunRecord {
  readonly run: Run
  readonly history: readonly Epoch[]
  /** Null where it is not finished. */
  readonly training: TrainingImages | null
  readonly provenance: object | null
  readonly pinned: boolean
  /** With spaces between. */
  readonly tags: string
  /** Oldest first. */
  readonly notes: readonly Note[]
  /** The spec of its study, as it is stored. */
  readonly spec: object | null
}

/** Null where there is no such run. */
export function runRecord(store: Store, id: number): RunRecord | null {
  return store.together(() => {
    const run = store.runs.get(id)
    if (run === null) return null
    return {
      ...{ run, history: store.epochs.of(id), training: store.training.of(id), provenance: store.provenance.of(id) },
      pinned: store.runLabels.pinned().includes(id),
      tags: store.runLabels.tags().get(id)?.join(' ') ?? '',
      notes: store.notes.of({ run: id }),
      spec: store.studies.get(run.study)?.spec ?? null,
    }
  })
}
