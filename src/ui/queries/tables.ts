/** The table of a stored study. */
import { splitWords } from '../../core/dataset/split.ts'
import {
  type Cell,
  type Metric,
  makeTable,
  modelMarks,
  type On,
  parseSpec,
  policyName,
  publishedValue,
  type Spec,
  scenarioMarks,
  scenariosOf,
  type Table,
} from '../../core/study/index.ts'
import type { DatasetSummary, Store } from '../../store/index.ts'
import { requireMeasured } from './measured.ts'

/** Medians of one study; null where there is no such study. Throws a LabError where what is stored of it makes no sense. */
export function studyTable(store: Store, name: string | null, metric: Metric, on: On = 'validation'): Table | null {
  return store.together(() => {
    const study = name === null ? store.studies.list().at(-1) : store.studies.get(name)
    if (study === undefined || study === null) return null
    const spec = parseSpec(study.spec, `study '${study.name}'`)
    const dataset = store.datasets.list().find(one => one.name === study.dataset)
    requireMeasured(store, spec, on)
    const scenarios = scenariosOf(spec)
    return makeTable({
      study: study.name,
      metric,
      on,
      split: splitWords(dataset ?? { name: study.dataset }, spec.split, Math.min(spec.splits, spec.runs)),
      models: spec.models,
      policies: spec.policies.map(policyName),
      scenarios: scenarios.map(scenario => scenario.name),
      runsOfCell: spec.runs,
      runs: store.runs.list({ study: study.name }),
      marks: dataMarks(dataset),
      marksOf: cellMarks(store, spec),
      publishedOf: ({ model, policy, scenario: called }) => {
        const scenario = scenarios.find(one => one.name === called)
        if (scenario === undefined || dataset === undefined) return null
        return publishedValue({ model, policy, scenario, classes: dataset.classes, fingerprint: dataset.fingerprint })
      },
    })
  })
}

/** What is to be said of every number that stands on a dataset. */
export function dataMarks(dataset: DatasetSummary | undefined): string[] {
  return [
    ...(dataset?.phantom ? ['phantom: images drawn by a program, for teaching'] : []),
    ...(dataset?.simulatedLabels ? ['simulated labels'] : []),
  ]
}

/** What is to be said of the cells of a study: of their models, and what their runs say of themselves. */
export function cellMarks(store: Store, spec: Spec): (cell: Cell) => string[] {
  const markedRuns = marksByCell(store, spec.name)
  const scenarios = new Map(scenariosOf(spec).map(one => [one.name, one]))
  return ({ model, policy, scenario }) => [
    ...spec.models.filter(name => name === model).flatMap(name => modelMarks(spec, name)),
    ...[scenarios.get(scenario)].flatMap(one => (one === undefined ? [] : scenarioMarks(one))),
    ...(markedRuns.get(JSON.stringify({ model, policy, scenario })) ?? []),
  ]
}

/** What runs must say of themselves, by their cell as JSON. */
function marksByCell(store: Store, study: string): Map<string, readonly string[]> {
  const runs = store.runs.list({ study, status: 'done' })
  const marks = store.marks.of(runs.map(({ id }) => id))
  const cells = Map.groupBy(
    runs.filter(({ id }) => marks.has(id)),
    ({ cell: { model, policy, scenario } }) => JSON.stringify({ model, policy, scenario }),
  )
  return new Map([...cells].map(([cell, marked]) => [cell, [...new Set(marked.flatMap(({ id }) => marks.get(id) ?? []))]]))
}
