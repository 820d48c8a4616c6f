import { DUPLICATE } from '../synthesis/index.ts'
import type { SpecProblem } from './specProblem.ts'

/** A fraction of each class's own full count in the training split: one for all classes, or by class name. */
export type Fraction = number | Readonly<Record<string, number>>

/**
 * How classes of unequal size are evened out: `weights` in the training loss (training/classWeights.ts), or copies of images up to the greatest class's count
 * (dataset/oversampling.ts).
 */
export const BALANCES = ['weights', 'oversample'] as const
export type Balance = (typeof BALANCES)[number]

/** How a training set is mixed, and how it is gone through. */
export interface Scenario {
  readonly name: string
  readonly real: Fraction
  readonly synthetic: Fraction
  /** Who makes the synthetic images; null where there are none. */
  readonly generator: string | null
  /** The classes that get synthetic images; null is all of them. */
  readonly classes: readonly string[] | null
  /** Left out: classes count by their images. */
  readonly balance?: Balance | undefined
  /** The scenario, of this spec, as many of whose images an epoch takes, and so as many optimiser steps. Left out: its own. */
  readonly stepsOf?: string | undefined
}

/** The largest of a scenario's fractions over the classes. */
export function largest(amount: Fraction): number {
  return typeof amount === 'number' ? amount : Math.max(0, ...Object.values(amount))
}

/**
 * A spec's scenarios and, with `controls`, after each one that has images of the bank its control: the same counts with each
 * synthetic image replaced by a copy of its real source.
 */
export function scenariosOf({ scenarios, controls }: Mixing): Scenario[] {
  return scenarios.flatMap(scenario => {
    const name = controlName(scenario)
    if (!controls || !usesBank(scenario) || scenarios.some(other => other.name === name)) return [scenario]
    return [scenario, { ...scenario, name, generator: DUPLICATE }]
  })
}

/** What a scenario's control is called where a spec does not write it out. */
export function controlName({ name }: Pick<Scenario, 'name'>): string {
  return `${name} control`
}

/** What is wrong with a spec's `stepsOf` as they stand beside its scenarios; null where nothing is. */
export function stepsProblem(spec: Mixing): SpecProblem | null {
  const all = scenariosOf(spec)
  for (const [i, { name, stepsOf }] of spec.scenarios.entries()) {
    const problem = (message: string) => ({ path: ['scenarios', i, 'stepsOf'], message })
    if (stepsOf === undefined) continue
    if (stepsOf === name) return problem('names its own scenario')
    const other = all.find(one => one.name === stepsOf)
    if (other === undefined) {
      return problem(`there is no scenario '${stepsOf}' in this spec; there are ${all.map(one => one.name).join(', ')}`)
    }
    if (other.stepsOf !== undefined) return problem(`'${stepsOf}' takes the steps of '${other.stepsOf}': name that one`)
  }
  return null
}

/** What tables and contrasts say of every run of a scenario, whatever it is called. */
export function scenarioMarks({ balance, stepsOf }: Scenario): string[] {
  return [
    ...(balance === 'weights' ? ['class weights'] : []),
    ...(balance === 'oversample' ? ['oversampled'] : []),
    ...(stepsOf === undefined ? [] : [`steps of ${stepsOf}`]),
  ]
}

/** The fields of a spec that say how training sets are mixed. */
interface Mixing {
  readonly scenarios: readonly Scenario[]
  /** Whether each scenario with images of the bank has its control. */
  readonly controls: boolean
}

/** Whether a scenario's synthetic images are of the bank. */
export function usesBank(scenario: Scenario): scenario is Scenario & { readonly generator: string } {
  const { synthetic, generator } = scenario
  return largest(synthetic) > 0 && generator !== null && generator !== DUPLICATE
}
