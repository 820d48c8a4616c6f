/** What a composed study would take, and what it could show: before anything is trained. Pure. */
import {
  cellsOf,
  contrastsOf,
  familiesOf,
  type ModelName,
  modelMarks,
  type Spec,
  scenariosOf,
  withWeights,
} from '../../core/study/index.ts'
import type { ComposeFacts, ModelPace, SplitCounts } from '../queries/compose.ts'
import { draftOf, imagesOf } from './composeScenario.ts'

export interface Outlook {
  readonly cells: number
  readonly runs: number
  /** Runs that the study of this name has already. */
  readonly existing: number
  /** Training images of the largest scenario. */
  readonly images: number
  /** Of all runs that are not there yet, on all workers; null where a model was not measured here yet. */
  readonly seconds: number | null
  /** Done runs that the time is measured from. */
  readonly measured: number
  /** The smallest corrected p that the hardest family of contrasts can reach; null where there are none. */
  readonly smallestP: number | null
  /** Runs of a cell with which all families can show a difference. */
  readonly fewestRuns: number | null
}

/** How much work the spec is, from how long earlier runs of its models took here for each pixel and epoch. */
export function outlookOf(spec: Spec, facts: ComposeFacts, counts: SplitCounts, workers: number): Outlook {
  const scenarios = scenariosOf(spec).map(scenario =>
    imagesOf(draftOf(scenario), counts).reduce((sum, { real, synthetic }) => sum + real + synthetic, 0),
  )
  const cells = cellsOf(spec).length
  const runs = cells * spec.runs
  const existing = Math.min(runs, facts.studies.find(study => study.name === spec.name)?.runs ?? 0)
  const mean = scenarios.reduce((sum, count) => sum + count, 0) / Math.max(1, scenarios.length)
  const paces = spec.models.map(model => ({ model, pace: facts.pace.find(one => one.model === model) }))
  const perRun = paces.map(({ model, pace }) => (pace === undefined ? null : secondsOfRun(spec, model, mean, pace)))
  const known = perRun.filter(seconds => seconds !== null)
  const families = familiesOf(
    contrastsOf(
      spec,
      counts.classes.map(one => one.name),
    ),
    spec.runs,
  )
  return {
    cells,
    runs,
    existing,
    images: Math.max(0, ...scenarios),
    seconds:
      known.length < perRun.length
        ? null
        : ((runs - existing) * (known.reduce((sum, one) => sum + one, 0) / Math.max(1, known.length))) /
          Math.max(1, workers),
    measured: paces.reduce((sum, { pace }) => sum + (pace?.runs ?? 0), 0),
    smallestP: families.length === 0 ? null : Math.max(...families.map(one => one.smallestP)),
    fewestRuns: families.length === 0 ? null : Math.max(...families.map(one => one.fewestRuns)),
  }
}

function secondsOfRun({ epochs, size }: Spec, model: ModelName, images: number, pace: ModelPace): number {
  return Math.min(epochs[model], pace.epochs) * images * size[model] ** 2 * pace.secondsPerPixel
}

/** The models that would start from scratch, though they are made to start from pre-trained weights: tables mark them so. */
export function fromScratch(spec: Spec, { weights, studies }: ComposeFacts): ModelName[] {
  const installed = (model: ModelName) =>
    weights
      .filter(one => one.model === model)
      .map(({ name, sha256, layout, mean, std }) => ({ name, sha256, layout, mean, std }))
  const before = studies.find(study => study.name === spec.name)?.spec ?? null
  const filled = withWeights(spec, installed, before)
  return spec.models.filter(model => modelMarks(filled, model).includes('from scratch'))
}
