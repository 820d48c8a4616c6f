/** What the contrasts of a stored study show. */
import { splitWords } from '../../core/dataset/split.ts'
import { type Contrasts, contrastsOf, type Metric, makeContrasts, type On, parseSpec } from '../../core/study/index.ts'
import type { Store } from '../../store/index.ts'
import { requireMeasured } from './measured.ts'
import { cellMarks, dataMarks } from './tables.ts'

export interface ContrastsAsked {
  readonly metric: Metric
  readonly on?: On
  /** The difference whose power is told; see ContrastRequest. */
  readonly difference?: number | undefined
}

/** Of the study named, else of the newest; null where there is none. Throws a LabError where what is stored of it makes no sense. */
export function studyContrasts(
  store: Store,
  name: string | null,
  { metric, on = 'validation', difference }: ContrastsAsked,
): Contrasts | null {
  return store.together(() => {
    const study = name === null ? store.studies.list().at(-1) : store.studies.get(name)
    if (study === undefined || study === null) return null
    const spec = parseSpec(study.spec, `study '${study.name}'`)
    requireMeasured(store, spec, on)
    const dataset = store.datasets.list().find(one => one.name === study.dataset)
    const splits = Math.min(spec.splits, spec.runs)
    return makeContrasts({
      ...{ study: study.name, metric, on, splits, difference },
      contrasts: contrastsOf(spec, dataset?.classes ?? []),
      split: splitWords(dataset ?? { name: study.dataset }, spec.split, splits),
      runsOfCell: spec.runs,
      runs: store.runs.list({ study: study.name }),
      marks: dataMarks(dataset),
      marksOf: cellMarks(store, spec),
    })
  })
}
