/** The fields of the form that most studies leave alone: controls, contrasts, and how models are trained beside the usual. Pure. */
import { type ModelName, SCRATCH } from '../../core/study/index.ts'
import type { ComposeFacts } from '../queries/compose.ts'
import { cycled, type Field, type FieldPart, numberPart } from './composeParts.ts'
import {
  canHaveSteps,
  contrastQuestions,
  FURTHER_CONTROLS,
  type FurtherControl,
  hasControl,
  toggleContrasts,
  toggleControl,
} from './composeScenarios.ts'
import type { Draft } from './composeValues.ts'

/** Models that may start from weights. */
const STARTING: readonly ModelName[] = ['resnet18', 'vit']
/** What a model starts from where the spec does not say. */
const NEWEST = 'newest'

function field(id: string, label: string, parts: readonly FieldPart[], note = ''): Field {
  return { id, scenario: null, label, parts, note }
}

const box = (chosen: boolean, text: string): string => `${chosen ? '[x]' : '[ ]'} ${text}`

const FURTHER: Readonly<Record<FurtherControl, string>> = {
  weights: 'class weights',
  oversample: 'oversampling',
  steps: 'equal steps',
}

/** Copies in place of synthetic images are a field of the spec; the others are scenarios, which these keys add and take away. */
export function controlsField(draft: Draft): Field {
  const { controls, scenarios } = draft
  const further = FURTHER_CONTROLS.map((control): FieldPart => {
    const chosen = hasControl(draft, control)
    const possible = control !== 'steps' || chosen || canHaveSteps(draft)
    const text = box(chosen, FURTHER[control])
    return possible ? { text, toggle: () => toggleControl(draft, control) } : { text }
  })
  const some = scenarios.some(({ generator }) => generator !== null && generator !== 'duplicate')
  const note = some ? '' : 'no scenario has synthetic images'
  const copies = { text: box(controls, 'copies'), toggle: () => ({ ...draft, controls: !controls }) }
  return field('controls', 'controls', [copies, ...further], note)
}

export function contrastsField(draft: Draft): Field {
  const usual = draft.contrasts === 'default' || draft.contrasts.includes('default')
  return field('contrasts', 'contrasts', [
    { text: box(usual, 'the usual ones'), toggle: () => toggleContrasts(draft, null) },
    ...contrastQuestions(draft).map(({ question, count, chosen }) => {
      return { text: box(chosen, `${question} (${count})`), toggle: () => toggleContrasts(draft, question) }
    }),
  ])
}

/** After the seed: what is seldom changed. */
export function furtherFields(draft: Draft, facts: ComposeFacts): Field[] {
  const { models, sources, fineTune } = draft
  const named = (model: ModelName, text: string): string => (models.length === 1 ? text : `${model} ${text}`)
  const starting = STARTING.filter(model => models.includes(model))
  const other =
    <T extends string>(items: readonly T[], now: T) =>
    (by: number) =>
      cycled(items, now, by)
  const tune = other(['all', 'head'] as const, fineTune)
  const source = other(['per-run', 'fixed'] as const, sources)
  return [
    field(
      'optimizer',
      'learns at',
      models.map(model => {
        const part = ratePart(draft, model)
        return { ...part, text: named(model, part.text) }
      }),
      'Adam',
    ),
    field(
      'microBatch',
      'micro-batch',
      models.map(model => {
        const part = microBatchPart(draft, model)
        return { ...part, text: named(model, part.text) }
      }),
      'images whose gradients are computed at once',
    ),
    ...(starting.length === 0
      ? []
      : [
          field(
            'weights',
            'weights',
            starting.map(model => weightsPart(draft, facts, model)),
          ),
        ]),
    ...configurationFields(draft),
    field(
      'fineTune',
      'trains',
      [{ text: fineTune, step: by => ({ ...draft, fineTune: tune(by) }) }],
      'weights, or the head alone',
    ),
    field(
      'sources',
      'sources',
      [{ text: sources, step: by => ({ ...draft, sources: source(by) }) }],
      'real images that synthetic ones are made from: drawn for each run, or fixed',
    ),
  ]
}

function ratePart(draft: Draft, model: ModelName): FieldPart {
  const { learningRate } = draft.optimizer
  const set = (value: number): Draft => {
    return { ...draft, optimizer: { ...draft.optimizer, learningRate: { ...learningRate, [model]: value } } }
  }
  const rate = learningRate[model]
  const { text, typed } = numberPart(rate, { step: 0, least: 0, most: 10 }, set)
  // Steps of a factor of ten, without what doubles add behind.
  const step = (by: number): Draft => set(Number.isNaN(rate) ? 1e-3 : Math.min(10, Number((rate * 10 ** by).toPrecision(6))))
  return { text, step, ...(typed && { typed }) }
}

/** Left out of the spec where it is the whole batch. */
function microBatchPart(draft: Draft, model: ModelName): FieldPart {
  const { [model]: given, ...others } = draft.microBatch
  const batch = draft.batch[model]
  const set = (value: number): Draft => {
    const whole = Number.isNaN(value) || value < 1 || value >= batch
    return { ...draft, microBatch: whole ? others : { ...others, [model]: value } }
  }
  const { step, typed } = numberPart(given ?? batch, { step: 1, least: 1, most: batch }, set)
  return { text: given === undefined ? 'the whole batch' : String(given), ...(step && { step }), ...(typed && { typed }) }
}

function weightsPart(draft: Draft, { weights }: ComposeFacts, model: ModelName): FieldPart {
  const given = draft.weights[model] ?? NEWEST
  const names = weights.filter(one => one.model === model).map(one => one.name)
  const choices = [...new Set([NEWEST, SCRATCH, ...names, given])]
  const step = (by: number): Draft => {
    const next = cycled(choices, given, by)
    const { [model]: _, ...others } = draft.weights
    return { ...draft, weights: next === NEWEST ? others : { ...others, [model]: next } }
  }
  return { text: `${model} ${given === NEWEST ? 'those added last' : given}`, step }
}

/** Only of a spec that has some: they are kept or taken away here, and written in a spec's file. */
function configurationFields(draft: Draft): Field[] {
  const { base, configuration } = draft
  const known = Object.entries({ ...base.configuration, ...configuration })
  if (known.length === 0) return []
  const parts = known.map(([name, fields]): FieldPart => {
    const model = name as ModelName
    const { [model]: now, ...others } = configuration
    const next = now === undefined ? { ...others, [model]: base.configuration[model] } : others
    const words = Object.entries(fields ?? {}).map(([one, value]) => `${one} ${value}`)
    return {
      text: box(now !== undefined, `${model}: ${words.join(', ')}`),
      toggle: () => ({ ...draft, configuration: next }),
    }
  })
  return [field('configuration', 'built of', parts, 'else as published')]
}
