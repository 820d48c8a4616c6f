/** Classical augmentation. Adding a policy is a file and a line here. */
import { LabError } from '../shared/errors.ts'
import { flip } from './flip.ts'
import { none } from './none.ts'
import type { Policy } from './policy.ts'

export type { Policy } from './policy.ts'

const POLICIES: readonly Policy[] = [none, flip]

/** @throws LabError `usage` for a name that is no policy of this release */
export function policyNamed(name: string): Policy {
  const policy = POLICIES.find(each => each.name === name)
  if (policy === undefined)
    throw new LabError('usage', `there is no policy '${name}'; there are ${POLICIES.map(p => p.name).join(', ')}`)
  return policy
}
