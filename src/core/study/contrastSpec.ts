/** What a spec says about contrasts: the comparisons of two cells that the study is made for, declared before it is trained. */
import { z } from 'zod'
import { MODEL_NAMES, type ModelName } from '../models/recipes.ts'
import { policyName, type SpecPolicy } from './policies.ts'
import { type Scenario, scenariosOf } from './scenario.ts'
import type { SpecProblem } from './specProblem.ts'
import { passOn, specWords } from './specWords.ts'

/** One side of a contrast: a cell without its model, as contrasts never go across models. */
export interface ContrastSide {
  readonly policy: string
  readonly scenario: string
}

/** A side as a spec writes it. */
interface DeclaredSide {
  /** Left out, on both sides: under each policy of the spec. */
  readonly policy?: string | undefined
  readonly scenario: string
}

/** A contrast of the user's own. */
export interface DeclaredContrast {
  /** Contrasts of one model and question are corrected together. */
  readonly question: string
  /** Left out: every model of the spec. */
  readonly models?: readonly ModelName[] | undefined
  readonly from: DeclaredSide
  readonly to: DeclaredSide
}

/** `'default'`, or a list of one's own, in which `'default'` may stand too. */
export type SpecContrasts = 'default' | readonly ('default' | DeclaredContrast)[]

/** The question of declared contrasts that name none. */
const DECLARED = 'declared'

const name = (longest: number) => z.string().trim().min(1).max(longest)
const side = z.strictObject({ policy: name(40).optional(), scenario: name(60) })
/** A contrast of one's own, written out. */
export const declaredContrast = z.strictObject({
  question: name(60)
    .refine(text => !/\p{Cc}/u.test(text), 'must not hold control characters')
    .default(DECLARED),
  models: z.array(z.enum(MODEL_NAMES)).min(1).optional(),
  from: side,
  to: side,
})

/** One or the other by what it is, so that what is wrong inside is named there. */
const item = z.unknown().transform((given, context): 'default' | DeclaredContrast => {
  if (given === 'default') return given
  if (typeof given !== 'object' || given === null) {
    context.addIssue("must be 'default' or an object with from and to")
    return z.NEVER
  }
  const parsed = declaredContrast.safeParse(given, { error: specWords })
  if (parsed.success) return parsed.data
  passOn(parsed.error, context)
  return z.NEVER
})
const list = z.array(item)

/** What a spec's `contrasts` may be. */
export const contrasts = z.unknown().transform((given, context): SpecContrasts => {
  if (given === 'default') return given
  if (!Array.isArray(given)) {
    context.addIssue("must be 'default', or a list of contrasts")
    return z.NEVER
  }
  const parsed = list.safeParse(given, { error: specWords })
  if (parsed.success) return parsed.data
  passOn(parsed.error, context)
  return z.NEVER
})

interface Declaring {
  readonly contrasts: SpecContrasts
  readonly models: readonly string[]
  readonly policies: readonly SpecPolicy[]
  readonly scenarios: readonly Scenario[]
  readonly controls: boolean
}

/** What is wrong with a spec's own contrasts as they stand beside its cells; null where nothing is. */
export function contrastProblem(spec: Declaring): SpecProblem | null {
  if (spec.contrasts === 'default') return null
  const known = { policy: spec.policies.map(policyName), scenario: scenariosOf(spec).map(one => one.name) }
  const seen = new Set<string>()
  for (const [i, one] of spec.contrasts.entries()) {
    const path = ['contrasts', i]
    const text = JSON.stringify(one)
    if (seen.has(text)) return { path, message: 'is declared twice' }
    seen.add(text)
    if (one === 'default') continue
    for (const end of ['from', 'to'] as const) {
      for (const part of ['policy', 'scenario'] as const) {
        const given = one[end][part]
        if (given === undefined || known[part].includes(given)) continue
        const message = `there is no ${part} '${given}' in this spec; there are ${known[part].join(', ')}`
        return { path: [...path, end, part], message }
      }
    }
    if ((one.from.policy === undefined) !== (one.to.policy === undefined)) {
      return { path, message: 'names a policy on one side alone: name it on both, or on none for each policy of the spec' }
    }
    if (one.from.policy === one.to.policy && one.from.scenario === one.to.scenario) {
      return { path, message: 'compares a cell with itself' }
    }
    const stranger = one.models?.find(model => !spec.models.includes(model))
    if (stranger !== undefined) {
      return {
        path: [...path, 'models'],
        message: `there is no model '${stranger}' in this spec; there are ${spec.models.join(', ')}`,
      }
    }
  }
  return null
}

/** A contrast of one's own under each policy that it is about. */
export function sidesOf(
  { from, to }: DeclaredContrast,
  policies: readonly SpecPolicy[],
): { from: ContrastSide; to: ContrastSide }[] {
  const under = (side: DeclaredSide, each: string): ContrastSide => ({
    policy: side.policy ?? each,
    scenario: side.scenario,
  })
  const each = from.policy === undefined ? policies.map(policyName) : [from.policy]
  return each.map(policy => ({ from: under(from, policy), to: under(to, policy) }))
}

/** As a list, for looking at one by one. */
export function contrastList(given: SpecContrasts): readonly ('default' | DeclaredContrast)[] {
  return given === 'default' ? ['default'] : given
}
