/** What the screens ask about studies and data sets. */
import type { Store, StudySummary } from '../../store/index.ts'

/** Every study, the newest first. */
export function studies(store: Store): StudySummary[] {
  return store.studies.list().toReversed()
}

/** The names of the studies, the newest first. */
export function studyNames(store: Store): string[] {
  return studies(store).map(({ name }) => name)
}

export interface StudyEnd {
  readonly study: string
  /** How it ended, in words; null: it goes on, or was put aside by somebody. */
  readonly end: string | null
}

/** Every study, and whether it has ended: with all its runs, or by a fault. */
export function endedStudies(store: Store): StudyEnd[] {
  return store.studies.list().map(({ name, runs, done, failed, error }) => {
    if (done + failed >= runs) return { study: name, end: `${name} is done: ${done} of ${runs} runs${failedWords(failed)}` }
    return { study: name, end: error === null ? null : `${name} stopped: ${error}` }
  })
}

function failedWords(failed: number): string {
  return failed === 0 ? '' : `, ${failed} failed`
}

/** How many data sets there are. */
export function datasetCount(store: Store): number {
  return store.datasets.list().length
}

/** The names of the data sets, the newest first. */
export function datasetNames(store: Store): string[] {
  return store.datasets
    .list()
    .map(({ name }) => name)
    .toReversed()
}
