import { DUPLICATE } from '../synthesis/index.ts'

/** A fraction of each class's own full count in the training split: one for all classes, or by class name. */
export type Fraction = number | Readonly<Record<string, number>>

/** How a training set is mixed. */
export interface Scenario {
  readonly name: string
  readonly real: Fraction
  readonly synthetic: Fraction
  /** Who makes the synthetic images; null where there are none. */
  readonly generator: string | null
  /** The classes that get synthetic images; null is all of them. */
  readonly classes: readonly string[] | null
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
    const name = `${scenario.name} control`
    if (!controls || !usesBank(scenario) || scenarios.some(other => other.name === name)) return [scenario]
    return [scenario, { ...scenario, name, generator: DUPLICATE }]
  })
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
