import { z } from 'zod'
import type { Connection } from './connection.ts'

/** How many images of a class a generator made for a dataset. */
export interface BankCount {
  readonly dataset: string
  readonly generator: string
  readonly class: string
  readonly images: number
  /** Source images that they were made from. */
  readonly sources: number
  /** USD of all together. */
  readonly cost: number
  /** When the newest was made: ISO 8601, UTC. */
  readonly newest: string
}

const countRow = z.object({
  dataset: z.string(),
  generator: z.string(),
  class: z.string(),
  images: z.int(),
  sources: z.int(),
  cost: z.number(),
  newest: z.string(),
})

/** What the bank holds, in numbers: without reading what each image was made from. */
export class BankCounts {
  readonly #all

  constructor(connection: Connection) {
    this.#all = connection.query(
      { table: 'bank_images', key: ['dataset', 'generator', 'class'] },
      countRow,
      `SELECT datasets.name AS dataset, generator, class, count(*) AS images, count(DISTINCT bank_images.source) AS sources, coalesce(sum(cost), 0) AS cost,
         max(bank_images.created) AS newest
       FROM bank_images JOIN datasets ON datasets.id = bank_images.dataset
       GROUP BY datasets.id, generator, class ORDER BY datasets.id, generator, class`,
    )
  }

  list(): BankCount[] {
    return this.#all.all()
  }
}
