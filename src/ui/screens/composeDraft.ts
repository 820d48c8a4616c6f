/** How a draft begins and what else changes with a value; the spec that comes of it, or what is wrong. Pure. */
import { RECIPES } from '../../core/models/recipes.ts' // not by its door: a form needs no engine
import { LabError } from '../../core/shared/errors.ts'
import {
  contrastsOf,
  growthProblem,
  isPreset,
  PRESETS,
  parseSpec,
  policyName,
  preset,
  type Spec,
} from '../../core/study/index.ts'
import type { ComposeFacts, SplitCounts } from '../queries/compose.ts'
import { type DraftScenario, draftOf, scenarioJson, sourceless } from './composeScenario.ts'
import { withScenarios } from './composeScenarios.ts'
import type { Draft } from './composeValues.ts'

/** The first thing wrong, and the field it is at: a name of the spec's. `scenario` counts from 0. */
export interface Problem {
  readonly field: string
  readonly scenario: number | null
  readonly says: string
}

export type Checked = { readonly spec: Spec; readonly problem: null } | { readonly spec: null; readonly problem: Problem }

/** The spec, or what is wrong with it. `origin` of the spec's own messages is left out: they stand at their field. */
export function checked(draft: Draft, facts: ComposeFacts, counts: SplitCounts | null): Checked {
  const wrong = (field: string, says: string, scenario: number | null = null): Checked => {
    return { spec: null, problem: { field, scenario, says } }
  }
  const missing = missingNumber(draft)
  if (missing !== null) return wrong(missing.field, 'a number is needed', missing.scenario)
  try {
    const spec = parseSpec(draftJson(draft), ORIGIN)
    if (counts === null) return wrong('dataset', `there is no dataset '${draft.dataset}'`)
    if (counts.problem !== null) return wrong('split', counts.problem)
    const size = sizeProblem(spec)
    if (size !== null) return wrong('size', size)
    const names = counts.classes.map(one => one.name)
    for (const [at, scenario] of spec.scenarios.entries()) {
      const name = sourceless(scenario, draft.scenarios[at]!, names)
      if (name !== null) return wrong('scenarios', `${name} has no real images to make others from`, at)
    }
    if (names.length > 0) contrastsOf(spec, names)
    const before = facts.studies.find(study => study.name === spec.name)
    const growth = before === undefined ? null : growthProblem(before.spec, spec)
    if (growth === null) return { spec, problem: null }
    const known = Object.hasOwn(draft, growth.field)
    const says = `a study of this name has other ${growth.field}: ${growth.advice}`
    return wrong(known ? growth.field : 'name', says)
  } catch (thrown) {
    if (!(thrown instanceof LabError)) throw thrown
    return { spec: null, problem: problemOf(thrown.message, draft) }
  }
}

const ORIGIN = 'spec'

function missingNumber({ scenarios, models, ...draft }: Draft): Pick<Problem, 'field' | 'scenario'> | null {
  for (const field of ['runs', 'patience', 'seed', 'splits'] as const) {
    if (Number.isNaN(draft[field])) return { field, scenario: null }
  }
  for (const field of ['epochs', 'size', 'batch'] as const) {
    if (models.some(model => Number.isNaN(draft[field][model]))) return { field, scenario: null }
  }
  if (models.some(model => Number.isNaN(draft.optimizer.learningRate[model]))) return { field: 'optimizer', scenario: null }
  const isMissing = (amount: DraftScenario['real']): boolean =>
    typeof amount === 'number' ? Number.isNaN(amount) : Object.values(amount).some(Number.isNaN)
  const scenario = scenarios.findIndex(one => isMissing(one.real) || isMissing(one.synthetic))
  return scenario < 0 ? null : { field: 'scenarios', scenario }
}

