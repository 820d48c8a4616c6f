/** The policies of a spec: the lab's by their names, and the user's own written out. */
import { z } from 'zod'
import { type CustomPolicy, isScaled, OPERATION_NAMES } from '../augmentation/index.ts'
import { passOn, specWords } from './specWords.ts'

export const POLICIES = ['none', 'flip', 'autoaugment'] as const
export type SpecPolicy = (typeof POLICIES)[number] | CustomPolicy

const probability = z.number().min(0).max(1)
const bin = z.int('must be a whole number from 0 to 9, or null').min(0).max(9).nullable()
const operation = z
  .tuple([z.enum(OPERATION_NAMES), probability, bin], 'must be [operation, probability, magnitude]')
  .superRefine(([name, , magnitude], context) => {
    if (isScaled(name) === (magnitude !== null)) return
    const message = isScaled(name) ? `${name} takes a magnitude from 0 to 9` : `${name} takes no magnitude: give null`
    context.addIssue({ code: 'custom', message, path: [2] })
  })

/** A comma would end its name in `--policies A,B`. */
const name = z
  .string()
  .trim()
  .min(1)
  .max(40)
  .refine(text => !/[\p{Cc},]/u.test(text), 'must not hold control characters or commas')
  .refine(text => !POLICIES.some(policy => policy === text), "is the name of one of the lab's own policies")

/** One's own, written out. */
export const customPolicy = z.strictObject({
  name,
  flip: probability.default(0),
  subPolicies: z.array(z.array(operation).min(1).max(100)).min(1).max(1000),
})
const known = z.enum(POLICIES, `must be ${POLICIES.join(', ')}, or an object with a name and subPolicies for one's own`)

/** One or the other by what it is, so that what is wrong inside one's own is named there. */
const policy = z.unknown().transform((given, context): SpecPolicy => {
  const isOwn = typeof given === 'object' && given !== null
  const parsed = isOwn ? customPolicy.safeParse(given, { error: specWords }) : known.safeParse(given)
  if (parsed.success) return parsed.data
  passOn(parsed.error, context)
  return z.NEVER
})

/** What a spec's `policies` may be. */
export const policies = z
  .array(policy)
  .min(1)
  .refine(all => new Set(all.map(policyName)).size === all.length, 'names a policy twice')

/** By which cells, tables and `--policies` know it. */
export function policyName(one: SpecPolicy): string {
  return typeof one === 'string' ? one : one.name
}

/** The spec's policy of this name, which is one of a cell of its own. */
export function policyOfCell(
  spec: { readonly policies: readonly SpecPolicy[] },
  cell: { readonly policy: string },
): SpecPolicy {
  return spec.policies.find(one => policyName(one) === cell.policy)!
}
