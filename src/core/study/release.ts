/** What of the whole contract this release can train; the rest is refused by name, never half done. */
import { LabError } from '../shared/errors.ts'
import { largest, type Scenario } from './scenario.ts'

const TRAINABLE = { split: ['parity', 'random'] } as const

/** The fields of a spec that a later release brings more values for. */
interface Asked {
  readonly split: string
  readonly splits: number
  readonly scenarios: readonly Scenario[]
}

/** Throws `usage` naming the first field whose value a later release brings. */
export function refuseLater(spec: Asked, origin: string): void {
  const refuse = (field: string, value: string, instead: string): never => {
    throw new LabError('usage', `${origin}: ${field}: ${value} comes with a later release; ${instead}`)
  }
  const here = (field: keyof typeof TRAINABLE) => `this one has ${TRAINABLE[field].join(' and ')}`
  const knows = (field: keyof typeof TRAINABLE, value: string): boolean => TRAINABLE[field].some(known => known === value)

  if (!knows('split', spec.split)) refuse('split', `'${spec.split}'`, here('split'))
  if (spec.splits > 1) refuse('splits', 'more than one split', 'give 1')
  for (const scenario of spec.scenarios) {
    if (largest(scenario.synthetic) > 0 && scenario.generator !== 'duplicate') {
      refuse(
        'scenarios',
        `'${scenario.name}': synthetic images of the generator '${scenario.generator}'`,
        "this one has real images and, as a control, their copies (generator 'duplicate')",
      )
    }
  }
}
