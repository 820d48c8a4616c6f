import { LabError } from '../core/shared/errors.ts'
import type { Epoch, RunResult } from '../core/study/run.ts'
import type { Store } from './store.ts'

/** A result's loss and its epoch's are computed from the same logits; rounding is all that may lie between. */
const ROUNDING = 1e-6

/**
 * What the lab promises of its rows beyond what SQLite can check, one line for each thing that does not hold: every row can be read; pixels lie inside
 * their file; a finished run has its whole history, its best epoch, its images and its provenance; every run is of a study.
 */
export function inconsistencies(store: Store): string[] {
  return [...ofDatasets(store), ...ofStudies(store), ...ofRuns(store), ...ofBank(store)]
}

function ofDatasets(store: Store): string[] {
  return store.datasets.list().flatMap(({ name }) =>
    readable(() => {
      const dataset = store.datasets.get(name)!
      const pack = store.files.open(dataset.pixels)
      try {
        const beyond = dataset.images.filter(({ offset, width, height }) => offset + width * height > pack.size)
        return beyond.map(({ id }) => `dataset ${name}: the pixels of image ${id} lie beyond the end of their file`)
      } finally {
        pack.close()
      }
    }),
  )
}

function ofStudies(store: Store): string[] {
  return readable(() => {
    const used = new Set(store.studies.list().flatMap(({ name }) => store.studies.runIds(name)))
    return store.runs
      .ids()
      .filter(id => !used.has(id))
      .map(id => `run ${id} is of no study`)
  })
}

function ofRuns(store: Store): string[] {
  return store.runs.ids().flatMap(id =>
    readable(() => {
      const run = store.runs.get(id)!
      if (run.result === null) return []
      const lacks = [
        ...historyFaults(run.result, store.epochs.of(id)),
        ...(store.training.of(id) === null ? ['the images that it was trained on are missing'] : []),
        ...(store.provenance.of(id) === null ? ['its provenance is missing'] : []),
      ]
      return lacks.map(what => `run ${id}: ${what}`)
    }),
  )
}

function ofBank(store: Store): string[] {
  return readable(() => {
    store.bank.list()
    return []
  })
}

function historyFaults({ epochs, bestEpoch, validationLoss, finalValidationLoss }: RunResult, history: readonly Epoch[]) {
  if (history.length !== epochs || history.some(({ epoch }, i) => epoch !== i + 1)) {
    return [`its history has ${history.length} epochs, its result ${epochs}`]
  }
  const best = history[bestEpoch - 1]
  if (best === undefined) return [`its best epoch is ${bestEpoch} of ${epochs}`]
  return [
    ...(alike(best.validationLoss, validationLoss)
      ? []
      : [`its loss, ${validationLoss}, is not that of its best epoch, ${best.validationLoss}`]),
    ...(alike(history.at(-1)!.validationLoss, finalValidationLoss)
      ? []
      : [`its last loss, ${finalValidationLoss}, is not that of its last epoch, ${history.at(-1)!.validationLoss}`]),
  ]
}

function alike(a: number, b: number): boolean {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return !Number.isFinite(a) && !Number.isFinite(b)
  return Math.abs(a - b) <= ROUNDING * Math.max(1, Math.abs(a))
}

/** What cannot even be read is a finding too. */
function readable(look: () => string[]): string[] {
  try {
    return look()
  } catch (thrown) {
    if (thrown instanceof LabError && thrown.kind === 'data') return [thrown.message]
    throw thrown
  }
}
