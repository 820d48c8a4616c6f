/** What the Grad-CAM screen asks: which run, and which images there are to look at. */
import type { Dataset } from '../../core/dataset/index.ts'
import { datasetUnder } from '../../core/dataset/split.ts'
import { type Cell, parseSpec, type Spec, scenariosOf, usesBank } from '../../core/study/index.ts'
import type { Store } from '../../store/index.ts'

export interface ExplainedRun {
  readonly id: number
  readonly study: string
  readonly dataset: string
  readonly cell: Cell
  readonly index: number
  readonly classes: readonly string[]
  /** The class of each of the study's validation images, in dataset order. */
  readonly labels: readonly string[]
  /** Done runs before and after it; null at the ends. */
  readonly before: number | null
  readonly after: number | null
  /** Done runs of its study and cell, itself among them. */
  readonly cellRuns: readonly number[]
  /** Whose bank images are beside their sources: its scenario's, else the first that the bank has; null where it has none. */
  readonly generator: string | null
}

/** That run, or the newest that is done where none is named or it has no weights; null where none is done. */
export function explainedRun(store: Store, id: number | null): ExplainedRun | null {
  return store.together(() => {
    const done = store.runLines.list().filter(run => run.status === 'done')
    const found = done.findIndex(run => run.id === id)
    const at = found < 0 ? done.length - 1 : found
    const run = done[at]
    if (run === undefined) return null
    const { study, model, policy, scenario, index } = run
    const { classes, labels, dataset, spec } = validationOf(store, study, index)
    const same = done.filter(
      one => one.study === study && one.model === model && one.policy === policy && one.scenario === scenario,
    )
    return {
      ...{ id: run.id, study, dataset, cell: { model, policy, scenario }, index, classes, labels },
      before: done[at - 1]?.id ?? null,
      after: done[at + 1]?.id ?? null,
      cellRuns: same.map(one => one.id),
      generator: generatorOf(store, dataset, spec, scenario),
    }
  })
}

function generatorOf(store: Store, dataset: string, spec: Spec | null, name: string): string | null {
  const held = store.bankCounts.list().flatMap(count => (count.dataset === dataset ? count.generator : []))
  const scenario = spec === null ? undefined : scenariosOf(spec).find(one => one.name === name)
  if (scenario !== undefined && usesBank(scenario) && held.includes(scenario.generator)) return scenario.generator
  return held[0] ?? null
}

interface Validation {
  readonly dataset: string
  readonly spec: Spec | null
  readonly classes: readonly string[]
  readonly labels: readonly string[]
}

/** By store, then by content and split of a dataset: its thousands of images are read once, not whenever a run ends. */
const validations = new WeakMap<Store, Map<string, Pick<Validation, 'classes' | 'labels'>>>()

/** Under the split that the study's runs of this index stand on. */
function validationOf(store: Store, study: string, index: number): Validation {
  const stored = store.studies.get(study)
  const summary = store.datasets.list().find(one => one.name === stored?.dataset)
  if (stored === null || summary === undefined) return { dataset: '', spec: null, classes: [], labels: [] }
  const spec = parseSpec(stored.spec, `study '${study}'`)
  const number = index % spec.splits
  const kept = validations.get(store) ?? new Map<string, Pick<Validation, 'classes' | 'labels'>>()
  validations.set(store, kept)
  const key = `${summary.fingerprint} ${spec.split} ${number}`
  const found = kept.get(key) ?? readValidation(store, summary.name, spec.split, number)
  kept.set(key, found)
  return { dataset: summary.name, spec, ...found }
}

function readValidation(
  store: Store,
  name: string,
  split: Dataset['split']['kind'],
  number: number,
): Pick<Validation, 'classes' | 'labels'> {
  const dataset = store.datasets.get(name)
  if (dataset === null) return { classes: [], labels: [] }
  const { classes, images } = datasetUnder(dataset, split, number)
  const validation = images.filter(image => image.part === 'validation')
  return { classes, labels: validation.map(image => classes[image.label] ?? '') }
}
