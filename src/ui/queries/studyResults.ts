/** A study's tables and contrasts together, on the images that one asks for. */
import {
  type Contrasts,
  formatContrasts,
  formatTable,
  type Metric,
  type On,
  type Table,
  type TableFormat,
} from '../../core/study/index.ts'
import type { Store } from '../../store/index.ts'
import { studyContrasts } from './contrasts.ts'
import { studyTable } from './tables.ts'

export interface StudyResults {
  readonly table: Table
  readonly contrasts: Contrasts
  /** Whether the test images were measured too. */
  readonly evaluated: boolean
}

/** Null where there is no such study. On test only once it is evaluated, else on validation. */
export function studyResults(store: Store, name: string | null, metric: Metric, on: On): StudyResults | null {
  return store.together(() => {
    const evaluated = name !== null && store.evaluations.of(name) !== null
    const asked = evaluated ? on : 'validation'
    const table = studyTable(store, name, metric, asked)
    const contrasts = studyContrasts(store, name, { metric, on: asked })
    return table === null || contrasts === null ? null : { table, contrasts, evaluated }
  })
}

/** What `mri-lab tables` or `mri-lab contrasts` prints. */
export function resultsText({ table, contrasts }: StudyResults, view: 'medians' | 'contrasts', format: TableFormat): string {
  return view === 'medians' ? formatTable(table, format) : formatContrasts(contrasts, format)
}
