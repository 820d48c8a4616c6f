/** From a planned run to what a worker is asked to do, and to the record of what it was trained on. */
import type { Dataset } from '../dataset/index.ts'
import { RECIPES } from '../models/recipes.ts'
import { LabError } from '../shared/errors.ts'
import { type BankImage, EXCEEDS_SAMPLE, exceedsSample, refusalOf } from '../synthesis/index.ts'
import { balancedWeights, type TaskImage, type TrainingTask } from '../training/index.ts'
import { type BankPlan, heldOutOf, NO_BANK } from './bankPlan.ts'
import { type EvenedSample, epochImagesOf, fixedSources, samplesOf } from './mixture.ts'
import type { PlannedRun } from './plan.ts'
import { policyOfCell } from './policies.ts'
import type { TrainingImages } from './run.ts'
import { type Scenario, scenariosOf, usesBank } from './scenario.ts'
import { microBatchOf, type Spec } from './spec.ts'
import type { Pretrained } from './startingWeights.ts'

/** Names a bank image's pixels in a trainer's memory, among the ids of real ones. */
export function bankPlace({ sha256 }: Pick<BankImage, 'sha256'>): string {
  return `bank:${sha256}`
}

/**
 * The task of one run, what it is trained on, and what must be said of it. `placeOf` says which image of the trainer's memory holds an image's pixels, by
 * its id or `bankPlace`; a control's duplicate has its source's.
 *
 * This is where real and synthetic images are mixed, and where the leak rules hold (synthesis/bank.ts): whoever chose them, an image that may not enter
 * is refused here.
 *
 * @throws LabError `usage` where the scenario has no images or the bank lacks one, `data` for a bank image that may not enter the run
 */
export function trainingTask(
  spec: Spec,
  dataset: Dataset,
  run: Pick<PlannedRun, 'cell' | 'index'>,
  placeOf: (id: string) => number,
  pretrained: Pretrained = {},
  bank: BankPlan = NO_BANK,
): { task: TrainingTask; training: TrainingImages; marks: readonly string[] } {
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
  const images = usesBank(scenario) ? admitted(scenario, dataset, samples, bank.imagesOf(scenario.name, run.index)) : []
  const epochImages = epochImagesOf(scenario, scenarios, dataset)
  const weights = scenario.balance === 'weights' ? balancedWeights(samples.map(countOf)) : undefined
  const task: TrainingTask = {
    model,
    size: spec.size[model],
    classes: dataset.classes,
    train: samples.flatMap(({ real, synthetic, copies }, label) => {
      const originals: TaskImage[] = [
        ...real.map(({ id }) => ({ id, place: placeOf(id), label })),
        ...synthetic.map(({ id, source }, k) => {
          const image = images[label]?.[k]
          return { id, place: placeOf(image === undefined ? source.id : bankPlace(image)), label }
        }),
      ]
      return [...originals, ...copies.map(({ id, of }) => ({ ...originals[of]!, id }))]
    }),
    validation: dataset.images
      .filter(image => image.part === 'validation')
      .map(({ id, label }) => ({ id, place: placeOf(id), label })),
    policy: policyOfCell(spec, run.cell),
    seed: spec.seed,
    index: run.index,
    batch: spec.batch[model],
    ...(epochImages !== undefined && { epochImages }),
    ...(weights && { classWeights: weights }),
    ...microBatchOf(spec, model),
    learningRate: spec.optimizer.learningRate[model],
    warmupEpochs: RECIPES[model].warmupEpochs,
    epochs: spec.epochs[model],
    patience: spec.patience,
    ...(configuration && { configuration }),
    ...(start && { pretrained: start }),
    fineTune: spec.fineTune,
  }
  const sample = sampleOf(samples)
  const marks = images.flat().some(image => exceedsSample(image, sample)) ? [EXCEEDS_SAMPLE] : []
  return { task, training: trainingImages(samples, dataset.classes, images, weights), marks }
}

function countOf({ real, synthetic, copies }: EvenedSample): number {
  return real.length + synthetic.length + copies.length
}

function sampleOf(samples: readonly EvenedSample[]): ReadonlySet<string> {
  return new Set(samples.flatMap(({ real }) => real.map(({ sha256 }) => sha256)))
}

/** The bank images for every synthetic place, by class index, each of which may enter. */
function admitted(
  scenario: Scenario & { readonly generator: string },
  dataset: Dataset,
  samples: readonly EvenedSample[],
  chosen: ReturnType<BankPlan['imagesOf']>,
): BankImage[][] {
  const run = { sample: sampleOf(samples), heldOut: heldOutOf(dataset) }
  return samples.map(({ synthetic }, label) =>
    synthetic.map(({ source }, k) => {
      const image = chosen[label]?.[k] ?? null
      if (image === null) {
        throw new LabError(
          'usage',
          `scenario '${scenario.name}': the bank has no image of '${scenario.generator}' for ${source.id}: see 'mri-lab synth plan'`,
        )
      }
      const [parent] = image.parents
      const other =
        parent !== source.sha256 || image.class !== dataset.classes[label] || image.generator !== scenario.generator
      const why = other ? 'it was made from another image' : refusalOf(image, run)
      if (why !== null)
        throw new LabError('data', `scenario '${scenario.name}': bank image ${image.id} may not enter: ${why}`)
      return image
    }),
  )
}

function trainingImages(
  samples: readonly EvenedSample[],
  classes: readonly string[],
  images: readonly (readonly BankImage[])[],
  weights: readonly number[] | undefined,
): TrainingImages {
  return Object.fromEntries(
    samples.map(({ real, synthetic, copies }, label) => [
      classes[label]!,
      {
        real: real.length,
        synthetic: synthetic.length,
        ...(copies.length > 0 ? { copies: copies.length } : {}),
        ...(weights ? { weight: weights[label]! } : {}),
        images: [...real, ...synthetic, ...copies].map(({ id }) => id),
        ...(images[label]?.length ? { bank: images[label].map(({ sha256 }) => sha256) } : {}),
      },
    ]),
  )
}
