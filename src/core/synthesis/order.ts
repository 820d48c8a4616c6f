/** An image that is wanted, and one that was made: what generators, the ledger of services and the job hand to each other. */
import type { GreyImage } from '../dataset/index.ts'

/** Plain data, as JSON keeps it. */
export type Parameters = Readonly<Record<string, unknown>>

/** One image that is wanted. */
export interface Order {
  readonly class: string
  /** Content hashes (SHA-256) of the images it is made from; the first is its source, the others `companions` chose. */
  readonly parents: readonly [source: string, ...others: string[]]
  /** Which image of this source, from 1. */
  readonly variation: number
  /** For a generator that learns: the number of the split that it is made for, whose model makes it. */
  readonly split?: number
}

/** One image that was made. */
export interface Made {
  readonly order: Order
  /** Grey, of the source's size. */
  readonly image: GreyImage
  /** Content hashes of the images that the generator learned from; empty where it does not learn. */
  readonly trainedOn: readonly string[]
  /** USD. */
  readonly cost: number
  /** Under which terms the image may be used, where its maker sets any. */
  readonly terms: string | null
  /** All that, with the order, makes it again as far as that is possible: settings, seed, a model's name. */
  readonly parameters: Parameters
}
