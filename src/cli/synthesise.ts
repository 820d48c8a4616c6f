/** Synthetic images by the command line: what is asked for, what it takes, and making it. */
import { availableParallelism, cpus, homedir } from 'node:os'
import { resolve } from 'node:path'
import type { Dataset } from '../core/dataset/index.ts'
import type { EngineName } from '../core/engine/index.ts'
import { LabError } from '../core/shared/errors.ts'
import { type GeneratorPlan, parseSpec, type Spec, usesBank } from '../core/study/index.ts'
import { type Estimate, findGenerator, generatorNamed } from '../core/synthesis/index.ts'
import {
  bankPlanOf,
  estimateImages,
  type LearningRequest,
  type MakeRequest,
  makeImages,
  refuseShortfall,
  splitsOf,
} from '../runner/index.ts'
import { graphFolder, type Store } from '../store/index.ts'
import { ensureSample, SAMPLE, withDataset } from './addDataset.ts'
import { engineForStudy, engineNow } from './autoEngine.ts'
import { chosenSpec } from './chosenSpec.ts'
import type { Context } from './context.ts'
import { readLab } from './lab.ts'
import { noDataset } from './missing.ts'
import { agreeToCost, openedService, refuseUnpermitted, serviceSettings } from './serviceImages.ts'
import { type SynthFlags, synthCommand } from './synthOptions.ts'
import { otherVersionOf, versionLines } from './synthPlanText.ts'
import { synthProgress } from './synthProgress.ts'

/** What is asked for, generator by generator. */
export interface SynthPlan {
  readonly spec: Spec
  readonly splits: readonly Dataset[]
  readonly parts: readonly { readonly plan: GeneratorPlan; readonly estimate: Estimate }[]
}

export interface SynthResult {
  readonly dataset: string
  readonly generators: readonly { readonly generator: string; readonly made: number; readonly present: number }[]
}

/** The dataset that is asked for, which nobody has looked up. Throws as `askedSpec`. */
export function datasetOf(given: SynthFlags, cwd: string): string {
  return askedSpec(given, cwd, () => 'parity').dataset
}

/**
 * Adds the sample that ships where it is asked for and not there, once what is asked for can be made of it: what comes to nothing leaves nothing.
 * Throws `usage` where there is no such dataset, or as `synthesise`.
 */
export async function ensureDatasetOf(context: Context, given: SynthFlags): Promise<void> {
  const name = datasetOf(given, context.cwd)
  const has = (store: Store): boolean => store.datasets.list().some(dataset => dataset.name === name)
  if (await readLab(context, false, has)) return
  if (name !== SAMPLE) throw noDataset(name)
  await withDataset(context, name, async store => {
    const spec = specOf(store, given, context.cwd)
    refuseUnpermitted(context, store, requestsOf(context, store, spec, splitsOf(store, spec)).flatMap(paidPart))
  })
  await ensureSample(context)
}

/** @throws LabError `usage` where what is asked for is not whole */
export async function planOf(context: Context, store: Store, given: SynthFlags): Promise<SynthPlan> {
  const spec = specOf(store, given, context.cwd)
  const splits = splitsOf(store, spec)
  return { spec, splits, parts: await estimatedParts(context, store, spec, splits) }
}

/** What a spec's runs want of each generator, and what making what the bank lacks takes. */
export async function estimatedParts(
  context: Context,
  store: Store,
  spec: Spec,
  splits: readonly Dataset[],
): Promise<SynthPlan['parts']> {
  const parts = bankPlanOf(store, spec, splits).generators.map(async plan => {
    const request = requestOf(context, plan, spec, splits)
    const free = { requests: 0, price: 0, seconds: null }
    if (request === null) return { plan, estimate: free }
    const learning = request.generator.learns ? learningOn(context, engineNow(context)) : null
    return { plan, estimate: await estimateImages(store, { ...request, ...(learning && { learning }) }) }
  })
  return Promise.all(parts)
}

/** Makes what the bank lacks. @throws LabError `interrupted` by Ctrl+C; what is made is kept */
export async function synthesise(context: Context, store: Store, given: SynthFlags): Promise<SynthResult> {
  return await synthesiseFor(context, store, specOf(store, given, context.cwd), given.budget)
}

/** The same for a spec that is at hand. */
export async function synthesiseFor(context: Context, store: Store, spec: Spec, usd?: number): Promise<SynthResult> {
  const splits = splitsOf(store, spec)
  const parts = requestsOf(context, store, spec, splits)
  const paid = parts.flatMap(paidPart)
  const budget = paid.length === 0 ? 0 : await agreeToCost(context, store, paid, usd)
  const generators = []
  for (const { plan, request } of parts) {
    const { generator } = plan
    const counts = { generator, present: plan.present.length, missing: plan.missing.length }
    for (const line of versionLines({ ...counts, otherVersion: otherVersionOf(plan) })) context.note(line)
    const made = request === null ? 0 : await make(context, store, request, budget)
    generators.push({ generator, made, present: counts.present })
  }
  return { dataset: spec.dataset, generators }
}

