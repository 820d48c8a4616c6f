/**
 * Makes images by asking a service for each: some requests at a time, each claimed in the ledger before it is sent and settled after, asked again where that may help,
 * until all are there, the budget is used up or the service is given up. What arrives is in the ledger before anything else is done with it, and
 * stays there until the bank has it.
 */
import type { Made, Order } from '../order.ts'
import { Asking } from './asking.ts'
import { type AskEffects, readAgain, type ServiceJob } from './job.ts'

/**
 * @throws LabError after the last image, where some were not made: `usage` without consent, `unavailable` where the service is not there or lets nobody in,
 *   else `failed`. What was yielded before stays.
 */
export async function* askAll(orders: readonly Order[], job: ServiceJob, effects: AskEffects): AsyncGenerator<Made> {
  const { ledger } = effects
  for (const arrived of ledger.recover()) {
    const made = await readAgain(arrived, job, ledger)
    if (made === null) continue
    yield made
    ledger.stored(arrived.id)
  }
  const asking = new Asking(orders, job, effects)
  try {
    for (let ready = await asking.next(); ready !== null; ready = await asking.next()) {
      yield ready.made
      ledger.stored(ready.id)
    }
  } finally {
    await asking.end() // requests under way are paid for: their answers go into the ledger
  }
  const trouble = asking.trouble()
  if (trouble !== null) throw trouble
}
