import { z } from 'zod'
import { defineGenerator } from '../generator.ts'

/** The name by which specs know it. */
export const DUPLICATE = 'duplicate'

/**
 * The control: the source's own pixels. A study never looks for its images in the bank, it trains on the source again; they are made only where
 * someone asks for them.
 */
export const duplicate = defineGenerator({
  name: DUPLICATE,
  summary: 'copies of the real images: the control',
  paid: false,
  cost: 'free',
  speed: 'nothing to make',
  privacy: 'nothing leaves the machine',
  needs: 'nothing',
  settings: z.strictObject({}),
  async *make(orders, { image }) {
    for (const order of orders)
      yield { order, image: image(order.parents[0]), trainedOn: [], cost: 0, terms: null, parameters: {} }
  },
})
