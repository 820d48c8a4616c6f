/** A study as it is being composed: plain numbers that keys change, and the spec that comes of them. Pure. */
import { LabError } from '../../core/shared/errors.ts'
import {
  cellsOf,
  growthProblem,
  isPreset,
  PRESETS,
  parseSpec,
  policyName,
  preset,
  type Spec,
} from '../../core/study/index.ts'
import type { ComposeFacts, Pace, SplitCounts } from '../queries/compose.ts'

export interface DraftScenario {
  /** Per cent of each class's own training images. */
  readonly real: number
  /** Copies of real images, per cent likewise: the control of synthetic ones. */
  readonly copies: number
}

export interface Draft {
  readonly name: string
  readonly dataset: string
  readonly split: Spec['split']
  readonly policies: readonly string[]
  readonly scenarios: readonly DraftScenario[]
  readonly controls: boolean
  readonly runs: number
  readonly epochs: number
  readonly patience: number
  readonly size: number
  /** Images of a training step. */
  readonly batch: number
  readonly seed: number
  /** What the form does not show: the optimizer, and the values of other models than the cnn. */
  readonly rest: Pick<Spec, 'epochs' | 'size' | 'batch' | 'optimizer'>
}

/** The first thing wrong, and the field it is at: a name of the spec's. `scenario` counts from 0. */
export interface Problem {
  readonly field: string
  readonly scenario: number | null
  readonly says: string
}

export type Checked = { readonly spec: Spec; readonly problem: null } | { readonly spec: null; readonly problem: Problem }

/** `80/20 copies`; the presets' own name for real images alone, so that their runs are used again. */
function scenarioName({ real, copies }: DraftScenario): string {
  return `${real}/${copies}${copies > 0 ? ' copies' : ''}`
}

/** The spec, or what is wrong with it. `origin` of the spec's own messages is left out: they stand at their field. */
export function checked(draft: Draft, facts: ComposeFacts, counts: SplitCounts | null): Checked {
  const wrong = (field: string, says: string): Checked => ({ spec: null, problem: { field, scenario: null, says } })
  for (const [field, value] of Object.entries(draft)) {
    if (Number.isNaN(value)) return wrong(field, 'a number is needed')
  }
  try {
    const spec = parseSpec(draftJson(draft), ORIGIN)
    if (counts === null) return wrong('dataset', `there is no dataset '${draft.dataset}'`)
    if (counts.problem !== null) return wrong('split', counts.problem)
    if (spec.size.cnn % 4 !== 0) return wrong('size', 'the cnn takes a multiple of 4')
    const before = facts.studies.find(study => study.name === spec.name)
    const growth = before === undefined ? null : growthProblem(before.spec, spec)
    if (growth === null) return { spec, problem: null }
    const known = Object.hasOwn(draft, growth.field)
    const says = `a study of this name has other ${growth.field}: ${growth.advice}`
    return wrong(known ? growth.field : 'name', says)
  } catch (thrown) {
    if (!(thrown instanceof LabError)) throw thrown
    return { spec: null, problem: problemOf(thrown.message) }
  }
}

const ORIGIN = 'spec'

function draftJson({ scenarios, rest, epochs, size, batch, ...fields }: Draft): object {
  return {
    ...fields,
    optimizer: rest.optimizer,
    epochs: { ...rest.epochs, cnn: epochs },
    size: { ...rest.size, cnn: size },
    batch: { ...rest.batch, cnn: batch },
    models: ['cnn'],
    scenarios: scenarios.map(scenario => ({
      name: scenarioName(scenario),
      real: scenario.real / 100,
      synthetic: scenario.copies / 100,
      ...(scenario.copies > 0 ? { generator: 'duplicate' } : {}),
    })),
  }
}

/** `spec: scenarios[1].real: too big` in its parts. */
function problemOf(message: string): Problem {
  const found = /^spec: (\w+)(?:\[(\d+)\])?[\w.[\]]*: (.*)$/s.exec(message)
  if (found === null) return { field: 'name', scenario: null, says: message }
  const [, field = 'name', scenario, says = ''] = found
  return { field, scenario: field === 'scenarios' && scenario !== undefined ? Number(scenario) : null, says }
}

/** A preset as a draft over a dataset. Null where this release cannot train it, or the form cannot say it. */
export function presetDraft(name: string, dataset: ComposeFacts['datasets'][number] | undefined): Draft | null {
  if (!isPreset(name)) return null
  try {
    const spec = preset(name)
    const scenarios = spec.scenarios.map(({ real, synthetic, classes }) => {
      const plain = typeof real === 'number' && typeof synthetic === 'number' && classes === null
      return plain ? { real: Math.round(real * 100), copies: Math.round(synthetic * 100) } : null
    })
    if (scenarios.some(scenario => scenario === null) || spec.models.join() !== 'cnn') return null
    return {
      name: spec.name,
      dataset: dataset?.name ?? spec.dataset,
      split: dataset?.split.kind ?? 'parity',
      policies: spec.policies.map(policyName),
      scenarios: scenarios.filter(scenario => scenario !== null),
      controls: spec.controls,
      runs: spec.runs,
      epochs: spec.epochs.cnn,
      patience: spec.patience,
      size: spec.size.cnn,
      batch: spec.batch.cnn,
      seed: spec.seed,
      rest: { epochs: spec.epochs, size: spec.size, batch: spec.batch, optimizer: spec.optimizer },
    }
  } catch (thrown) {
    if (thrown instanceof LabError) return null
    throw thrown
  }
}

/** The presets that can be composed from here. */
export function usablePresets(): string[] {
  return PRESETS.filter(name => presetDraft(name, undefined) !== null)
}

/** What the form begins with: the quick preset over the newest dataset, under a name that is free. */
export function firstDraft({ datasets, studies }: ComposeFacts): Draft {
  const draft = presetDraft('quick', datasets.at(-1))
  if (draft === null) throw new Error('the quick preset is one that this release trains')
  let number = 1
  while (studies.some(({ name }) => name === `study-${number}`)) number++
  return { ...draft, name: `study-${number}` }
}

export interface Estimate {
  readonly cells: number
  readonly runs: number
  /** Runs that the study of this name has already. */
  readonly existing: number
  /** Training images of the largest scenario. */
  readonly images: number
  /** Of all runs that are not there yet; null where nothing was measured yet. */
  readonly seconds: number | null
}

/** How much work the spec is, from how long earlier runs took here for each pixel and epoch. */
export function estimateOf(spec: Spec, draft: Draft, facts: ComposeFacts, counts: SplitCounts, workers: number): Estimate {
  const train = counts.classes.reduce((sum, one) => sum + one.train, 0)
  const images = draft.scenarios.map(({ real, copies }) => Math.round((train * (real + copies)) / 100))
  const cells = cellsOf(spec).length
  const runs = cells * spec.runs
  const existing = Math.min(runs, facts.studies.find(study => study.name === spec.name)?.runs ?? 0)
  const mean = images.reduce((sum, count) => sum + count, 0) / Math.max(1, images.length)
  const seconds = facts.pace === null ? null : (runs - existing) * secondsOfRun(spec, mean, facts.pace)
  return {
    cells,
    runs,
    existing,
    images: Math.max(...images),
    seconds: seconds === null ? null : seconds / Math.max(1, workers),
  }
}

function secondsOfRun({ epochs, size }: Spec, images: number, pace: Pace): number {
  return Math.min(epochs.cnn, pace.epochs) * images * size.cnn ** 2 * pace.secondsPerPixel
}
