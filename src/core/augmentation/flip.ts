import type { Policy, Step } from './policy.ts'

export const FLIP: Step = { operation: 'Flip', magnitude: null, sign: 1 }

/** Left and right exchanged with probability 0.5; torchvision's RandomHorizontalFlip. */
export const flip: Policy = {
  name: 'flip',
  subPolicies: [],
  draw: draws => (draws.uniform() < 0.5 ? [FLIP] : []),
}
