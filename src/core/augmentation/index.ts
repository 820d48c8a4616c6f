/** Classical augmentation. Adding a policy is a file and a line here. */
import { LabError } from '../shared/errors.ts'
import { autoaugment } from './autoaugment.ts'
import { type CustomPolicy, customPolicy } from './customPolicy.ts'
import { flip } from './flip.ts'
import { none } from './none.ts'
import type { Policy } from './policy.ts'

export { LARGEST_SIDE } from './affine.ts'
export { IMAGENET } from './autoaugment.ts'
export { type CustomPolicy, operationsOf } from './customPolicy.ts'
export { MAGNITUDES } from './magnitude.ts'
export { isScaled, isSigned, magnitudeOf, OPERATION_NAMES, type OperationName } from './operations.ts'
export { perform } from './perform.ts'
export type { Policy, Step } from './policy.ts'

const POLICIES: readonly Policy[] = [none, flip, autoaugment]

/** @throws LabError `usage` for a name that is no policy of this release */
export function policyNamed(name: string): Policy {
  const policy = POLICIES.find(each => each.name === name)
  if (policy === undefined)
    throw new LabError('usage', `there is no policy '${name}'; there are ${POLICIES.map(p => p.name).join(', ')}`)
  return policy
}

/** A policy of the lab's by its name, or one of the user's own by what it consists of. Throws as `policyNamed`. */
export function policyOf(policy: string | CustomPolicy): Policy {
  return typeof policy === 'string' ? policyNamed(policy) : customPolicy(policy)
}
