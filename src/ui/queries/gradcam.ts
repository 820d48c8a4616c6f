/** What the Grad-CAM screen asks: which run, and which images there are to look at. */
import type { Dataset } from '../../core/dataset/index.ts'
import { datasetUnder } from '../../core/dataset/split.ts'
import { type Cell, parseSpec } from '../../core/study/index.ts'
import type { Store } from '../../store/index.ts'

export interface ExplainedRun {
  readonly id: number
  readonly study: string
  readonly cell: Cell
  readonly index: number
  readonly classes: readonly string[]
  /** The class of each of the study's validation images, in dataset order. */
  readonly labels: readonly string[]
  /** Done runs before and after it; null at the ends. */
  readonly before: number | null
  readonly after: number | null
}

/** That run, or the newest that is done where none is named or it has no weights; null where none is done. */
export function explainedRun(store: Store, id: number | null): ExplainedRun | null {
  return store.together(() => {
    const done = store.runs.list({ status: 'done' })
    const found = done.findIndex(run => run.id === id)
    const at = found < 0 ? done.length - 1 : found
    const run = done[at]
    if (run === undefined) return null
    const { classes, labels } = validationOf(store, run.study, run.index)
    const { study, cell, index } = run
    return {
      id: run.id,
      study,
      cell,
      index,
      classes,
      labels,
      before: done[at - 1]?.id ?? null,
      after: done[at + 1]?.id ?? null,
    }
  })
}

interface Validation {
  readonly classes: readonly string[]
  readonly labels: readonly string[]
}

/** By store, then by content and split of a dataset: its thousands of images are read once, not whenever a run ends. */
const validations = new WeakMap<Store, Map<string, Validation>>()

/** Under the split that the study's runs of this index stand on. */
function validationOf(store: Store, study: string, index: number): Validation {
  const stored = store.studies.get(study)
  const summary = store.datasets.list().find(one => one.name === stored?.dataset)
  if (stored === null || summary === undefined) return { classes: [], labels: [] }
  const { split, splits } = parseSpec(stored.spec, `study '${study}'`)
  const number = index % splits
  const kept = validations.get(store) ?? new Map<string, Validation>()
  validations.set(store, kept)
  const key = `${summary.fingerprint} ${split} ${number}`
  const found = kept.get(key) ?? readValidation(store, summary.name, split, number)
  kept.set(key, found)
  return found
}

function readValidation(store: Store, name: string, split: Dataset['split']['kind'], number: number): Validation {
  const dataset = store.datasets.get(name)
  if (dataset === null) return { classes: [], labels: [] }
  const { classes, images } = datasetUnder(dataset, split, number)
  const validation = images.filter(image => image.part === 'validation')
  return { classes, labels: validation.map(image => classes[image.label] ?? '') }
}
