/** What a study would take, and what it could show, before anything of it is trained. */
import type { Dataset } from '../dataset/index.ts'
import type { ContrastFamily } from './contrast.ts'
import { familiesOf } from './contrastResults.ts'
import { contrastsOf } from './contrasts.ts'
import { classCountsOf, sumOf, trainingCounts } from './mixture.ts'
import { cellsOf, type PlannedRun } from './plan.ts'
import type { RunStatus } from './run.ts'
import { scenariosOf } from './scenario.ts'
import type { ModelName, Spec } from './spec.ts'

/** How a model trained here so far. */
export interface MeasuredPace {
  /** Of one worker, for each image of an epoch and each of its pixels. */
  readonly secondsPerPixel: number
  /** Epochs that a run takes until it stops. */
  readonly epochs: number
  /** Done runs that this is measured from. */
  readonly runs: number
}

/** What of a dataset under a split decides how much work there is. */
export interface DataCounts {
  readonly classes: readonly string[]
  /** Training images, by class index. */
  readonly train: readonly number[]
  readonly validation: number
}

export interface PreviewFacts {
  /** The dataset under the first of the spec's splits. */
  readonly data: DataCounts
  /** Every run of the study, and how the one stands that is there already; null for a new one. */
  readonly planned: readonly { readonly cell: PlannedRun['cell']; readonly status: RunStatus | null }[]
  /** What the runs hold of each generator's images, and lack. */
  readonly bank: Preview['bank']
  /** Null where no run of the model was measured here. */
  readonly paceOf: (model: ModelName) => MeasuredPace | null
  /** Images a second of all workers together, of the model at the spec's size and batch, measured before a first run; null where nobody did. */
  readonly speedOf: (model: ModelName) => number | null
  /** Training at once. */
  readonly workers: number
}

export interface PreviewTime {
  /** Null where no speed of some model is measured here. */
  readonly seconds: number | null
  /** `at most`: by the speed alone, if no run stops early. */
  readonly from: 'earlier runs' | 'at most' | 'not yet measured'
  /** Done runs that it is measured from. */
  readonly runs: number
}

export interface Preview {
  readonly study: string
  readonly cells: number
  readonly runs: {
    readonly all: number
    /** To train: new ones, and those that failed or were stopped. */
    readonly toTrain: number
    readonly new: number
    readonly found: number
    readonly failed: number
  }
  readonly images: {
    /** Training images of a run, by scenario. */
    readonly train: readonly { readonly scenario: string; readonly images: number }[]
    readonly validation: number
  }
  /** Images of the bank that the runs hold, by generator. */
  readonly bank: readonly { readonly generator: string; readonly present: number; readonly missing: number }[]
  readonly time: PreviewTime
  /** What each family of contrasts can show at best. */
  readonly families: readonly ContrastFamily[]
}

export function dataCountsOf(dataset: Dataset): DataCounts {
  const { classes, images } = dataset
  return { classes, train: trainingCounts(dataset), validation: images.filter(({ part }) => part === 'validation').length }
}

/** Throws `usage` for a scenario or contrast that names a class which the data does not have. */
export function previewOf(spec: Spec, facts: PreviewFacts): Preview {
  const { data, planned, bank } = facts
  const missing = planned.filter(({ status }) => status !== 'done')
  const images = new Map(scenariosOf(spec).map(scenario => [scenario.name, sumOf(classCountsOf(scenario, data))]))
  const count = (wanted: RunStatus | null): number => planned.filter(({ status }) => status === wanted).length
  return {
    study: spec.name,
    cells: cellsOf(spec).length,
    runs: {
      all: planned.length,
      toTrain: missing.length,
      new: count(null),
      found: count('done'),
      failed: count('failed'),
    },
    images: {
      train: [...images].map(([scenario, number]) => ({ scenario, images: number })),
      validation: data.validation,
    },
    bank,
    time: timeOf(spec, images, missing, facts),
    families: familiesOf(contrastsOf(spec, data.classes), spec.runs),
  }
}

/** @param images of a run, by scenario */
function timeOf(
  spec: Spec,
  images: ReadonlyMap<string, number>,
  missing: PreviewFacts['planned'],
  { paceOf, speedOf, workers }: PreviewFacts,
): PreviewTime {
  const ofEpoch = new Map(scenariosOf(spec).map(one => [one.name, images.get(one.stepsOf ?? one.name) ?? 0]))
  const models = [...new Set(missing.map(({ cell }) => cell.model))]
  const paces = new Map(models.map(model => [model, paceOf(model)]))
  const speeds = new Map(models.map(model => [model, speedOf(model)]))
  const sum = (seconds: (cell: PlannedRun['cell']) => number): number =>
    missing.reduce((all, { cell }) => all + seconds(cell), 0)
  if (models.every(model => paces.get(model))) {
    const seconds = sum(({ model, scenario }) => {
      const { epochs, secondsPerPixel } = paces.get(model)!
      return Math.min(epochs, spec.epochs[model]) * ofEpoch.get(scenario)! * spec.size[model] ** 2 * secondsPerPixel
    })
    const runs = models.reduce((all, model) => all + paces.get(model)!.runs, 0)
    return { seconds: seconds / Math.max(1, workers), from: 'earlier runs', runs }
  }
  if (models.every(model => speeds.get(model))) {
    const seconds = sum(({ model, scenario }) => (spec.epochs[model] * ofEpoch.get(scenario)!) / speeds.get(model)!)
    return { seconds, from: 'at most', runs: 0 }
  }
  return { seconds: null, from: 'not yet measured', runs: 0 }
}
