/** A draft's scenarios together: what names one of them follows when it is renamed, and goes when it goes. Pure. */
import { type Balance, contrastList, type Spec } from '../../core/study/index.ts'
import { type DraftScenario, REAL_ALONE, scenarioName } from './composeScenario.ts'
import type { Draft } from './composeValues.ts'

/** With another scenario in the place of one: what named that one names it. */
export function withScenario(draft: Draft, at: number, next: DraftScenario): Draft {
  const before = draft.scenarios[at]
  const scenarios = draft.scenarios.map((one, i) => (i === at ? next : one))
  if (before === undefined) return draft
  const [old, now] = [scenarioName(before), scenarioName(next)]
  if (old === now || draft.scenarios.some((one, i) => i !== at && scenarioName(one) === old)) return { ...draft, scenarios }
  const renamed = (name: string): string => (name === old ? now : name === controlOf(old) ? controlOf(now) : name)
  return {
    ...draft,
    scenarios: scenarios.map(one => (one.stepsOf === null ? one : { ...one, stepsOf: renamed(one.stepsOf) })),
    contrasts: mapped(draft.contrasts, ({ from, to, ...contrast }) => {
      const side = (end: typeof from): typeof from => ({ ...end, scenario: renamed(end.scenario) })
      return { ...contrast, from: side(from), to: side(to) }
    }),
  }
}

/** With these scenarios alone: contrasts of others go, and nothing takes the steps of others. */
export function withScenarios(draft: Draft, scenarios: readonly DraftScenario[]): Draft {
  const names = new Set(scenarios.flatMap(one => [scenarioName(one), controlOf(scenarioName(one))]))
  const contrasts = mapped(draft.contrasts, contrast =>
    names.has(contrast.from.scenario) && names.has(contrast.to.scenario) ? contrast : null,
  )
  const kept = scenarios.map(one => (one.stepsOf === null || names.has(one.stepsOf) ? one : { ...one, stepsOf: null }))
  return { ...draft, scenarios: kept, contrasts }
}

type Declared = Exclude<ReturnType<typeof contrastList>[number], 'default'>

/** A draft's own contrasts changed one by one; null takes one away. */
function mapped(contrasts: Spec['contrasts'], change: (contrast: Declared) => Declared | null): Spec['contrasts'] {
  if (contrasts === 'default') return contrasts
  return contrasts.flatMap<(typeof contrasts)[number]>(one => (one === 'default' ? [one] : (change(one) ?? [])))
}

function controlOf(name: string): string {
  return `${name} control`
}

/** The further controls that a study can have beside copies: scenarios of their own. */
export const FURTHER_CONTROLS = ['weights', 'oversample', 'steps'] as const
export type FurtherControl = (typeof FURTHER_CONTROLS)[number]

export function hasControl({ scenarios }: Draft, control: FurtherControl): boolean {
  return scenarios.some(one => isControl(one, control))
}

function isControl({ balance, stepsOf }: DraftScenario, control: FurtherControl): boolean {
  return control === 'steps' ? stepsOf !== null : balance === control
}

/** Adds a control or takes it away: real images alone evened out, or, for each scenario with synthetic images, its real ones alone over as many steps. */
export function toggleControl(draft: Draft, control: FurtherControl): Draft {
  const { scenarios } = draft
  if (hasControl(draft, control)) {
    const rest = scenarios.filter(one => !isControl(one, control))
    return withScenarios(draft, rest.length > 0 ? rest : [REAL_ALONE])
  }
  const plain = scenarios.filter(one => one.balance === null && one.stepsOf === null)
  const base = plain.find(one => one.synthetic === 0) ?? {
    ...(plain[0] ?? REAL_ALONE),
    synthetic: 0,
    generator: null,
    classes: null,
  }
  if (control !== 'steps')
    return withScenarios(draft, [...scenarios, { ...base, name: null, balance: control satisfies Balance }])
  const equal = plain
    .filter(one => one.synthetic !== 0)
    .map(one => ({ ...one, name: null, synthetic: 0, generator: null, classes: null, stepsOf: scenarioName(one) }))
  return withScenarios(draft, [...scenarios, ...equal])
}

/** Whether there is anything whose steps could be taken. */
export function canHaveSteps({ scenarios }: Draft): boolean {
  return scenarios.some(one => one.synthetic !== 0)
}

/** The questions of the contrasts that are chosen, and of those that the opened spec declares. */
export function contrastQuestions({
  base,
  contrasts,
}: Draft): { readonly question: string; readonly count: number; readonly chosen: boolean }[] {
  const own = (given: Spec['contrasts']): Declared[] => contrastList(given).flatMap(one => (one === 'default' ? [] : [one]))
  const chosen = own(contrasts)
  const questions = new Set([...own(base.contrasts), ...chosen].map(one => one.question))
  return [...questions].map(question => {
    const now = chosen.filter(one => one.question === question)
    const count = now.length > 0 ? now.length : own(base.contrasts).filter(one => one.question === question).length
    return { question, count, chosen: now.length > 0 }
  })
}

/** With a question's contrasts, as they were opened, or without. Null is the usual ones. */
export function toggleContrasts(draft: Draft, question: string | null): Draft {
  const now = contrastList(draft.contrasts)
  const isOf = (one: (typeof now)[number]): boolean => (one === 'default' ? question === null : one.question === question)
  if (now.some(isOf)) return { ...draft, contrasts: now.filter(one => !isOf(one)) }
  if (question === null) return { ...draft, contrasts: now.length === 0 ? 'default' : ['default', ...now] }
  const opened = withScenarios({ ...draft, contrasts: draft.base.contrasts }, draft.scenarios).contrasts
  return { ...draft, contrasts: [...now, ...contrastList(opened).filter(isOf)] }
}
