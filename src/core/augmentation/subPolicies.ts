import type { RandomStream } from '../shared/random.ts'
import { FLIP } from './flip.ts'
import { isSigned, type OperationName } from './operations.ts'
import type { Policy, Step } from './policy.ts'

/** An operation, the probability that it is applied, and which of its ten magnitudes (0 to 9; null where it takes none). */
export type ChancedOperation = readonly [operation: OperationName, probability: number, magnitude: number | null]

/** Operations one after another, each with its own chance. */
export type SubPolicy = readonly ChancedOperation[]

/** What a policy of one's own consists of. */
export interface CustomPolicy {
  readonly name: string
  /** Probability that left and right are exchanged first. */
  readonly flip: number
  /** One of them is drawn for each image, each as likely as the others. */
  readonly subPolicies: readonly SubPolicy[]
}

/**
 * A policy of sub-policies, drawn as torchvision's AutoAugment draws: one of them, then for each operation a number in [0, 1), which applies it
 * where it is not above its probability, then for each a bit, which makes a signed magnitude negative where it is 0.
 */
export function subPolicies({ name, flip, subPolicies: choices }: CustomPolicy): Policy {
  return { name, draw: draws => [...(flip > 0 && draws.uniform() < flip ? [FLIP] : []), ...drawn(choices, draws)] }
}

function drawn(choices: readonly SubPolicy[], draws: RandomStream): Step[] {
  const chosen = choices[Math.floor(draws.uniform() * choices.length)] ?? []
  const applied = chosen.map(([, probability]) => draws.uniform() <= probability)
  const signs = chosen.map(() => ((draws.uint32() & 1) === 0 ? -1 : 1) as 1 | -1)
  return chosen.flatMap(([operation, , magnitude], i) =>
    applied[i] ? [{ operation, magnitude, sign: isSigned(operation) ? signs[i]! : 1 }] : [],
  )
}
