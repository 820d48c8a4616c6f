/** From a scenario's fractions to the images of one run. */
import {
  type ClassMix,
  type ClassSample,
  type Copy,
  type Dataset,
  oversampled,
  sampleRun,
  shareOf,
} from '../dataset/index.ts'
import { LabError } from '../shared/errors.ts'
import { DUPLICATE } from '../synthesis/index.ts'
import { type Fraction, type Scenario, scenariosOf } from './scenario.ts'
import type { Spec } from './spec.ts'

/** The scenario's fractions by class index. @throws LabError `usage` naming a class that the dataset does not have, or that is left out */
export function mixesOf(scenario: Scenario, classes: readonly string[]): ClassMix[] {
  const mentioned = [scenario.real, scenario.synthetic].flatMap(amount =>
    typeof amount === 'number' ? [] : Object.keys(amount),
  )
  for (const name of [...mentioned, ...(scenario.classes ?? [])]) {
    if (!classes.includes(name)) {
      throw new LabError(
        'usage',
        `scenario '${scenario.name}': there is no class '${name}'; there are ${classes.join(', ')}`,
      )
    }
  }
  return classes.map(name => {
    const chosen = scenario.classes === null || scenario.classes.includes(name)
    return { real: share(scenario.real, name), synthetic: chosen ? share(scenario.synthetic, name) : 0 }
  })
}

/** A class that an object of fractions does not name gets none. */
function share(amount: Fraction, name: string): number {
  return typeof amount === 'number' ? amount : (amount[name] ?? 0)
}

/** By class index: the length of the one seeded list of sources under `"sources": "fixed"`, the largest round(Y n) of all scenarios. */
export function fixedSources(scenarios: readonly Scenario[], dataset: Dataset): number[] {
  const counts = trainingCounts(dataset)
  return dataset.classes.map((_, label) =>
    Math.max(0, ...scenarios.map(scenario => shareOf(mixesOf(scenario, dataset.classes)[label]!.synthetic, counts[label]!))),
  )
}

/** The training images of each class under the dataset's split, by class index. */
export function trainingCounts({ classes, images }: Dataset): number[] {
  return classes.map((_, label) => images.filter(image => image.part === 'train' && image.label === label).length)
}

/** How many images of a class a run trains on. */
export interface ClassCount {
  readonly real: number
  readonly synthetic: number
  /** That even it out. */
  readonly copies: number
}

/** The images of each class in a run of the scenario, the same in every run on a split of so many training images. By class index. Throws as mixesOf. */
export function classCountsOf(
  scenario: Scenario,
  { classes, train }: { readonly classes: readonly string[]; readonly train: readonly number[] },
): ClassCount[] {
  const mixed = mixesOf(scenario, classes).map(({ real, synthetic }, label) => {
    return { real: shareOf(real, train[label]!), synthetic: shareOf(synthetic, train[label]!) }
  })
  const copies = scenario.balance === 'oversample' ? evening(mixed.map(({ real, synthetic }) => real + synthetic)) : []
  return mixed.map((one, label) => ({ ...one, copies: copies[label] ?? 0 }))
}

/** How many copies bring each of such classes up to the greatest; a class without images has none. */
export function evening(counts: readonly number[]): number[] {
  const most = Math.max(0, ...counts)
  return counts.map(count => (count > 0 ? most - count : 0))
}

/** How many images a run of the scenario trains on, copies included: the same in every run on this split. */
export function imagesOf(scenario: Scenario, dataset: Dataset): number {
  return sumOf(classCountsOf(scenario, { classes: dataset.classes, train: trainingCounts(dataset) }))
}

/** All of a run's images, copies included. */
export function sumOf(counts: readonly ClassCount[]): number {
  return counts.reduce((sum, { real, synthetic, copies }) => sum + real + synthetic + copies, 0)
}

/** How many images an epoch of the scenario takes where another one decides it (`stepsOf`); undefined where it is all of its own, once. */
export function epochImagesOf(scenario: Scenario, all: readonly Scenario[], dataset: Dataset): number | undefined {
  const other = all.find(({ name }) => name === scenario.stepsOf)
  return other && imagesOf(other, dataset)
}

/** A class's images, with the copies that even it out. */
export interface EvenedSample extends ClassSample {
  readonly copies: readonly Copy[]
}

/** The images of run `index`, by class index. `fixed` as fixedSources gives it, or undefined for `per-run`. */
export function samplesOf(
  scenario: Scenario,
  dataset: Dataset,
  { seed, index, fixed }: { seed: number; index: number; fixed: readonly number[] | undefined },
): readonly EvenedSample[] {
  const mixes = mixesOf(scenario, dataset.classes)
  const samples = sampleRun({ images: dataset.images, mixes, seed, index, ...(fixed === undefined ? {} : { fixed }) })
  const copies = scenario.balance === 'oversample' ? oversampled(samples, seed, index) : []
  return samples.map((sample, label) => ({ ...sample, copies: copies[label] ?? [] }))
}

/** A control that `"controls": true` makes, and an earlier scenario of the study that is the same training. */
export interface TwinControl {
  readonly control: string
  readonly same: string
}

/**
 * The controls that a study trains although another has the same copies: of generators at one mix. Run keys hold scenario names, so that each is trained of its own;
 * a control that the spec writes out is shared. Throws as mixesOf.
 */
export function twinControls(spec: Pick<Spec, 'scenarios' | 'controls'>, classes: readonly string[]): TwinControl[] {
  const seen = new Map<string, string>()
  return scenariosOf(spec).flatMap(scenario => {
    if (scenario.generator !== DUPLICATE) return []
    const training = JSON.stringify([mixesOf(scenario, classes), scenario.balance, scenario.stepsOf])
    const same = seen.get(training)
    if (same === undefined) seen.set(training, scenario.name)
    const written = spec.scenarios.some(({ name }) => name === scenario.name)
    return same === undefined || written ? [] : [{ control: scenario.name, same }]
  })
}