interface Part {
  readonly plan: GeneratorPlan
  /** Null where nothing is missing. */
  readonly request: MakeRequest | null
}

/** What is to be asked of each generator. @throws LabError `usage` where images are missing that this program cannot make */
function requestsOf(context: Context, store: Store, spec: Spec, splits: readonly Dataset[]): Part[] {
  return bankPlanOf(store, spec, splits).generators.map(plan => {
    const request = requestOf(context, plan, spec, splits)
    if (request === null) refuseShortfall({ generators: [plan], imagesOf: () => [] }, '')
    return { plan, request: plan.missing.length === 0 ? null : request }
  })
}

function paidPart({ request }: Part): MakeRequest[] {
  return request?.generator.paid ? [request] : []
}

/** Refuses a study whose runs want images that the bank lacks, with the command that makes them. */
export function refuseWithoutImages(
  { cwd, env, settings }: Context,
  store: Store,
  spec: Spec,
  source: string,
  flags: Readonly<Record<string, unknown>>,
): void {
  const { database } = settings // of a sample that is only tried out the store is another
  const usual = database === resolve(cwd, env.MRI_LAB_DB ?? 'lab.db')
  const command = synthCommand(source, { ...flags, ...(usual ? {} : { db: database }) })
  refuseShortfall(bankPlanOf(store, spec, splitsOf(store, spec)), command)
}

/** @param budget of services, in millionths of a USD */
async function make(context: Context, store: Store, request: MakeRequest, budget: number): Promise<number> {
  const { name, learns } = request.generator
  const total = request.orders.length
  const shown = synthProgress(context, name, total)
  const learning = learns ? learningOn(context, await engineForStudy(context), shown.training) : null
  const opened = request.generator.paid ? openedService(context, store, request, budget) : null
  const whole = { ...request, ...(opened && { service: opened.service }), ...(learning && { learning }) }
  if (learning === null) shown.images(0)
  let made = 0
  try {
    made = await makeImages(store, whole, shown.images)
  } finally {
    shown.end()
    opened?.close()
  }
  if (made < total && context.signal.aborted)
    throw new LabError(
      'interrupted',
      `stopped: ${shown.trained()}${made} of ${total} images are made and kept; the same command makes the others`,
    )
  return made
}

/** What a generator that learns does it with; on the processor with all cores, where nothing else is said. */
function learningOn(
  { settings, env }: Context,
  engine: EngineName,
  onTraining?: (step: number, total: number, note: string) => void,
): LearningRequest {
  const threads = settings.threads ?? availableParallelism()
  const device = cpus()[0]?.model.trim() ?? 'CPU'
  const request = { engine, threads, device, cache: graphFolder(env, homedir()) }
  return { engine: request, ...(onTraining && { onTraining }) }
}

/** Null for a generator that this program has not: its images are imported. */
function requestOf(
  { signal, settings }: Context,
  plan: GeneratorPlan,
  { seed }: Spec,
  splits: readonly Dataset[],
): MakeRequest | null {
  const generator = findGenerator(plan.generator)
  if (generator === null) return null
  const given = serviceSettings({ settings }, generator)
  return { generator, splits, orders: plan.missing, seed, clock: () => performance.now(), signal, ...given }
}

function specOf(store: Store, given: SynthFlags, cwd: string): Spec {
  return askedSpec(given, cwd, name => {
    const found = store.datasets.list().find(one => one.name === name)
    if (found === undefined) throw noDataset(name)
    return found.split.kind
  })
}

/** The spec that is named, or one made of the flags: as if a study had this one scenario. */
function askedSpec(given: SynthFlags, cwd: string, splitOf: (dataset: string) => Spec['split']): Spec {
  const { spec: source, generator, classes, fraction: synthetic, budget: _, ...overrides } = given
  if (source !== undefined) {
    if (classes !== undefined || synthetic !== undefined)
      throw new LabError('usage', '--classes and --fraction go without --spec, whose scenarios say both')
    const spec = chosenSpec(source, overrides, cwd)
    const scenarios = spec.scenarios.filter(one => generator === undefined || !usesBank(one) || one.generator === generator)
    return { ...spec, scenarios }
  }
  const { dataset, runs, seed, sources, split, splits = 1, scenarios } = overrides
  if (dataset === undefined || generator === undefined || synthetic === undefined)
    throw new LabError('usage', 'give --spec SPEC, or --dataset NAME --generator NAME --fraction F')
  if (scenarios !== undefined) throw new LabError('usage', '--scenarios goes with --spec')
  generatorNamed(generator)
  const chosen = classes === undefined || classes === 'all' ? {} : { classes: classes.split(',').map(name => name.trim()) }
  const json = {
    ...{ name: 'synth', dataset, models: ['cnn'], policies: ['none'], runs, seed, sources },
    ...{ split: split ?? splitOf(dataset), splits },
    scenarios: [{ name: 'synthetic', real: 1, synthetic, generator, ...chosen }],
  }
  return parseSpec(json, 'synth')
}
