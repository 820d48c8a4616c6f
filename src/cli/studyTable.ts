/** Tables and contrasts of a stored study, as commands ask for them. */
import { LabError } from '../core/shared/errors.ts'
import type { Contrasts, Metric, On, Table } from '../core/study/index.ts'
import type { Store } from '../store/index.ts'
import { type ContrastsAsked, studyContrasts } from '../ui/queries/contrasts.ts'
import { studyTable } from '../ui/queries/tables.ts' // not by the door, which every command passes
import { noStudy } from './missing.ts'

/** Of the study named, else of the newest. Throws `usage` where there is none, and for `test` before its evaluation. */
export function tableOf(store: Store, name: string | undefined, metric: Metric, on: On = 'validation'): Table {
  const table = studyTable(store, name ?? null, metric, on)
  if (table === null) throw name === undefined ? noStudies() : noStudy(name)
  return table
}

/** As tableOf. */
export function contrastsOfStudy(store: Store, name: string | undefined, asked: ContrastsAsked): Contrasts {
  const contrasts = studyContrasts(store, name ?? null, asked)
  if (contrasts === null) throw name === undefined ? noStudies() : noStudy(name)
  return contrasts
}

/** The name of the study that was added last. Throws `usage` where there is none. */
export function newestStudy(store: Store): string {
  const newest = store.studies.list().at(-1)
  if (newest === undefined) throw noStudies()
  return newest.name
}

export function noStudies(): LabError {
  return new LabError('usage', "no studies yet; 'mri-lab run quick' makes one")
}
