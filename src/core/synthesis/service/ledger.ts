/**
 * What is asked of a service and what it costs, as the store keeps it across processes. A request is claimed, with the most it may cost, before it is sent, and
 * settled after: one that is never settled, because its process was killed, counts as spent. Amounts are millionths of a USD.
 */
import type { Order } from '../order.ts'

/** What the ledger says to a request for an image. */
export type Claim =
  /** Send it: `micros` are set aside. */
  | { readonly kind: 'granted'; readonly id: number; readonly micros: number }
  /** The bank has the image: there is nothing to ask. */
  | { readonly kind: 'stored' }
  /** Its answer arrived in a process that did not live to store it. */
  | ({ readonly kind: 'arrived' } & Arrived)
  /** A living process asks for it, or has its answer. */
  | { readonly kind: 'elsewhere' }
  /** It would pass the budget; `spent` is spent or set aside already. */
  | { readonly kind: 'over budget'; readonly spent: number; readonly budget: number; readonly micros: number }
  /** Nobody agreed that images of this dataset go to this host, or that was taken back. */
  | { readonly kind: 'no consent' }

/**
 * - `arrived`: an image came, and is kept in the ledger until the bank has it.
 * - `unusable`: an answer came that holds no image that can be used.
 * - `unknown`: nobody knows whether the service did the work. Counts as spent.
 * - `refused`: by the service's rules for content. Costs nothing.
 * - `failed`: not sent, or turned away. Costs nothing.
 */
export type Settlement =
  | { readonly outcome: 'arrived'; readonly micros: number; readonly answer: Uint8Array }
  | { readonly outcome: 'unusable' | 'unknown'; readonly micros: number; readonly reason: string }
  | { readonly outcome: 'refused' | 'failed'; readonly reason: string }

/** An image that arrived in a process that did not live to store it. */
export interface Arrived {
  readonly id: number
  readonly order: Order
  readonly micros: number
  readonly answer: Uint8Array
}

/** The requests of one generator for one dataset at one host. */
export interface ServiceLedger {
  /**
   * Sets money aside for an image, if the bank lacks it, nobody else asks for it, consent is given and the budget allows.
   * @param tariff requests of one kind and price: where one of it cost more than `micros`, that much is set aside
   */
  claim(order: Order, tariff: string, micros: number): Claim
  settle(id: number, settlement: Settlement): void
  /** The bank has the image of an answer that arrived. */
  stored(id: number): void
  /** Counts requests of killed processes as spent, and gives the images that arrived in one. */
  recover(): readonly Arrived[]
}
