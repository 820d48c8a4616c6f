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
