/** The dissertation's table: validation cross entropy in nats, the median of 20 runs at the best or last epoch (it does not say which). */
import { DEFAULT_CLASSES } from '../dataset/index.ts'
import { mixesOf } from './mixture.ts'
import type { Scenario } from './scenario.ts'

/** What a published value is looked up by: what a cell is, not what it is called. */
export interface PublishedQuery {
  readonly model: string
  readonly policy: string
  readonly scenario: Scenario
  /** The dataset's classes, in any order. */
  readonly classes: readonly string[]
  /** The dataset's fingerprint. */
  readonly fingerprint: string
}

/** A published value, and what keeps it from being compared with ours as like with like. */
export interface Published {
  /** Nats. */
  readonly value: number
  readonly marks: readonly string[]
}

/** Real and synthetic per cent; the synthetic images are of mild and moderate only. */
type Mix = '100/0' | '80/0' | '100/20' | '80/20'

const POLICY_ORDER = ['none', 'flip', 'autoaugment']
/** By model and mix, in the order of `POLICY_ORDER`. ResNet-18 at 80/0 and the whole of the ViT are dashes there. */
const VALUES: Readonly<Record<string, Partial<Record<Mix, readonly [number, number, number]>>>> = {
  cnn: {
    '100/0': [0.113512, 0.173663, 0.15266],
    '80/0': [0.23912, 0.270616, 0.274309],
    '100/20': [0.103296, 0.169054, 0.137484],
    '80/20': [0.213611, 0.247438, 0.242083],
  },
  resnet18: {
    '100/0': [0.126419, 0.216701, 0.954748],
    '100/20': [0.119202, 0.175533, 0.592514],
    '80/20': [0.209497, 0.259539, 0.785979],
  },
}
const AUGMENTED: readonly string[] = ['MildDemented', 'ModerateDemented']
/** Its synthetic images are variations by DALL-E 2, which a service of today no longer makes. */
const GENERATOR = 'openai-variation'
/** Fingerprints of the published data; none is known yet, so every published value is marked. */
const PUBLISHED_DATA: ReadonlySet<string> = new Set()

/**
 * What the dissertation reports for a cell of this definition, or null: another model, policy or mix, other classes, a control
 * (copies instead of synthetic images, weighted or evened classes, another scenario's steps), or a dash in its table. Marks: `other data`, and `other generator` where the synthetic images
 * are not variations of a service.
 *
 * @throws LabError `usage` where the scenario names a class that the dataset does not have.
 */
export function publishedValue(query: PublishedQuery): Published | null {
  const { model, policy, scenario, classes, fingerprint } = query
  if (classes.length !== DEFAULT_CLASSES.length || !DEFAULT_CLASSES.every(name => classes.includes(name))) return null
  const mix = mixOf(scenario, classes)
  if (mix === null || !Object.hasOwn(VALUES, model)) return null
  const value = VALUES[model]![mix]?.[POLICY_ORDER.indexOf(policy)]
  if (value === undefined) return null
  const marks = []
  if (!PUBLISHED_DATA.has(fingerprint)) marks.push('other data')
  if (mix.endsWith('/20') && scenario.generator !== GENERATOR) marks.push('other generator')
  return { value, marks }
}

function mixOf(scenario: Scenario, classes: readonly string[]): Mix | null {
  if (scenario.balance !== undefined || scenario.stepsOf !== undefined) return null
  const mixes = mixesOf(scenario, classes)
  const real = mixes[0]!.real
  if ((real !== 1 && real !== 0.8) || mixes.some(mix => mix.real !== real)) return null
  const percent = real === 1 ? '100' : '80'
  if (mixes.every(mix => mix.synthetic === 0)) return `${percent}/0`
  const chosen = mixes.every((mix, i) => mix.synthetic === (AUGMENTED.includes(classes[i]!) ? 0.2 : 0))
  return chosen && scenario.generator !== 'duplicate' ? `${percent}/20` : null
}
