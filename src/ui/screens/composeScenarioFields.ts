/** Scenarios as fields of the form: X and Y of all classes, the generator, the name, then X and Y class by class. Pure. */
import { BALANCES, type Balance } from '../../core/study/index.ts'
import { DUPLICATE } from '../../core/synthesis/index.ts'
import type { ComposeFacts, SplitCounts } from '../queries/compose.ts'
import { cycled, type Field, type FieldPart, type MixRow, numberPart, type ScenarioView } from './composeParts.ts'
import {
  type Amount,
  type ClassImages,
  commonPercent,
  type DraftScenario,
  generatorNames,
  imagesOf,
  LEAST_REAL,
  percentOf,
  scenarioName,
  withClassPercent,
  withPercent,
} from './composeScenario.ts'
import { withScenario } from './composeScenarios.ts'
import type { Draft } from './composeValues.ts'

/** Places of the first parts; those of the classes follow in pairs. */
const ALL: readonly [number, number] = [0, 1]
const FIRST_CLASS = 4
const STEP = 5
const MOST_SYNTHETIC = 1000

export function scenarioFields(draft: Draft, facts: ComposeFacts, counts: SplitCounts | null): Field[] {
  const names = counts?.classes.map(one => one.name) ?? []
  return draft.scenarios.map((scenario, at) => {
    const changed = (next: DraftScenario): Draft => withScenario(draft, at, next)
    const whole = (amount: Amount): FieldPart => {
      const common = commonPercent(scenario, amount)
      const part = percentPart(common ?? Number.NaN, amount, value => changed(withPercent(scenario, amount, value)))
      return common === null ? { ...part, text: 'by class' } : part
    }
    const ofClass = (name: string, amount: Amount): FieldPart => {
      const value = percentOf(scenario, amount, name)
      const set = (next: number): Draft => changed(withClassPercent(scenario, amount, name, next, names))
      const part = percentPart(value, amount, set, 0)
      const usual = amount === 'real' ? 100 : (commonPercent(scenario, amount) ?? 0) || 20
      return { ...part, toggle: () => set(value > 0 ? 0 : usual) }
    }
    const parts = [
      whole('real'),
      whole('synthetic'),
      generatorPart(scenario, facts.generators, changed),
      namePart(scenario, changed),
      ...names.flatMap(name => [ofClass(name, 'real'), ofClass(name, 'synthetic')]),
      balancePart(scenario, changed),
      stepsPart(scenario, draft, changed),
    ]
    return { id: 'scenarios', scenario: at, label: '', parts, note: '', view: viewOf(scenario, draft, counts) }
  })
}

function percentPart(value: number, amount: Amount, set: (value: number) => Draft, least?: number): FieldPart {
  const range = amount === 'real' ? { least: least ?? LEAST_REAL, most: 100 } : { least: 0, most: MOST_SYNTHETIC }
  return numberPart(value, { step: STEP, ...range, unit: ' %' }, set)
}

function generatorPart(
  scenario: DraftScenario,
  known: readonly string[],
  changed: (next: DraftScenario) => Draft,
): FieldPart {
  const { generator } = scenario
  if (generator === null) return { text: '-' }
  return {
    text: generator,
    step: by => changed({ ...scenario, name: null, generator: cycled(generatorNames(known), generator, by) }),
  }
}

function namePart(scenario: DraftScenario, changed: (next: DraftScenario) => Draft): FieldPart {
  const name = scenarioName(scenario)
  const set = (text: string): Draft => changed({ ...scenario, name: text.trim() === '' ? null : text.trim() })
  return { text: name, typed: { value: name, set } }
}

const EVENED: Readonly<Record<Balance, string>> = { weights: 'class weights', oversample: 'copies up to the greatest' }

function balancePart(scenario: DraftScenario, changed: (next: DraftScenario) => Draft): FieldPart {
  const { balance } = scenario
  const choices = ['none', ...BALANCES] as const
  const step = (by: number): Draft => {
    const next = cycled(choices, balance ?? 'none', by)
    return changed({ ...scenario, name: null, balance: next === 'none' ? null : next })
  }
  return { text: balance === null ? 'classes as they are' : EVENED[balance], step }
}

function stepsPart(
  scenario: DraftScenario,
  { scenarios, controls }: Draft,
  changed: (next: DraftScenario) => Draft,
): FieldPart {
  const own = scenarioName(scenario)
  const others = scenarios.flatMap(one => {
    const name = scenarioName(one)
    if (one.stepsOf !== null || name === own) return []
    const hasControl = controls && one.synthetic !== 0 && one.generator !== DUPLICATE
    return hasControl ? [name, `${name} control`] : [name]
  })
  const { stepsOf } = scenario
  const text = stepsOf === null ? 'its own steps' : `steps of ${stepsOf}`
  // One whose steps others take keeps its own.
  if (stepsOf === null && (others.length === 0 || scenarios.some(one => one.stepsOf === own))) return { text }
  const choices = ['', ...others]
  return { text, step: by => changed({ ...scenario, name: null, stepsOf: cycled(choices, stepsOf ?? '', by) || null }) }
}

function viewOf(scenario: DraftScenario, { scenarios }: Draft, counts: SplitCounts | null): ScenarioView {
  const images = counts === null ? [] : imagesOf(scenario, counts)
  const words = (one: Images): string => {
    return [one.real, one.synthetic, one.copies].filter((count, i) => i === 0 || count > 0).join('+')
  }
  const other = scenarios.find(one => [scenarioName(one), `${scenarioName(one)} control`].includes(scenario.stepsOf ?? ''))
  const epoch = other === undefined || counts === null ? null : totalOf(imagesOf(other, counts))
  const total = totalOf(images)
  const row = (amount: Amount): number => commonPercent(scenario, amount) ?? Number.NaN
  const all: MixRow = { name: 'all', real: row('real'), synthetic: row('synthetic'), parts: ALL, images: words(total) }
  return {
    name: scenarioName(scenario),
    images: images.map(words),
    generator: scenario.generator ?? '-',
    rows: [
      all,
      ...images.map((one, i): MixRow => {
        const at = FIRST_CLASS + 2 * i
        const [real, synthetic] = [percentOf(scenario, 'real', one.name), percentOf(scenario, 'synthetic', one.name)]
        return { name: one.name, real, synthetic, parts: [at, at + 1], images: words(one) }
      }),
    ],
    even: {
      parts: [FIRST_CLASS + 2 * images.length, FIRST_CLASS + 2 * images.length + 1],
      note: epoch === null ? '' : `${epoch.real + epoch.synthetic + epoch.copies} images an epoch`,
    },
  }
}

type Images = Pick<ClassImages, 'real' | 'synthetic' | 'copies'>

function totalOf(images: readonly Images[]): Images {
  const sum = (amount: keyof Images): number => images.reduce((all, one) => all + one[amount], 0)
  return { real: sum('real'), synthetic: sum('synthetic'), copies: sum('copies') }
}

/** The places of a scenario's generator and name among its parts. */
export const GENERATOR_PART = 2
export const NAME_PART = 3
