/** What the screens ask about runs. */
import type { Store, RunLine as StoredLine } from '../../store/index.ts'

/** A run in a list, with what people put on it. */
export interface RunLine extends StoredLine {
  readonly pinned: boolean
  /** With spaces between. */
  readonly tags: string
  /** The newest remark on it; empty where there is none. */
  readonly note: string
}

/** Every run, or all that a study uses, in the order they were planned. */
export function runLines(store: Store, study: string | null): RunLine[] {
  return store.together(() => {
    const pinned = new Set(store.runLabels.pinned())
    const tags = store.runLabels.tags()
    const notes = store.runLabels.notes()
    return store.runLines.list(study).map(line => ({
      ...line,
      pinned: pinned.has(line.id),
      tags: tags.get(line.id)?.join(' ') ?? '',
      note: notes.get(line.id) ?? '',
    }))
  })
}
