/** What is searched, at what price: a study's spec without scenarios, and beside it `search`. */
import { z } from 'zod'
import { fewestPairs } from '../../stats/index.ts'
import { DUPLICATE } from '../../synthesis/index.ts'
import { METRICS, type Metric } from '../metrics.ts'
import { policyName } from '../policies.ts'
import type { Scenario } from '../scenario.ts'
import { checkedSpec, type ModelName, type Spec } from '../spec.ts'
import { firstProblem, inFile, type SpecPath, SpecRefusal, type WhereInSpec } from '../specProblem.ts'
import { specWords } from '../specWords.ts'

/** All real images, none synthetic: what every candidate is compared with. */
export const BASELINE: Scenario = { name: '100/0', real: 1, synthetic: 0, generator: null, classes: null }

/** Fractions to try: the same ones for every class, or by class name those of each. */
export type Tried = readonly number[] | Readonly<Record<string, readonly number[]>>

/** What candidates are made of. */
export interface SearchSpace {
  /** The classes that get synthetic images: every set of classes, each class alone and all together, or sets of one's own. */
  readonly classes: 'subsets' | 'each' | readonly (readonly string[])[]
  readonly real: Tried
  readonly synthetic: Tried
  readonly generators: readonly string[]
  /** No more than so many candidates, drawn at random; null: all. */
  readonly candidates: number | null
}

/** Learning rates and batches that are tried on the baseline alone, before candidates are. */
export interface Tuning {
  readonly learningRate: readonly number[]
  readonly batch: readonly number[]
  /** Of all of them together. */
  readonly runs: number
}

export interface Search {
  /** Everything but scenarios and runs, which the search chooses. Of one model and one policy. */
  readonly base: Spec
  readonly model: ModelName
  readonly policy: string
  readonly metric: Metric
  readonly space: SearchSpace
  readonly tune: Tuning | null
  /** Of everything: tuning, search, confirmation. */
  readonly budget: { readonly runs: number } | { readonly hours: number }
  /** One candidate of so many is kept in each round. */
  readonly keepOneOf: number
  /** Fresh runs of each of the three cells of the confirmation. */
  readonly confirm: number
}

const words = z.string().trim().min(1).max(100)
const distinct = (items: readonly unknown[]): boolean =>
  new Set(items.map(item => JSON.stringify(item))).size === items.length
const several = <T>(value: z.ZodType<T>) => z.array(value).min(1).refine(distinct, 'names something twice')
const tried = (most: number) =>
  z.union(
    [several(z.number().min(0).max(most)), z.record(words, several(z.number().min(0).max(most)))],
    `must be a list of numbers from 0 to ${most}, or an object of such lists by class`,
  )

/** Of a search's name, in characters: those of its studies are longer. */
export const LONGEST_NAME = 70

/** Pairs with which either of the two contrasts of a confirmation can be shown. */
const FEWEST = fewestPairs(0.05 / 2)

/** What the field `search` may hold. `searchSchema.ts` makes the JSON Schema of it that ships. */
export const schema = z.strictObject({
  classes: z
    .union(
      [z.enum(['subsets', 'each']), several(several(words))],
      "must be 'subsets', 'each', or a list of lists of classes",
    )
    .default('subsets'),
  real: tried(1).default([1]),
  synthetic: tried(100).default([0.2]),
  generators: several(words).default(['morph']),
  candidates: z.int().min(2).max(10_000).nullable().default(null),
  metric: z.enum(METRICS).default('loss'),
  budget: z.union(
    [z.strictObject({ runs: z.int().min(1).max(1_000_000) }), z.strictObject({ hours: z.number().positive().max(10_000) })],
    'must be {"runs": N} or {"hours": H}',
  ),
  keepOneOf: z.int().min(2).max(100).default(2),
  confirm: z.int().min(FEWEST, `must be ${FEWEST} or more: with fewer pairs nothing can be shown`).max(10_000).default(20),
  tune: z
    .strictObject({
      learningRate: several(z.number().positive().max(10)).optional(),
      batch: several(z.int().min(1).max(65_536)).optional(),
      runs: z.int().min(1).max(100_000),
    })
    .refine(
      ({ learningRate, batch }) => learningRate !== undefined || batch !== undefined,
      'needs learningRate or batch, to try',
    )
    .nullable()
    .default(null),
})

/** The fields of a study's spec that the search itself decides. */
export const CHOSEN = ['scenarios', 'controls', 'contrasts', 'runs', 'sources'] as const

/**
 * Checks a search spec and fills in what it leaves out. `origin` (its file's name) begins the error.
 * @throws LabError `usage`, naming the field and, by `where`, its place
 */
export function parseSearch(json: unknown, origin: string, where: WhereInSpec = () => null): Search {
  return inFile(origin, where, () => checkedSearch(json))
}

function checkedSearch(json: unknown): Search {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw refused(['search spec'], 'must be a JSON object')
  const { search: given, ...fields } = json as Record<string, unknown>
  if (given === undefined) throw refused(['search'], "is missing: see 'mri-lab help search'")
  for (const field of CHOSEN) {
    if (fields[field] !== undefined) throw refused([field], 'is for the search to choose: leave it out')
  }
  const parsed = z.object({ search: schema }).safeParse({ search: given }, { error: specWords })
  if (!parsed.success) throw new SpecRefusal(firstProblem(parsed.error))
  // Candidates are compared run by run: each run has its own sources, so that a list fixed for all cells need not be fixed for rounds to come.
  const base = checkedSpec({
    ...{ policies: ['none'], ...fields },
    ...{ scenarios: [BASELINE], contrasts: [], sources: 'per-run', runs: 1 },
  })
  const { budget, keepOneOf, confirm, metric, tune, ...space } = parsed.data.search
  if (base.name.length > LONGEST_NAME)
    throw refused(['name'], `must be ${LONGEST_NAME} characters or fewer: the rounds are named after it`)
  const [model, ...models] = base.models
  const [policy, ...policies] = base.policies
  if (model === undefined || models.length > 0) throw refused(['models'], 'must be one model: search for each on its own')
  if (policy === undefined || policies.length > 0)
    throw refused(['policies'], 'must be one policy: search under each on its own')
  if (!Array.isArray(space.synthetic) && given !== null && typeof given === 'object' && 'classes' in given) {
    throw refused(['search', 'classes'], 'goes without "synthetic" by class, whose classes it names')
  }
  if (space.generators.includes(DUPLICATE))
    throw refused(['search', 'generators'], `'${DUPLICATE}' is the control, no candidate`)
  const arms = tune === null ? null : { learningRate: tune.learningRate ?? [], batch: tune.batch ?? [], runs: tune.runs }
  return { base, model, policy: policyName(policy), metric, space, tune: arms, budget, keepOneOf, confirm }
}

function refused(path: SpecPath, message: string): SpecRefusal {
  return new SpecRefusal({ path, message })
}
