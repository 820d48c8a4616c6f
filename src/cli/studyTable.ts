/** The table of a stored study, as commands ask for it. */
import { LabError } from '../core/shared/errors.ts'
import type { Metric, Table } from '../core/study/index.ts'
import type { Store } from '../store/index.ts'
import { studyTable } from '../ui/queries/tables.ts' // not by the door, which every command passes
import { noStudy } from './missing.ts'

/** Of the study named, else of the newest. Throws `usage` where there is none. */
export function tableOf(store: Store, name: string | undefined, metric: Metric): Table {
  const table = studyTable(store, name ?? null, metric)
  if (table === null) throw name === undefined ? noStudies() : noStudy(name)
  return table
}

export function noStudies(): LabError {
  return new LabError('usage', "no studies yet; 'mri-lab run quick' makes one")
}
