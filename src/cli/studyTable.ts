/** The table of a stored study. */
import { LabError } from '../core/shared/errors.ts'
import { type Metric, makeTable, parseAnySpec, publishedValue, scenariosOf, type Table } from '../core/study/index.ts'
import type { Store } from '../store/index.ts'
import { noStudy } from './missing.ts'

/** Of the study named, else of the newest. Throws `usage` where there is none. */
export function studyTable(store: Store, name: string | undefined, metric: Metric): Table {
  const study = name === undefined ? store.studies.list().at(-1) : store.studies.get(name)
  if (study === undefined) throw noStudies()
  if (study === null) throw noStudy(name ?? '')
  const spec = parseAnySpec(study.spec, `study '${study.name}'`)
  const dataset = store.datasets.get(study.dataset)
  if (dataset === null)
    throw new LabError('data', `study '${study.name}' stands on dataset ${study.dataset}, which is not here`)
  const { classes, fingerprint, simulatedLabels } = dataset
  const scenarios = scenariosOf(spec)
  return makeTable({
    study: study.name,
    metric,
    on: 'validation',
    split: `${spec.split} split of ${study.dataset}`,
    models: spec.models,
    policies: spec.policies,
    scenarios: scenarios.map(scenario => scenario.name),
    runsOfCell: spec.runs,
    runs: store.runs.list({ study: study.name }),
    marks: simulatedLabels ? ['simulated labels'] : [],
    publishedOf: cell => {
      const scenario = scenarios.find(one => one.name === cell.scenario)
      if (scenario === undefined) return null
      return publishedValue({ model: cell.model, policy: cell.policy, scenario, classes, fingerprint })
    },
  })
}

export function noStudies(): LabError {
  return new LabError('usage', "no studies yet; 'mri-lab run quick' makes one")
}
