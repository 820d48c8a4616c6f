import type { RandomStream } from '../shared/random.ts'
import { FLIP } from './flip.ts'
import { isSigned, type OperationName } from './operations.ts'
import type { Policy, Step, SubPolicy } from './policy.ts'

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
export function customPolicy({ name, flip, subPolicies }: CustomPolicy): Policy {
  return {
    name,
    subPolicies,
    draw: draws => [...(flip > 0 && draws.uniform() < flip ? [FLIP] : []), ...drawn(subPolicies, draws)],
  }
}

/** Each operation of a policy once, in the order of their first use, with the highest magnitude that it is used with. */
export function operationsOf({ subPolicies }: Policy): [operation: OperationName, magnitude: number | null][] {
  const highest = new Map<OperationName, number | null>()
  for (const [name, , magnitude] of subPolicies.flat()) {
    const before = highest.get(name) ?? null
    highest.set(name, magnitude === null ? before : Math.max(magnitude, before ?? 0))
  }
  return [...highest]
}

function drawn(choices: readonly SubPolicy[], draws: RandomStream): Step[] {
  const chosen = choices[Math.floor(draws.uniform() * choices.length)] ?? []
  const applied = chosen.map(([, probability]) => draws.uniform() <= probability)
  const signs = chosen.map(() => ((draws.uint32() & 1) === 0 ? -1 : 1) as 1 | -1)
  return chosen.flatMap(([operation, , magnitude], i) =>
    applied[i] ? [{ operation, magnitude, sign: isSigned(operation) ? signs[i]! : 1 }] : [],
  )
}
