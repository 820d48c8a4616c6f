/** A scenario as it is being composed: per cent of each class that keys change, its name, and the images that come of it. Pure. */
import { shareOf } from '../../core/dataset/share.ts'
import { type Balance, evening, type Scenario, usesBank } from '../../core/study/index.ts'
import { DUPLICATE, GENERATORS } from '../../core/synthesis/index.ts'
import type { SplitCounts } from '../queries/compose.ts'

/** Of a class's own training images: one number for all classes, or by name (a class that is not named has none). */
export type Percent = number | Readonly<Record<string, number>>

export interface DraftScenario {
  /** As the user wrote it; null: made of the numbers. */
  readonly name: string | null
  readonly real: Percent
  readonly synthetic: Percent
  readonly generator: string | null
  /** The classes that get synthetic images; null is all of them. */
  readonly classes: readonly string[] | null
  /** How classes of unequal size are evened out; null: not. */
  readonly balance: Balance | null
  /** The name of the scenario whose steps an epoch takes; null: its own. */
  readonly stepsOf: string | null
}

export type Amount = 'real' | 'synthetic'

/** The fewest real images that keys lead to: none at all is typed, not stepped to. */
export const LEAST_REAL = 5

export const REAL_ALONE: DraftScenario = {
  ...{ name: null, real: 100, synthetic: 0, generator: null, classes: null },
  ...{ balance: null, stepsOf: null },
}

/** What a class gets. */
export function percentOf({ classes, ...scenario }: DraftScenario, amount: Amount, name: string): number {
  if (amount === 'synthetic' && classes !== null && !classes.includes(name)) return 0
  const given = scenario[amount]
  return typeof given === 'number' ? given : (given[name] ?? 0)
}

/** The one value of all classes that get any; null where they differ. */
export function commonPercent(scenario: DraftScenario, amount: Amount): number | null {
  const given = scenario[amount]
  if (typeof given === 'number') return given
  const values = new Set(Object.values(given))
  return values.size === 1 ? [...values][0]! : null
}

/** With another value for every class that gets any. The first synthetic images need a generator: the offline default. */
export function withPercent(scenario: DraftScenario, amount: Amount, value: number): DraftScenario {
  return withGenerator({ ...scenario, name: null, [amount]: value })
}

/** With another value for one class. */
export function withClassPercent(
  scenario: DraftScenario,
  amount: Amount,
  name: string,
  value: number,
  names: readonly string[],
): DraftScenario {
  const values = names.map(one => [one, one === name ? value : percentOf(scenario, amount, one)] as const)
  const some = values.filter(([, percent]) => percent !== 0)
  const alike = new Set(some.map(([, percent]) => String(percent))).size === 1
  if (amount === 'real') {
    const all = alike && some.length === values.length
    return { ...scenario, name: null, real: all ? value : Object.fromEntries(values) }
  }
  if (some.length === 0) return withGenerator({ ...scenario, name: null, synthetic: 0, classes: null })
  const chosen = some.length === values.length ? null : some.map(([one]) => one)
  return withGenerator({
    ...scenario,
    name: null,
    synthetic: alike ? some[0]![1] : Object.fromEntries(values),
    classes: alike ? chosen : null,
  })
}

function withGenerator(scenario: DraftScenario): DraftScenario {
  const any = typeof scenario.synthetic === 'number' ? scenario.synthetic > 0 : true
  if (!any) return { ...scenario, generator: null, classes: null }
  return { ...scenario, generator: scenario.generator ?? GENERATORS[0]!.name }
}

/** `80/20 mild+moderate`, as the presets name theirs, so that their runs are used again; `100/0 weights`. */
export function scenarioName(scenario: DraftScenario): string {
  const { name, balance, stepsOf } = scenario
  if (name !== null) return name
  const evened = { weights: 'weights', oversample: 'oversampled' } as const
  const further = [balance === null ? '' : evened[balance], stepsOf === null ? '' : `steps of ${stepsOf}`]
  return [mixName(scenario), ...further].filter(Boolean).join(' ')
}

