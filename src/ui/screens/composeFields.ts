/** The fields of the form: what each shows, and the draft that a key makes of it. Pure. */
import { POLICIES } from '../../core/study/index.ts'
import type { ComposeFacts, SplitCounts } from '../queries/compose.ts'
import type { Draft, DraftScenario } from './composeDraft.ts'

/** A part of a field that the cursor can be on. What is left out cannot be done to it. */
export interface FieldPart {
  readonly text: string
  /** One step on or back. */
  readonly step?: (by: number) => Draft
  readonly toggle?: () => Draft
  /** Typing it anew. */
  readonly typed?: { readonly value: string; readonly set: (text: string) => Draft }
}

export interface Field {
  /** Of the spec; with the scenario's place for scenarios. */
  readonly id: string
  readonly scenario: number | null
  readonly label: string
  readonly parts: readonly FieldPart[]
  /** Dim after it. */
  readonly note: string
}

const SPLITS = ['parity', 'random', 'grouped'] as const
const LEAST_REAL = 5

interface NumberRule {
  readonly step: number
  readonly least: number
  readonly most: number
  readonly unit?: string
}

export function fieldsOf(draft: Draft, facts: ComposeFacts, counts: SplitCounts | null): Field[] {
  const names = facts.datasets.map(one => one.name)
  const dataset = facts.datasets.find(one => one.name === draft.dataset)
  const simulated = dataset?.simulatedLabels ? ' · simulated labels' : ''
  const field = (id: string, label: string, parts: readonly FieldPart[], note = ''): Field => {
    return { id, scenario: null, label, parts, note }
  }
  const whole = (
    id: 'runs' | 'epochs' | 'patience' | 'size' | 'batch' | 'seed',
    label: string,
    rule: NumberRule,
    note: string,
  ) => field(id, label, [numberPart(draft[id], rule, value => ({ ...draft, [id]: value }))], note)
  return [
    field('name', 'name', [
      { text: draft.name || ' ', typed: { value: draft.name, set: name => ({ ...draft, name: name.trim() }) } },
    ]),
    field(
      'dataset',
      'data',
      [{ text: draft.dataset, step: by => ({ ...draft, dataset: cycled(names, draft.dataset, by) }) }],
      dataset === undefined ? '' : `${dataset.images} images${simulated}`,
    ),
    field(
      'split',
      'split',
      [{ text: draft.split, step: by => ({ ...draft, split: cycled(SPLITS, draft.split, by) }) }],
      counts === null ? '' : countWords(counts),
    ),
    field('models', 'models', [{ text: '[x] cnn' }], 'resnet18 and vit by a spec file, or run --models'),
    field(
      'policies',
      'policies',
      POLICIES.map(policy => policyPart(draft, policy)),
      "one's own comes with a spec file",
    ),
    ...draft.scenarios.map((scenario, at) => scenarioField(draft, scenario, at)),
    field(
      'controls',
      'controls',
      [{ text: draft.controls ? '[x]' : '[ ]', toggle: () => ({ ...draft, controls: !draft.controls }) }],
      'for each scenario with synthetic images one with copies instead; copies need none',
    ),
    whole('runs', 'runs', { step: 1, least: 1, most: 10_000 }, 'of each cell'),
    whole('epochs', 'epochs', { step: 1, least: 1, most: 100_000 }, 'at most'),
    whole('patience', 'stop after', { step: 1, least: 1, most: 100_000 }, 'epochs without a lower validation loss'),
    whole('size', 'size', { step: 4, least: 8, most: 2048 }, 'pixels a side'),
    whole('batch', 'batch', { step: 1, least: 1, most: 65_536 }, 'images a step'),
    whole('seed', 'seed', { step: 1, least: 0, most: Number.MAX_SAFE_INTEGER }, ''),
  ]
}

function scenarioField(draft: Draft, scenario: DraftScenario, at: number): Field {
  const changed = (change: Partial<DraftScenario>): Draft => ({
    ...draft,
    scenarios: draft.scenarios.map((one, i) => (i === at ? { ...one, ...change } : one)),
  })
  const real = numberPart(scenario.real, { step: 5, least: LEAST_REAL, most: 100, unit: ' % real' }, value =>
    changed({ real: value }),
  )
  const copies = numberPart(scenario.copies, { step: 5, least: 0, most: 1000, unit: ' % copies' }, value =>
    changed({ copies: value }),
  )
  return { id: 'scenarios', scenario: at, label: at === 0 ? 'scenarios' : '', parts: [real, copies], note: '' }
}

function numberPart(value: number, { step, least, most, unit = '' }: NumberRule, set: (value: number) => Draft): FieldPart {
  const within = (wanted: number): number => Math.min(Math.max(wanted, least), most)
  return {
    text: `${Number.isNaN(value) ? '·' : value}${unit}`,
    step: by => set(within((Number.isNaN(value) ? least : value) + by * step)),
    typed: {
      value: Number.isNaN(value) ? '' : String(value),
      set: text => set(text.trim() === '' ? Number.NaN : Number(text.trim().replace(',', '.'))),
    },
  }
}

function policyPart(draft: Draft, policy: string): FieldPart {
  const chosen = draft.policies.includes(policy)
  const policies = POLICIES.filter(one => (one === policy ? !chosen : draft.policies.includes(one)))
  return { text: `${chosen ? '[x]' : '[ ]'} ${policy}`, toggle: () => ({ ...draft, policies }) }
}

function countWords({ classes }: SplitCounts): string {
  const sum = (part: 'train' | 'validation'): number => classes.reduce((total, one) => total + one[part], 0)
  if (classes.length === 0) return ''
  return `${sum('train')} to train on (${classes.map(one => one.train).join(', ')}), ${sum('validation')} to validate`
}

function cycled<T extends string>(items: readonly T[], item: T, by: number): T {
  const at = items.indexOf(item)
  return items[(Math.max(at, 0) + by + items.length) % Math.max(1, items.length)] ?? item
}
