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
