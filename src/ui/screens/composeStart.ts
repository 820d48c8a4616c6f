/** Starting a composed study: what is asked before, and the images that are made first. */
import { type Spec, usesBank } from '../../core/study/index.ts'
import { type BankPlan, makeForSpec, missingOf, planSpec, priceOf, unagreed } from '../asked/bankPlan.ts'
import type { Lab } from '../lab.ts'

/** What is to be asked before a study with such a plan starts; null: nothing. */
export function startQuestion(spec: Spec, plan: BankPlan): string | null {
  const missing = missingOf(plan)
  if (missing === 0) return null
  const names = plan.generators.filter(one => one.missing > 0).map(one => one.generator)
  const price = priceOf(plan)
  const hosts = plan.generators.flatMap(({ service }) => (service === null ? [] : [service.host]))
  const cost = price === 0 ? 'free' : `up to ${price.toFixed(2)} USD, sent to ${[...new Set(hosts)].join(', ')}`
  return `Make ${missing} images with ${names.join(', ')} (${cost}), then start ${spec.name}?`
}

/** Why it cannot be started before something else is done; null where it can. */
export function startObstacle(plan: BankPlan): string | null {
  const found = unagreed(plan)
  return found === null ? null : `images may not be sent to ${found.host} yet: agree on the Bank screen`
}

/** Makes what is missing, then puts the study in the queue. */
export async function startStudy(lab: Lab, spec: Spec, say: (words: string) => void): Promise<void> {
  const plan = spec.scenarios.some(usesBank) ? await planSpec(lab.ask, spec) : null
  if (plan !== null && missingOf(plan) > 0) {
    await makeForSpec(lab.ask, spec, say)
  }
  await lab.control.start(spec)
}
