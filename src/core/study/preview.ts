/** What a study would take, and what it could show, before anything of it is trained. */
import type { Dataset } from '../dataset/index.ts'
import type { BankPlan } from './bankPlan.ts'
import type { ContrastFamily } from './contrast.ts'
import { familiesOf } from './contrastResults.ts'
import { contrastsOf } from './contrasts.ts'
import { epochImagesOf, imagesOf } from './mixture.ts'
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

export interface PreviewFacts {
  /** The dataset under each of the spec's splits. */
  readonly splits: readonly Dataset[]
  readonly planned: readonly PlannedRun[]
  /** Of a run that is there, by its key; null for a new one. */
  readonly statusOf: (key: string) => RunStatus | null
  readonly bank: BankPlan
  /** Null where no run of the model was measured here. */
  readonly paceOf: (model: ModelName) => MeasuredPace | null
  /** Images a second of all workers together, of the model at the spec's size and batch, measured before a first run; null where nobody did. */
  readonly speedOf: (model: ModelName) => number | null
  /** Training at once. */
  readonly workers: number
  /** Bytes of a run's weights. */
  readonly weightBytes: (model: ModelName) => number
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
  /** Bytes of weights and of bank images that are to be written. */
  readonly disk: number
  /** What each family of contrasts can show at best. */
  readonly families: readonly ContrastFamily[]
}

export function previewOf(spec: Spec, facts: PreviewFacts): Preview {
  const { splits, planned, statusOf, bank } = facts
  const dataset = splits[0]!
  const statuses = planned.map(({ key }) => statusOf(key))
  const missing = planned.filter((_, i) => statuses[i] !== 'done')
  const train = scenariosOf(spec).map(scenario => ({ scenario: scenario.name, images: imagesOf(scenario, dataset) }))
  const pixels =
    dataset.images.reduce((sum, { width, height }) => sum + width * height, 0) / Math.max(1, dataset.images.length)
  const toMake = bank.generators.reduce((sum, one) => sum + one.missing.length, 0)
  const weights = missing.reduce((sum, { cell }) => sum + facts.weightBytes(cell.model), 0)
  return {
    study: spec.name,
    cells: cellsOf(spec).length,
    runs: {
      all: planned.length,
      toTrain: missing.length,
      new: statuses.filter(status => status === null).length,
      found: statuses.filter(status => status === 'done').length,
      failed: statuses.filter(status => status === 'failed').length,
    },
    images: { train, validation: dataset.images.filter(({ part }) => part === 'validation').length },
    bank: bank.generators.map(one => ({
      generator: one.generator,
      present: one.present.length,
      missing: one.missing.length,
    })),
    time: timeOf(spec, missing, facts),
    disk: Math.round(weights + toMake * pixels),
    families: familiesOf(contrastsOf(spec, dataset.classes), spec.runs),
  }
}

function timeOf(
  spec: Spec,
  missing: readonly PlannedRun[],
  { splits, paceOf, speedOf, workers }: PreviewFacts,
): PreviewTime {
  const scenarios = scenariosOf(spec)
  const images = new Map(
    scenarios.map(one => [one.name, epochImagesOf(one, scenarios, splits[0]!) ?? imagesOf(one, splits[0]!)]),
  )
  const models = [...new Set(missing.map(({ cell }) => cell.model))]
  const paces = new Map(models.map(model => [model, paceOf(model)]))
  const speeds = new Map(models.map(model => [model, speedOf(model)]))
  const sum = (seconds: (run: PlannedRun) => number): number => missing.reduce((all, run) => all + seconds(run), 0)
  if (models.every(model => paces.get(model))) {
    const seconds = sum(({ cell: { model, scenario } }) => {
      const { epochs, secondsPerPixel } = paces.get(model)!
      return Math.min(epochs, spec.epochs[model]) * images.get(scenario)! * spec.size[model] ** 2 * secondsPerPixel
    })
    const runs = models.reduce((all, model) => all + paces.get(model)!.runs, 0)
    return { seconds: seconds / Math.max(1, workers), from: 'earlier runs', runs }
  }
  if (models.every(model => speeds.get(model))) {
    const seconds = sum(({ cell: { model, scenario } }) => (spec.epochs[model] * images.get(scenario)!) / speeds.get(model)!)
    return { seconds, from: 'at most', runs: 0 }
  }
  return { seconds: null, from: 'not yet measured', runs: 0 }
}
