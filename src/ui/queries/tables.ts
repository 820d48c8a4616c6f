/** The table of a stored study. */
import { splitWords } from '../../core/dataset/split.ts'
import {
  type Metric,
  makeTable,
  modelMarks,
  parseAnySpec,
  policyName,
  publishedValue,
  scenariosOf,
  type Table,
} from '../../core/study/index.ts'
import type { Store } from '../../store/index.ts'

/** Medians of one study; null where there is no such study. Throws a LabError where what is stored of it makes no sense. */
export function studyTable(store: Store, name: string | null, metric: Metric): Table | null {
  return store.together(() => {
    const study = name === null ? store.studies.list().at(-1) : store.studies.get(name)
    if (study === undefined || study === null) return null
    const spec = parseAnySpec(study.spec, `study '${study.name}'`)
    const dataset = store.datasets.list().find(one => one.name === study.dataset)
    const scenarios = scenariosOf(spec)
    return makeTable({
      study: study.name,
      metric,
      on: 'validation',
      split: splitWords(dataset ?? { name: study.dataset }, spec.split, Math.min(spec.splits, spec.runs)),
      models: spec.models,
      policies: spec.policies.map(policyName),
      scenarios: scenarios.map(scenario => scenario.name),
      runsOfCell: spec.runs,
      runs: store.runs.list({ study: study.name }),
      marks: [
        ...(dataset?.phantom ? ['phantom: images drawn by a program, for teaching'] : []),
        ...(dataset?.simulatedLabels ? ['simulated labels'] : []),
      ],
      marksOf: ({ model }) => spec.models.filter(name => name === model).flatMap(name => modelMarks(spec, name)),
      publishedOf: ({ model, policy, scenario: called }) => {
        const scenario = scenarios.find(one => one.name === called)
        if (scenario === undefined || dataset === undefined) return null
        return publishedValue({ model, policy, scenario, classes: dataset.classes, fingerprint: dataset.fingerprint })
      },
    })
  })
}
