/** A study as it is being composed: plain values that keys change. */
import type { Spec } from '../../core/study/index.ts'
import type { DraftScenario } from './composeScenario.ts'

/** Fields that have a value for each model. */
export type ByModelField = 'epochs' | 'size' | 'batch'

/** Every field of a spec: what was opened keeps what no key changes. */
export interface Draft extends Omit<Spec, 'scenarios'> {
  readonly scenarios: readonly DraftScenario[]
  /** What was opened: the policies and contrasts of its own stay on offer when they are not chosen. */
  readonly base: Spec
}
