/**
 * A study's spec: what is trained, on which data, how often.
 */
import { z } from 'zod'
import type { Configuration } from '../models/model.ts'
import { MODEL_NAMES, type ModelName, RECIPES } from '../models/recipes.ts' // not by its door: a spec is read without an engine
import { findGenerator } from '../synthesis/index.ts'
import { contrastProblem, contrasts, type SpecContrasts } from './contrastSpec.ts'
import { policies, type SpecPolicy } from './policies.ts'
import { BALANCES, largest, type Scenario, stepsProblem } from './scenario.ts'
import { firstProblem, inFile, SpecRefusal, type WhereInSpec } from './specProblem.ts'
import { byModelWords, specWords } from './specWords.ts'

export type { ModelName }
export const SPLITS = ['parity', 'random', 'grouped'] as const
export type SplitKind = (typeof SPLITS)[number]

/** One value for each model, whether the spec trains it or not: so a study keeps its other fields when a model is added. */
export type ByModel<T> = { readonly [model in ModelName]: T }

/** A spec, checked and with every field left out filled in. */
export interface Spec {
  /** What the study is known by. */
  readonly name: string
  readonly dataset: string
  readonly split: SplitKind
  /** Run i of every cell stands on split number i mod `splits`. */
  readonly splits: number
  readonly models: readonly ModelName[]
  readonly policies: readonly SpecPolicy[]
  readonly scenarios: readonly Scenario[]
  readonly controls: boolean
  /** Comparisons of two cells, declared before training. */
  readonly contrasts: SpecContrasts
  readonly sources: 'per-run' | 'fixed'
  /** Runs of each cell. */
  readonly runs: number
  readonly epochs: ByModel<number>
  readonly patience: number
  readonly batch: ByModel<number>
  /** Images whose gradients are computed at once, where memory is short; a model that is left out takes the whole batch. */
  readonly microBatch: Partial<ByModel<number>>
  readonly optimizer: { readonly name: 'adam'; readonly learningRate: ByModel<number> }
  /** Side of the square images that the model sees, in pixels. */
  readonly size: ByModel<number>
  /** What a model is built of where it is other than at full size: narrow ones for tests and laptops. See models/recipes.ts. */
  readonly configuration: Partial<ByModel<Configuration>>
  /**
   * Installed weights that a model starts from, by their name, or 'scratch'. Filled in when the study is first prepared for each of its models that
   * may start from any: with those added last, else 'scratch'.
   */
  readonly weights: Partial<ByModel<string>>
  /** Whether all weights are trained, or the last layer alone on the features of the others, frozen. */
  readonly fineTune: 'all' | 'head'
  readonly seed: number
}

const DEFAULTS = {
  epochs: everyModel(100),
  batch: forEachModel(name => RECIPES[name].batch),
  learningRate: forEachModel(name => RECIPES[name].learningRate),
  size: forEachModel(name => RECIPES[name].size),
}

const whole = (low: number, high: number) => z.int().min(low).max(high)
const label = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine(text => !/\p{Cc}/u.test(text), 'must not hold control characters')
const distinct = <T>(items: readonly T[]): boolean => new Set(items).size === items.length

/** A number for every model, or an object by model whose missing models take the default. */
function byModel(value: z.ZodType<number>, fallback: ByModel<number>) {
  const object = z.strictObject(
    forEachModel(name => value.default(fallback[name])),
    { error: byModelWords },
  )
  return z.preprocess(given => (typeof given === 'number' ? everyModel(given) : given), object).default(fallback)
}

const fraction = (most: number) =>
  z.union(
    [z.number().min(0).max(most), z.record(label(100), z.number().min(0).max(most))],
    `must be a number from 0 to ${most}, or an object of such numbers by class`,
  )

const scenario = z
  .strictObject({
    name: label(60),
    real: fraction(1),
    synthetic: fraction(100).default(0),
    generator: label(100).nullable().default(null),
    classes: z.array(label(100)).min(1).refine(distinct, 'names a class twice').nullable().default(null),
    balance: z.enum(BALANCES, "must be 'weights' or 'oversample'").optional(),
    stepsOf: label(100).optional(),
  })
  .refine(mix => largest(mix.real) > 0 || largest(mix.synthetic) > 0, 'mixes no images: real and synthetic are both 0')
  .refine(mix => largest(mix.synthetic) === 0 || mix.generator !== null, {
    message: "needs the name of a generator, for its synthetic images (for copies of real ones: 'duplicate')",
    path: ['generator'],
  })

/** An object by model that may leave models out. */
function someModels<T>(value: z.ZodType<T>, error: typeof byModelWords | undefined = undefined) {
  return z.partialRecord(z.enum(MODEL_NAMES), value, { error })
}

const microBatch = someModels(whole(1, 65_536), byModelWords)

/** The fields of a model's configuration, of which any may be given. */
function configurationOf(name: ModelName) {
  const fields: Configuration = RECIPES[name].configuration
  const value = (field: string) => (field === 'epsilon' ? z.number().positive().max(1) : whole(1, 100_000))
  return z.strictObject(Object.fromEntries(Object.keys(fields).map(field => [field, value(field).optional()])))
}

