/** From a planned run to what a worker is asked to do, and to the record of what it was trained on. */
import type { ClassSample, Dataset } from '../dataset/index.ts'
import { RECIPES } from '../models/recipes.ts'
import { LabError } from '../shared/errors.ts'
import type { TrainingTask } from '../training/index.ts'
import { fixedSources, samplesOf } from './mixture.ts'
import { type PlannedRun, scenariosOf } from './plan.ts'
import { policyOfCell } from './policies.ts'
import type { TrainingImages } from './run.ts'
import { microBatchOf, type Spec } from './spec.ts'
import type { Pretrained } from './startingWeights.ts'

/**
 * The task of one run. `placeOf` says which image of the trainer's memory holds an image's pixels; a control's duplicate has its source's.
 */
export function trainingTask(
  spec: Spec,
  dataset: Dataset,
  run: Pick<PlannedRun, 'cell' | 'index'>,
  placeOf: (id: string) => number,
  pretrained: Pretrained = {},
): { task: TrainingTask; training: TrainingImages } {
  const { model } = run.cell
  const { [model]: configuration } = spec.configuration
  const { [model]: start } = pretrained
  const scenarios = scenariosOf(spec)
  const scenario = scenarios.find(({ name }) => name === run.cell.scenario)!
  const fixed = spec.sources === 'fixed' ? fixedSources(scenarios, dataset) : undefined
  const samples = samplesOf(scenario, dataset, { seed: spec.seed, index: run.index, fixed })
  if (samples.every(({ real, synthetic }) => real.length + synthetic.length === 0)) {
    throw new LabError('usage', `scenario '${scenario.name}' leaves no images to train on`)
  }
  const task: TrainingTask = {
    model,
    size: spec.size[model],
    classes: dataset.classes,
    train: samples.flatMap(({ real, synthetic }, label) => [
      ...real.map(({ id }) => ({ id, place: placeOf(id), label })),
      ...synthetic.map(({ id, source }) => ({ id, place: placeOf(source.id), label })),
    ]),
    validation: dataset.images
      .filter(image => image.part === 'validation')
      .map(({ id, label }) => ({ id, place: placeOf(id), label })),
    policy: policyOfCell(spec, run.cell),
    seed: spec.seed,
    index: run.index,
    batch: spec.batch[model],
    ...microBatchOf(spec, model),
    learningRate: spec.optimizer.learningRate[model],
    warmupEpochs: RECIPES[model].warmupEpochs,
    epochs: spec.epochs[model],
    patience: spec.patience,
    ...(configuration && { configuration }),
    ...(start && { pretrained: start }),
    fineTune: spec.fineTune,
  }
  return { task, training: trainingImages(samples, dataset.classes) }
}

function trainingImages(samples: readonly ClassSample[], classes: readonly string[]): TrainingImages {
  return Object.fromEntries(
    samples.map(({ real, synthetic }, label) => [
      classes[label]!,
      {
        real: real.length,
        synthetic: synthetic.length,
        images: [...real.map(({ id }) => id), ...synthetic.map(({ id }) => id)],
      },
    ]),
  )
}
