/** What is asked of a service: everything that one service does otherwise than another. */
import { LabError } from '../../shared/errors.ts'
import type { Made, Order } from '../order.ts'
import type { ServiceClock } from './clock.ts'
import type { Arrived, ServiceLedger } from './ledger.ts'
import type { ServiceAnswer } from './openaiClient.ts'

export interface ServiceJob {
  readonly name: string
  readonly host: string
  readonly seed: number
  readonly concurrency: number
  /** Of one kind and price, for an order. */
  tariff(order: Order): { readonly name: string; readonly micros: number }
  /** Sends one request. Throws ServiceFault. */
  ask(order: Order): Promise<ServiceAnswer>
  /** What an answer cost, in millionths of a USD; null where only the table tells. */
  charge(answer: ServiceAnswer): number | null
  /** The image of an answer. Throws LabError `data` for one that cannot be used. */
  read(order: Order, answer: Uint8Array): Promise<Pick<Made, 'image' | 'trainedOn' | 'terms' | 'parameters'>>
  /** What is said where the service has no such model or address. */
  gone(message: string): string
}

export interface AskEffects {
  readonly ledger: ServiceLedger
  readonly clock: ServiceClock
  readonly signal: AbortSignal
}

/** An answer of an earlier process; null where its image cannot be used. */
export async function readAgain(
  { id, order, micros, answer }: Arrived,
  job: ServiceJob,
  ledger: ServiceLedger,
): Promise<Made | null> {
  try {
    return { order, cost: micros / 1e6, ...(await job.read(order, answer)) }
  } catch (thrown) {
    if (!(thrown instanceof LabError)) throw thrown
    ledger.settle(id, { outcome: 'unusable', micros, reason: thrown.message })
    return null
  }
}
