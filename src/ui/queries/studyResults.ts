/** A study's tables and contrasts together, on the images that one asks for. */
import {
  type Contrasts,
  formatContrasts,
  formatTable,
  type LearningCurve,
  learningCurves,
  type Metric,
  type On,
  parseSpec,
  type Table,
  type TableFormat,
} from '../../core/study/index.ts'
import type { Store } from '../../store/index.ts'
import { studyContrasts } from './contrasts.ts'
import { studyTable } from './tables.ts'

/** What of them is looked at. */
export type ResultsView = 'medians' | 'contrasts' | 'curve'

export interface StudyResults {
  readonly table: Table
  readonly contrasts: Contrasts
  /** None where the study has fewer than three fractions of real images. */
  readonly curves: readonly LearningCurve[]
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
    return table === null || contrasts === null ? null : { table, contrasts, curves: curvesOf(store, table), evaluated }
  })
}

function curvesOf(store: Store, table: Table): LearningCurve[] {
  const study = store.studies.get(table.study)
  const dataset = store.datasets.list().find(({ name }) => name === study?.dataset)
  if (study === null || dataset === undefined) return []
  return learningCurves(parseSpec(study.spec, `study '${study.name}'`), dataset.classes, table)
}

/** What `mri-lab tables` or `mri-lab contrasts` prints; of the curve, the medians that it is drawn from. */
export function resultsText({ table, contrasts }: StudyResults, view: ResultsView, format: TableFormat): string {
  return view === 'contrasts' ? formatContrasts(contrasts, format) : formatTable(table, format)
}
