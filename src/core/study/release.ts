/** What of the whole contract this release can train; the rest is refused by name, never half done. */
import { LabError } from '../shared/errors.ts'
import { largest, type Scenario } from './scenario.ts'

/** The fields of a spec that a later release brings more values for. */
interface Asked {
  readonly scenarios: readonly Scenario[]
}

/** Throws `usage` naming the first field whose value a later release brings. */
export function refuseLater(spec: Asked, origin: string): void {
  for (const scenario of spec.scenarios) {
    if (largest(scenario.synthetic) > 0 && scenario.generator !== 'duplicate') {
      throw new LabError(
        'usage',
        `${origin}: scenarios: '${scenario.name}': the generator '${scenario.generator}' of synthetic images comes with a later release; ` +
          "this one has real images and, as a control, their copies (generator 'duplicate')",
      )
    }
  }
}
