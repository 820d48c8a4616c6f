/** Specs that ship with the program, known by name. */
import { LabError } from '../shared/errors.ts'
import { applyOverrides, type SpecOverrides } from './overrides.ts'
import { parseSpec, type Spec } from './spec.ts'

const CHOSEN = ['MildDemented', 'ModerateDemented']
const GENERATOR = 'morph'

const real = (percent: number) => ({ name: `${percent}/0`, real: percent / 100, synthetic: 0 })
const mixed = (percent: number, classes: readonly string[] | null) => ({
  name: `${percent}/20 ${classes === null ? 'all' : 'mild+moderate'}`,
  real: percent / 100,
  synthetic: 0.2,
  generator: GENERATOR,
  ...(classes === null ? {} : { classes }),
})

const DISSERTATION = {
  dataset: 'sample',
  policies: ['none', 'flip', 'autoaugment'],
  scenarios: [real(100), real(80), mixed(100, CHOSEN), mixed(80, CHOSEN), mixed(100, null), mixed(80, null)],
  controls: true,
  runs: 20,
}

const SPECS = {
  quick: {
    name: 'quick',
    dataset: 'sample',
    models: ['cnn'],
    policies: ['none', 'flip'],
    scenarios: [real(100), real(80)],
    // Small images, small batches and some patience: on the sample's few hundred images the CNN then leaves the class-frequency
    // loss within seconds, which at the dissertation's settings it does not.
    runs: 3,
    epochs: 25,
    patience: 4,
    batch: 8,
    size: 64,
  },
  'dissertation-cnn': { name: 'dissertation-cnn', models: ['cnn'], ...DISSERTATION },
  dissertation: { name: 'dissertation', models: ['cnn', 'resnet18', 'vit'], ...DISSERTATION },
  'learning-curve': {
    name: 'learning-curve',
    dataset: 'sample',
    models: ['cnn'],
    policies: ['none'],
    scenarios: [real(40), real(60), real(80), real(100)],
    contrasts: [
      'default',
      ...[40, 60, 80].map(percent => ({
        question: 'more real images',
        from: { scenario: `${percent}/0` },
        to: { scenario: `${percent + 20}/0` },
      })),
    ],
    runs: 20,
  },
} satisfies Record<string, Record<string, unknown>>

export type PresetName = keyof typeof SPECS
export const PRESETS = Object.keys(SPECS) as readonly PresetName[]

/** Whether a preset has this name. */
export function isPreset(name: string): name is PresetName {
  return Object.hasOwn(SPECS, name)
}

/** A preset as unparsed JSON, for overriding and printing. */
export function presetJson(name: string): Record<string, unknown> {
  if (!isPreset(name)) throw new LabError('usage', `no preset '${name}'; there are ${PRESETS.join(', ')}`)
  return structuredClone(SPECS[name])
}

/** A preset's spec, with some of its fields overridden. */
export function preset(name: string, overrides: SpecOverrides = {}): Spec {
  return parseSpec(applyOverrides(presetJson(name), overrides, name), name)
}