const configuration = z
  .strictObject(forEachModel(name => configurationOf(name).optional()))
  .transform(given => given as Partial<ByModel<Configuration>>)

/** What a spec's file may hold. `specSchema.ts` makes the JSON Schema of it that ships. */
export const schema = z.strictObject({
  /** For editors; it decides nothing. */
  $schema: z.string().optional(),
  name: label(100).default('mild-and-moderate'),
  dataset: label(100),
  split: z.enum(SPLITS).default('parity'),
  splits: whole(1, 1000).optional(),
  models: z.array(z.enum(MODEL_NAMES)).min(1).refine(distinct, 'names a model twice'),
  policies,
  scenarios: z
    .array(scenario)
    .min(1)
    .refine(all => distinct(all.map(one => one.name)), 'two scenarios have the same name'),
  controls: z.boolean().default(false),
  contrasts: contrasts.default('default'),
  sources: z.enum(['per-run', 'fixed']).optional(),
  runs: whole(1, 10_000).default(20),
  epochs: byModel(whole(1, 100_000), DEFAULTS.epochs),
  patience: whole(1, 100_000).default(2),
  batch: byModel(whole(1, 65_536), DEFAULTS.batch),
  microBatch: z.preprocess(given => (typeof given === 'number' ? everyModel(given) : given), microBatch).default({}),
  optimizer: z
    .strictObject({
      name: z.literal('adam').default('adam'),
      learningRate: byModel(z.number().positive().max(10), DEFAULTS.learningRate),
    })
    .default({ name: 'adam', learningRate: DEFAULTS.learningRate }),
  size: byModel(whole(8, 2048), DEFAULTS.size),
  configuration: configuration.default({}),
  weights: someModels(label(200)).default({}),
  fineTune: z.enum(['all', 'head'], "must be 'all' or 'head'").default('all'),
  seed: whole(0, Number.MAX_SAFE_INTEGER).default(1),
})

/**
 * Checks a spec and fills in what it leaves out. `origin` (a file's name, a preset's) begins the error.
 * Throws `usage`, naming the field and, by `where`, its place.
 */
export function parseSpec(json: unknown, origin: string, where: WhereInSpec = () => null): Spec {
  return inFile(origin, where, () => checkedSpec(json))
}

/** @throws SpecRefusal */
export function checkedSpec(json: unknown): Spec {
  const parsed = schema.safeParse(json, { error: specWords })
  if (!parsed.success) throw new SpecRefusal(firstProblem(parsed.error))
  const { $schema: _, ...spec } = parsed.data
  const problem = stepsProblem(spec) ?? contrastProblem(spec)
  if (problem !== null) throw new SpecRefusal(problem)
  if (spec.split === 'parity' && (spec.splits ?? 1) > 1) {
    const message = 'there is one parity split, the source\'s own: give 1, or "split": "random" or "grouped"'
    throw new SpecRefusal({ path: ['splits'], message })
  }
  const paid = spec.scenarios.some(one => one.generator !== null && findGenerator(one.generator)?.paid)
  return {
    ...spec,
    splits: spec.splits ?? (spec.split === 'grouped' ? 5 : 1),
    sources: spec.sources ?? (paid ? 'fixed' : 'per-run'),
  }
}

/** A spec as a person would write it: fields with one value for all models as that value. Parsing it gives `spec` again. */
export function specJson(spec: Spec): Record<string, unknown> {
  return {
    name: spec.name,
    dataset: spec.dataset,
    split: spec.split,
    splits: spec.splits,
    models: spec.models,
    policies: spec.policies,
    scenarios: spec.scenarios.map(({ generator, classes, ...mix }) => ({
      ...mix,
      ...(generator === null ? {} : { generator }),
      ...(classes === null ? {} : { classes }),
    })),
    controls: spec.controls,
    contrasts: spec.contrasts,
    sources: spec.sources,
    runs: spec.runs,
    epochs: new Set(Object.values(spec.epochs)).size === 1 ? spec.epochs.cnn : spec.epochs,
    patience: spec.patience,
    batch: spec.batch,
    ...(Object.keys(spec.microBatch).length === 0 ? {} : { microBatch: spec.microBatch }),
    optimizer: spec.optimizer,
    size: spec.size,
    ...(Object.keys(spec.configuration).length === 0 ? {} : { configuration: spec.configuration }),
    ...(Object.keys(spec.weights).length === 0 ? {} : { weights: spec.weights }),
    fineTune: spec.fineTune,
    seed: spec.seed,
  }
}

/** What of a model's training a micro-batch decides: nothing where it is not smaller than the batch. */
export function microBatchOf({ batch, microBatch }: Spec, model: ModelName): { readonly microBatch?: number } {
  const size = microBatch[model]
  return size === undefined || size >= batch[model] ? {} : { microBatch: size }
}

function everyModel(value: number): ByModel<number> {
  return forEachModel(() => value)
}

function forEachModel<T>(made: (name: ModelName) => T): ByModel<T> {
  return Object.fromEntries(MODEL_NAMES.map(name => [name, made(name)])) as ByModel<T>
}
