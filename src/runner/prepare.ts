/** Brings a study into the database: its spec, its runs, their order. Nothing is trained yet. */
import { type Dataset, datasetUnder } from '../core/dataset/index.ts'
import { LabError } from '../core/shared/errors.ts'
import {
  type BankPlan,
  type Installed,
  type PlannedRun,
  type Pretrained,
  parseSpec,
  planRuns,
  pretrainedOf,
  refuseChangedFields,
  type Spec,
  specJson,
  trainingTask,
  withWeights,
} from '../core/study/index.ts'
import type { Store, StudyEngine, StudySummary } from '../store/index.ts'
import { bankPlanOf, refuseShortfall } from './bank.ts'

export interface PreparedStudy {
  readonly spec: Spec
  /** Under the spec's split; the first of them where it has several. */
  readonly dataset: Dataset
  /** Under each of its splits: run i of every cell stands on number i mod K. */
  readonly splits: readonly Dataset[]
  readonly engine: StudyEngine
  /** Files of weights that its models start from. */
  readonly pretrained: Pretrained
  /** Ids of all its runs, in the order they are trained. */
  readonly runs: readonly number[]
}

/** A study before it is stored. */
export interface StudyPlan extends Pick<PreparedStudy, 'spec' | 'splits' | 'engine' | 'pretrained'> {
  /** The study of its name, which it grows. */
  readonly existing: StudySummary | null
  readonly bank: BankPlan
  /** In the order they are trained. */
  readonly planned: readonly PlannedRun[]
}

/**
 * Adds the study, or grows the one of its name. Runs that exist already are used; failed and stopped ones go back in the queue.
 * @throws LabError `usage` where there is no such dataset, the spec does not fit it, is no growth of the study of its name, or wants
 * images that the bank lacks
 */
export function prepareStudy(store: Store, given: Spec, wanted: StudyEngine): PreparedStudy {
  const { spec, splits, existing, engine, pretrained, bank, planned } = planStudy(store, given, wanted)
  refuseShortfall(bank, 'mri-lab synth run --spec SPEC.json')
  // A run of each cell and split is made as a trial, so that a scenario that cannot be mixed is refused before anything is stored.
  const trials = planned.slice(0, (planned.length / spec.runs) * splits.length)
  for (const run of trials) trainingTask(spec, splitOfRun(splits, run.index), run, () => 0, pretrained, bank)
  return store.atomically(() => {
    if (existing === null) store.studies.add({ name: spec.name, dataset: spec.dataset, spec: specJson(spec), engine })
    else {
      store.studies.updateSpec(spec.name, specJson(spec))
      if (existing.engine !== null) store.studies.fixLayout(spec.name, wanted)
    }
    const runs = store.runs.queue(spec.name, planned)
    store.studies.grow(spec.name, runs)
    const again = store.runs.list({ study: spec.name }).filter(run => run.status === 'failed' || run.status === 'stopped')
    store.runs.requeue(again.map(run => run.id))
    store.studies.setState(spec.name, 'active')
    store.requests.supersede(spec.name)
    return { spec, dataset: splits[0]!, splits, engine: store.studies.get(spec.name)?.engine ?? engine, pretrained, runs }
  })
}

/** What `prepareStudy` would bring into the database. Stores nothing, and takes a bank that lacks images as it is. Throws as prepareStudy. */
export function planStudy(store: Store, given: Spec, wanted: StudyEngine): StudyPlan {
  const splits = splitsOf(store, given)
  const existing = store.studies.get(given.name)
  const before = existing === null ? null : parseSpec(existing.spec, `study '${given.name}'`)
  if (before !== null) refuseChangedFields(before, given)
  const spec = withWeights(given, installedIn(store), before)
  const pretrained = pretrainedOf(spec, installedIn(store))
  const engine = existing?.engine ?? wanted
  const bank = bankPlanOf(store, spec, splits)
  return { spec, splits, existing, engine, pretrained, bank, planned: planRuns(spec, splits, engine, pretrained, bank) }
}

/** Throws `usage`, naming the field, where a study of the name is another; asks nothing of the data, nor of the bank. */
export function refuseChangedStudy(store: Store, given: Spec): void {
  const existing = store.studies.get(given.name)
  if (existing !== null) refuseChangedFields(parseSpec(existing.spec, `study '${given.name}'`), given)
}

/** A study as it is stored. @throws LabError `failed` where it was never prepared */
export function loadStudy(store: Store, name: string): PreparedStudy {
  const study = store.studies.get(name)
  if (study === null || study.engine === null) throw new LabError('failed', `study '${name}' was never prepared`)
  const spec = parseSpec(study.spec, `study '${name}'`)
  const pretrained = pretrainedOf(spec, installedIn(store))
  const splits = splitsOf(store, spec)
  const runs = store.studies.runIds(name)
  return { spec, dataset: splits[0]!, splits, engine: study.engine, pretrained, runs }
}

/** What `store` holds of each model, as a study knows it. */
function installedIn(store: Store): Installed {
  return model =>
    store.weights.list(model).map(({ name, sha256, layout, mean, std }) => ({ name, sha256, layout, mean, std }))
}

/** The split that run `index` of every cell stands on. */
export function splitOfRun(splits: readonly Dataset[], index: number): Dataset {
  return splits[index % splits.length]!
}

/** The study's dataset under each of its splits. @throws LabError `usage` where there is none, or it has no validation images */
export function splitsOf(store: Store, spec: Spec): Dataset[] {
  const dataset = store.datasets.get(spec.dataset)
  if (dataset === null) {
    throw new LabError(
      'usage',
      `there is no dataset '${spec.dataset}'; 'mri-lab data list' shows what there is, 'mri-lab data add' adds one`,
    )
  }
  // No more splits than runs: none would stand on the others.
  return Array.from({ length: Math.min(spec.splits, spec.runs) }, (_, number) => {
    const split = datasetUnder(dataset, spec.split, number)
    if (!split.images.some(image => image.part === 'validation')) {
      throw new LabError('usage', `dataset '${spec.dataset}' has no validation images under the ${spec.split} split`)
    }
    return split
  })
}
