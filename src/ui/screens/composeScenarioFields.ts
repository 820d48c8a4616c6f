/** Scenarios as fields of the form: X and Y of all classes, the generator, the name, then X and Y class by class. Pure. */
import type { ComposeFacts, SplitCounts } from '../queries/compose.ts'
import type { Draft } from './composeDraft.ts'
import { cycled, type Field, type FieldPart, type MixRow, numberPart, type ScenarioView } from './composeParts.ts'
import {
  type Amount,
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

/** Places of the first parts; those of the classes follow in pairs. */
const ALL: readonly [number, number] = [0, 1]
const FIRST_CLASS = 4
const STEP = 5
const MOST_SYNTHETIC = 1000

export function scenarioFields(draft: Draft, facts: ComposeFacts, counts: SplitCounts | null): Field[] {
  const names = counts?.classes.map(one => one.name) ?? []
  return draft.scenarios.map((scenario, at) => {
    const changed = (next: DraftScenario): Draft => ({
      ...draft,
      scenarios: draft.scenarios.map((one, i) => (i === at ? next : one)),
    })
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
    ]
    return { id: 'scenarios', scenario: at, label: '', parts, note: '', view: viewOf(scenario, counts) }
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

function viewOf(scenario: DraftScenario, counts: SplitCounts | null): ScenarioView {
  const images = counts === null ? [] : imagesOf(scenario, counts)
  const words = ({ real, synthetic }: { real: number; synthetic: number }): string =>
    synthetic === 0 ? String(real) : `${real}+${synthetic}`
  const total = images.reduce((sum, one) => ({ real: sum.real + one.real, synthetic: sum.synthetic + one.synthetic }), {
    real: 0,
    synthetic: 0,
  })
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
  }
}

/** The places of a scenario's generator and name among its parts. */
export const GENERATOR_PART = 2
export const NAME_PART = 3