/** What a model says of its image size when it is built. */
function sizeProblem({ models, size, configuration }: Spec): string | null {
  if (models.includes('cnn') && size.cnn % 4 !== 0) return 'the cnn takes a multiple of 4'
  const patch = configuration.vit?.patch ?? RECIPES.vit.configuration.patch
  return models.includes('vit') && size.vit % patch !== 0 ? `the vit takes a multiple of its patch, ${patch}` : null
}

function draftJson({ scenarios, base: _, ...fields }: Draft): object {
  return { ...fields, scenarios: scenarios.map(scenarioJson) }
}

/** `spec: scenarios[1].real: too big` in its parts; `scenario '80/20': ...` is found by its name. */
function problemOf(message: string, { scenarios }: Draft): Problem {
  const named = /^scenario '(.*?)': (.*)$/s.exec(message)
  if (named !== null) {
    const at = scenarios.findIndex(one => (scenarioJson(one) as { name: string }).name === named[1])
    return { field: 'scenarios', scenario: at < 0 ? null : at, says: named[2] ?? message }
  }
  const found = /^spec: (\w+)(?:\[(\d+)\])?[\w.[\]]*: (.*)$/s.exec(message)
  if (found === null) return { field: 'name', scenario: null, says: message }
  const [, field = 'name', scenario, says = ''] = found
  return { field, scenario: field === 'scenarios' && scenario !== undefined ? Number(scenario) : null, says }
}

/** A spec as a draft. */
export function draftOfSpec(spec: Spec): Draft {
  return { ...spec, scenarios: spec.scenarios.map(draftOf), base: spec }
}

/** A preset as a draft over a dataset; null where there is none of this name. */
export function presetDraft(name: string, dataset: ComposeFacts['datasets'][number] | undefined): Draft | null {
  if (!isPreset(name)) return null
  const draft = draftOfSpec(preset(name))
  return dataset === undefined ? draft : withDataset(draft, dataset)
}

/** Over other images: under their usual split, and without fractions of classes that they have not. */
export function withDataset(draft: Draft, dataset: ComposeFacts['datasets'][number]): Draft {
  const { kind } = dataset.split
  const known = (names: readonly string[]): boolean => names.every(name => dataset.classes.includes(name))
  const scenarios = draft.scenarios.filter(({ classes, real, synthetic }) => {
    const named = [real, synthetic].flatMap(amount => (typeof amount === 'number' ? [] : Object.keys(amount)))
    return known([...named, ...(classes ?? [])])
  })
  const kept = withScenarios(draft, scenarios.length > 0 ? scenarios : draft.scenarios.slice(0, 1))
  return { ...(kind === draft.split ? kept : withSplit(kept, kind)), dataset: dataset.name }
}

/** Under another split, on as many of them as a spec that says nothing. */
export function withSplit(draft: Draft, split: Draft['split']): Draft {
  return { ...draft, split, splits: split === 'grouped' ? 5 : 1 }
}

export const PRESET_NAMES: readonly string[] = PRESETS

/** What the form begins with: the quick preset over the newest dataset, under a name that is free. */
export function firstDraft({ datasets, studies }: ComposeFacts): Draft {
  const draft = presetDraft('quick', datasets.at(-1))!
  let number = 1
  while (studies.some(({ name }) => name === `study-${number}`)) number++
  return { ...draft, name: `study-${number}` }
}

/** A study's spec as a draft of another one, under a name that is free. */
export function likeStudy(spec: Spec, { studies }: ComposeFacts): Draft {
  let number = 2
  while (studies.some(({ name }) => name === `${spec.name} ${number}`)) number++
  return { ...draftOfSpec(spec), name: `${spec.name} ${number}` }
}

/** The draft's policies that are none of the lab's. */
export function ownPolicies({ base, policies }: Draft): Spec['policies'] {
  const all = [...base.policies, ...policies].filter(one => typeof one !== 'string')
  return all.filter((one, at) => all.findIndex(other => policyName(other) === policyName(one)) === at)
}
