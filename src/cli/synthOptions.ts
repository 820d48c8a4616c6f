/** The flags of `synth plan` and `synth run`. */
import { LabError } from '../core/shared/errors.ts'
import { choice, list, text, whole } from './options.ts'

export const SYNTH_OPTIONS = {
  spec: text('SPEC', "a spec or a preset: what its runs need; the flags that 'run' has too override it"),
  dataset: text('NAME', 'the images'),
  generator: text('NAME', 'what makes them'),
  classes: text('all|A,B', 'of which classes (default: all)'),
  fraction: { ...text('F', "how many: a fraction of each class's own count, as 0.2"), parse: fraction },
  sources: choice(['per-run', 'fixed'], 'source images of each run, or the same for all (default: fixed where they cost)'),
  runs: whole('N', 'for how many runs (default: 20)', 1),
  seed: whole('N', 'what everything random comes from: that of the spec they are for (default: 1)'),
  split: text('KIND', 'parity, random or grouped'),
  splits: whole('K', 'number of different splits', 1),
  budget: {
    ...text(
      'USD',
      'the most that all requests of this database to services may ever cost (default: what is spent and what is shown)',
    ),
    parse: budget,
  },
  scenarios: list('A,B', "some of the spec's scenarios by name"),
}

/** What the user gave of them. */
export type SynthFlags = {
  readonly [K in keyof typeof SYNTH_OPTIONS]?: ReturnType<(typeof SYNTH_OPTIONS)[K]['parse']> | undefined
}

/** The command that makes what a spec's runs need. `flags` were given beside it; those that decide no image are left out. */
export function synthCommand(source: string, flags: Readonly<Record<string, unknown>>): string {
  const said = (['dataset', 'split', 'splits', 'scenarios', 'sources', 'runs', 'seed', 'db'] as const).flatMap(name => {
    const value = flags[name]
    return value === undefined ? [] : [`--${name} ${quoted(String(value))}`]
  })
  return ['mri-lab synth run --spec', quoted(source), ...said].join(' ')
}

function quoted(word: string): string {
  return /^[\w./:=@,-]+$/.test(word) ? word : `"${word.replaceAll(/["\\$`]/g, '\\$&')}"`
}

function budget(given: string, flag: string): number {
  const value = given.trim() === '' ? Number.NaN : Number(given)
  if (value >= 0 && value <= 1e9) return value
  throw new LabError('usage', `${flag}: '${given}' is no amount of USD`)
}

function fraction(given: string, flag: string): number {
  const value = given.trim() === '' ? Number.NaN : Number(given)
  if (value > 0 && value <= 100) return value
  throw new LabError('usage', `${flag}: '${given}' is no fraction above 0`)
}
