/** What a study's contrasts can show at best, told before it is trained. */
import { contrastsOf, familiesOf, type Spec } from '../core/study/index.ts'
import type { Store } from '../store/index.ts'

/** A line where, with the planned runs, no corrected p of some family can be below 0.05; null where none is. */
export function tooFewRuns(store: Store, spec: Spec): string | null {
  const dataset = store.datasets.list().find(one => one.name === spec.dataset)
  const families = familiesOf(contrastsOf(spec, dataset?.classes ?? []), spec.runs)
  const short = families.filter(({ smallestP }) => smallestP >= 0.05)
  if (short.length === 0) return null
  const names = short.map(({ family, fewestRuns }) => `${family} (from ${fewestRuns} runs)`).join(', ')
  return `with ${spec.runs} runs a cell no difference can be shown, only looked at, for ${names}`
}
