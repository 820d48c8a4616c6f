/** What the Compose screen asks: which images and studies there are, and how fast runs went here. */
import { datasetUnder } from '../../core/dataset/split.ts'
import type { EngineName } from '../../core/engine/index.ts'
import { LabError, messageOf } from '../../core/shared/errors.ts'
import { median } from '../../core/stats/index.ts'
import {
  type Cell,
  type MeasuredPace,
  type ModelName,
  parseSpec,
  type RunStatus,
  type Spec,
} from '../../core/study/index.ts'
import type { DatasetSummary, InstalledWeights, Store } from '../../store/index.ts'

/** What training a model took here so far. */
export interface ModelPace extends MeasuredPace {
  readonly model: string
}

export interface ComposeFacts {
  readonly datasets: readonly DatasetSummary[]
  readonly studies: readonly { readonly name: string; readonly runs: number; readonly spec: Spec }[]
  /** Of the models that a run of is done. */
  readonly pace: readonly ModelPace[]
  /** Pre-trained ones that are installed. */
  readonly weights: readonly InstalledWeights[]
  /** Generators that the bank has images of. */
  readonly generators: readonly string[]
}

export const NO_FACTS: ComposeFacts = { datasets: [], studies: [], pace: [], weights: [], generators: [] }

/** Runs of a model that its pace is measured from: the newest. What each was trained on is much to read. */
const MEASURED = 8

export function composeFacts(store: Store): ComposeFacts {
  return store.together(() => {
    const studies = store.studies.list().flatMap(({ name, runs, spec: stored }) => {
      const spec = specOf(stored, name)
      return spec === null ? [] : [{ name, runs, spec }]
    })
    return {
      datasets: store.datasets.list(),
      studies,
      pace: measuredPace(store, studies),
      weights: store.weights.list(),
      generators: [...new Set(store.bankCounts.list().map(one => one.generator))],
    }
  })
}

/** Null where what is stored is no spec: that study's own screens say so, another one can be composed. */
function specOf(stored: unknown, name: string): Spec | null {
  try {
    return parseSpec(stored, `study '${name}'`)
  } catch (thrown) {
    if (thrown instanceof LabError) return null
    throw thrown
  }
}

function measuredPace(store: Store, studies: ComposeFacts['studies']): ModelPace[] {
  const models = [...new Set(studies.flatMap(({ spec }) => spec.models))]
  return models.flatMap(model => {
    const newest = store.runLines.newest(model, MEASURED)
    const measured = newest.flatMap(({ id, study, epochs, seconds }) => {
      const sizes: Readonly<Record<string, number>> = studies.find(one => one.name === study)?.spec.size ?? {}
      const images = Object.values(store.training.of(id) ?? {}).reduce((sum, one) => sum + one.real + one.synthetic, 0)
      const pixels = images * (sizes[model] ?? 0) ** 2
      if (seconds === null || epochs === null || pixels === 0 || !Number.isFinite(seconds)) return []
      return [{ seconds: seconds / (epochs * pixels), epochs }]
    })
    const secondsPerPixel = median(measured.map(run => run.seconds))
    const epochs = median(measured.map(run => run.epochs))
    return secondsPerPixel === null || epochs === null ? [] : [{ model, secondsPerPixel, epochs, runs: measured.length }]
  })
}

/** A dataset under a split: how many images of each class there are to train and to validate on. */
export interface SplitCounts {
  readonly classes: readonly { readonly name: string; readonly train: number; readonly validation: number }[]
  /** Why the dataset cannot be split so, one line; null where it can. */
  readonly problem: string | null
}

/** Null where there is no such dataset. */
export function splitCounts(store: Store, name: string, kind: 'parity' | 'random' | 'grouped'): SplitCounts | null {
  const dataset = store.datasets.get(name)
  if (dataset === null) return null
  try {
    const { classes, images } = datasetUnder(dataset, kind)
    const counts = classes.map(className => ({ name: className, train: 0, validation: 0 }))
    for (const { label, part } of images) {
      if ((part === 'train' || part === 'validation') && counts[label] !== undefined) counts[label][part]++
    }
    return { classes: counts, problem: null }
  } catch (thrown) {
    return { classes: [], problem: messageOf(thrown) }
  }
}

/** A machine that images a second were measured on. */
interface MeasuredOn {
  readonly processor: string
  readonly engine: EngineName
}

/** Images a second of all workers together, measured before a first run of such a model; null where nobody did. */
export function measuredSpeed(store: Store, spec: Spec, model: ModelName, { processor, engine }: MeasuredOn): number | null {
  // A narrow model, or one whose head alone is trained, goes at another speed.
  if (spec.configuration[model] !== undefined || spec.fineTune === 'head') return null
  return store.calibrations.speedOf({ processor, engine, model, size: spec.size[model], batch: spec.batch[model] })
}

/** The speeds of a spec's models. @param key JSON of `{ spec, on }`; a null spec has none */
export function speedsByModel(store: Store, key: string): Readonly<Record<string, number | null>> {
  const { spec, on } = JSON.parse(key) as { readonly spec: Spec | null; readonly on: MeasuredOn }
  return Object.fromEntries((spec?.models ?? []).map(model => [model, measuredSpeed(store, spec!, model, on)]))
}

/** How the runs of the study of that name stand, by `runPlace`; empty where there is no such study. */
export function studyStatuses(store: Store, name: string): Readonly<Record<string, RunStatus>> {
  if (store.studies.get(name) === null) return {}
  return Object.fromEntries(store.runLines.list(name).map(run => [runPlace(run, run.index), run.status]))
}

/** A run's place in its study. */
export function runPlace({ model, policy, scenario }: Cell, index: number): string {
  return JSON.stringify([model, policy, scenario, index])
}
