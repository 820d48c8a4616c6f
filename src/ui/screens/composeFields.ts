/** The fields of the form: what each shows, and the draft that a key makes of it. Pure. */
import { type ModelName, POLICIES, policyName } from '../../core/study/index.ts'
import type { ComposeFacts, SplitCounts } from '../queries/compose.ts'
import { ownPolicies, withDataset, withSplit } from './composeDraft.ts'
import { contrastsField, controlsField, furtherFields } from './composeFurtherFields.ts'
import { cycled, type Field, type FieldPart, type NumberRule, numberPart } from './composeParts.ts'
import { scenarioFields } from './composeScenarioFields.ts'
import type { ByModelField, Draft } from './composeValues.ts'
import { lackingWeights, weightsWords } from './composeWeights.ts'

const SPLITS = ['parity', 'random', 'grouped'] as const
const MODELS: readonly ModelName[] = ['cnn', 'resnet18', 'vit']

const BY_MODEL: Readonly<
  Record<ByModelField, { readonly label: string; readonly rule: NumberRule; readonly note: string }>
> = {
  epochs: { label: 'epochs', rule: { step: 1, least: 1, most: 100_000 }, note: 'at most' },
  size: { label: 'size', rule: { step: 16, least: 16, most: 2048 }, note: 'pixels a side' },
  batch: { label: 'batch', rule: { step: 1, least: 1, most: 65_536 }, note: 'images a step' },
}

/** @param scratch models of the draft that would start without the pre-trained weights that they are made for */
export function fieldsOf(
  draft: Draft,
  facts: ComposeFacts,
  counts: SplitCounts | null,
  scratch: readonly ModelName[] = [],
): Field[] {
  const names = facts.datasets.map(one => one.name)
  const dataset = facts.datasets.find(one => one.name === draft.dataset)
  const field = (id: string, label: string, parts: readonly FieldPart[], note = ''): Field => {
    return { id, scenario: null, label, parts, note }
  }
  const whole = (id: 'runs' | 'patience' | 'seed', label: string, least: number, most: number, note: string): Field =>
    field(id, label, [numberPart(draft[id], { step: 1, least, most }, value => ({ ...draft, [id]: value }))], note)
  const toData = (by: number): Draft => {
    const next = facts.datasets.find(one => one.name === cycled(names, draft.dataset, by))
    return next === undefined ? draft : withDataset(draft, next)
  }
  const about = [dataset?.simulatedLabels ? 'simulated labels' : '', dataset?.phantom ? 'drawn by a program' : '']
  const data = dataset === undefined ? '' : [`${dataset.images} images`, ...about.filter(Boolean)].join(' · ')
  return [
    field('name', 'name', [
      { text: draft.name || ' ', typed: { value: draft.name, set: name => ({ ...draft, name: name.trim() }) } },
    ]),
    field('dataset', 'data', [{ text: draft.dataset, ...(names.length > 1 && { step: toData }) }], data),
    field(
      'split',
      'split',
      [{ text: draft.split, step: by => withSplit(draft, cycled(SPLITS, draft.split, by)) }, ...splitsParts(draft)],
      counts === null ? '' : countWords(counts),
    ),
    field(
      'models',
      'models',
      MODELS.map(model => modelPart(draft, model)),
      weightsWords(scratch, lackingWeights(facts, draft.models)),
    ),
    field('policies', 'policies', policyParts(draft)),
    ...scenarioFields(draft, facts, counts),
    controlsField(draft),
    contrastsField(draft),
    whole('runs', 'runs', 1, 10_000, 'of each cell'),
    byModel(draft, 'epochs'),
    whole('patience', 'stop after', 1, 100_000, 'epochs without a lower validation loss'),
    byModel(draft, 'size'),
    byModel(draft, 'batch'),
    whole('seed', 'seed', 0, Number.MAX_SAFE_INTEGER, 'of everything random'),
    ...furtherFields(draft, facts),
  ]
}

/** One value where all models that are chosen are one, else one for each. */
function byModel(draft: Draft, id: ByModelField): Field {
  const { label, rule, note } = BY_MODEL[id]
  const parts = draft.models.map(model => {
    const part = numberPart(draft[id][model], rule, value => ({ ...draft, [id]: { ...draft[id], [model]: value } }))
    return draft.models.length === 1 ? part : { ...part, text: `${model} ${part.text}` }
  })
  return { id, scenario: null, label, parts: parts.length > 0 ? parts : [{ text: '·' }], note }
}

function modelPart(draft: Draft, model: ModelName): FieldPart {
  const chosen = draft.models.includes(model)
  const models = MODELS.filter(one => (one === model ? !chosen : draft.models.includes(one)))
  return { text: `${chosen ? '[x]' : '[ ]'} ${model}`, toggle: () => ({ ...draft, models }) }
}

/** The lab's, then those that the spec writes out. */
function policyParts(draft: Draft): FieldPart[] {
  const all = [...POLICIES, ...ownPolicies(draft)]
  const isChosen = (name: string): boolean => draft.policies.some(one => policyName(one) === name)
  return all.map(policy => {
    const name = policyName(policy)
    const policies = all.filter(one => (policyName(one) === name) !== isChosen(policyName(one)))
    return { text: `${isChosen(name) ? '[x]' : '[ ]'} ${name}`, toggle: () => ({ ...draft, policies }) }
  })
}

/** There is one parity split, the source's own. */
function splitsParts(draft: Draft): FieldPart[] {
  if (draft.split === 'parity') return []
  const part = numberPart(draft.splits, { step: 1, least: 1, most: 1000 }, splits => ({ ...draft, splits }))
  return [{ ...part, text: `${part.text} ${draft.splits === 1 ? 'split' : 'different splits'}` }]
}

function countWords({ classes }: SplitCounts): string {
  const sum = (part: 'train' | 'validation'): number => classes.reduce((total, one) => total + one[part], 0)
  if (classes.length === 0) return ''
  return `${sum('train')} to train on, ${sum('validation')} to validate`
}