function mixName({ real, synthetic, generator, classes }: DraftScenario): string {
  const shares = `${percentWords(real)}/${percentWords(synthetic)}`
  if (synthetic === 0) return shares
  const byClass = typeof synthetic !== 'number'
  const chosen = byClass ? '' : classes === null ? 'all' : classes.map(shortClass).join('+')
  if (generator === DUPLICATE) return [shares, 'copies', classes === null ? '' : chosen].filter(Boolean).join(' ')
  return [shares, chosen, generator === GENERATORS[0]!.name ? '' : generator].filter(Boolean).join(' ')
}

/** `MildDemented` as it stands in names: `mild`. */
export function shortClass(name: string): string {
  return name.replace(/Demented$/, '').toLowerCase() || name
}

function percentWords(percent: Percent): string {
  return typeof percent === 'number' ? number(percent) : Object.values(percent).map(number).join('-')
}

function number(value: number): string {
  return Number.isNaN(value) ? '·' : String(value)
}

/** A spec's scenario in per cent. */
export function draftOf({ real, synthetic, generator, classes, name, balance, stepsOf }: Scenario): DraftScenario {
  const percent = (amount: Scenario['real']): Percent =>
    typeof amount === 'number'
      ? hundredfold(amount)
      : Object.fromEntries(Object.entries(amount).map(([one, value]) => [one, hundredfold(value)]))
  const draft: DraftScenario = {
    ...{ name: null, real: percent(real), synthetic: percent(synthetic), generator, classes },
    ...{ balance: balance ?? null, stepsOf: stepsOf ?? null },
  }
  return scenarioName(draft) === name ? draft : { ...draft, name }
}

function hundredfold(value: number): number {
  return Number((value * 100).toPrecision(12))
}

/** As a spec says it, unparsed. */
export function scenarioJson(scenario: DraftScenario): object {
  const { real, synthetic, generator, classes, balance, stepsOf } = scenario
  const share = (percent: Percent): unknown =>
    typeof percent === 'number'
      ? percent / 100
      : Object.fromEntries(Object.entries(percent).map(([one, value]) => [one, value / 100]))
  return {
    name: scenarioName(scenario),
    real: share(real),
    synthetic: share(synthetic),
    ...(generator === null ? {} : { generator }),
    ...(classes === null ? {} : { classes }),
    ...(balance === null ? {} : { balance }),
    ...(stepsOf === null ? {} : { stepsOf }),
  }
}

/** Images of a class that a run trains on. */
export interface ClassImages {
  readonly name: string
  readonly real: number
  readonly synthetic: number
  /** That even it out. */
  readonly copies: number
}

/** What a run trains on, as long as its numbers make sense. */
export function imagesOf(scenario: DraftScenario, { classes }: SplitCounts): ClassImages[] {
  const mixed = classes.map(({ name, train }) => {
    const count = (amount: Amount): number => {
      const percent = percentOf(scenario, amount, name)
      return percent >= 0 ? shareOf(percent / 100, train) : 0
    }
    return { name, real: count('real'), synthetic: count('synthetic') }
  })
  const copies = scenario.balance === 'oversample' ? evening(mixed.map(one => one.real + one.synthetic)) : []
  return mixed.map((one, i) => ({ ...one, copies: copies[i] ?? 0 }))
}

/** The generators that one can choose among: the lab's, and those that images were imported under. */
export function generatorNames(known: readonly string[]): string[] {
  return [...new Set([...GENERATORS.map(one => one.name), ...known])]
}

/** A class that would have variations of no image; null where there is none. */
export function sourceless(scenario: Scenario, draft: DraftScenario, names: readonly string[]): string | null {
  if (!usesBank(scenario) && scenario.generator !== DUPLICATE) return null
  return names.find(name => percentOf(draft, 'synthetic', name) > 0 && !(percentOf(draft, 'real', name) > 0)) ?? null
}
