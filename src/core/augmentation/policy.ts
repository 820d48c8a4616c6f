/**
 * Classical augmentation: random changes of a training image, drawn anew for every epoch. Validation images are never changed.
 * A policy draws steps; `perform` takes them. So what an image underwent can be told, and nothing but the draws is random.
 */
import type { RandomStream } from '../shared/random.ts'
import type { OperationName } from './operations.ts'

/** One change of an image: an operation of AutoAugment, or left and right exchanged. */
export interface Step {
  readonly operation: OperationName | 'Flip'
  /** 0 to 9, the bin of AutoAugment's magnitudes; null where the operation takes none. */
  readonly magnitude: number | null
  /** Of operations that go either way (see `isSigned`); the others are the same under both. */
  readonly sign: 1 | -1
}

/** An operation, the probability that it is applied, and which of its ten magnitudes (0 to 9; null where it takes none). */
export type ChancedOperation = readonly [operation: OperationName, probability: number, magnitude: number | null]

/** Operations one after another, each with its own chance. */
export type SubPolicy = readonly ChancedOperation[]

export interface Policy {
  readonly name: string
  /** What it draws from; none for a policy without operations. */
  readonly subPolicies: readonly SubPolicy[]
  /**
   * The steps for one image, in their order. `draws` is the image's own stream for this run and epoch, so that the result does not depend
   * on who computes it, or when.
   */
  draw(draws: RandomStream): readonly Step[]
}
