/**
 * Variations by a network of the lab's own: a small class-conditional diffusion model learns the training images, then each source is noised to a strength and denoised
 * (Meng et al., "SDEdit", 2022; ../diffusion/).
 */
import { randomStream } from '../../shared/random.ts'
import { learn } from '../diffusion/learn.ts'
import { type Studio, stepsLeft, studioOf, trainedWeights } from '../diffusion/model.ts'
import { type DiffusionSettings, diffusionSettings } from '../diffusion/settings.ts'
import { Varier, type Wanted } from '../diffusion/vary.ts'
import { defineGenerator, type GeneratorContext } from '../generator.ts'
import type { Order } from '../order.ts'

/** Images that are denoised at once. */
const TOGETHER = 16
/** Calls of the engine that tell how long a step of training takes; the first is slower and not counted. */
const TRIAL = 3

export const diffusion = defineGenerator<DiffusionSettings>({
  name: 'diffusion',
  summary: 'a source, noised and denoised by a small network that learned the training images (SDEdit)',
  paid: false,
  learns: true,
  cost: 'free',
  speed: 'training takes minutes on a processor, once a dataset, split and seed; then some images a second',
  privacy: 'nothing leaves the machine',
  needs: 'an engine; the more training images, the better; large settings want a GPU',
  settings: diffusionSettings,
  async estimate(orders, context) {
    const free = { requests: 0, price: 0, seconds: 0 }
    if (orders.length === 0) return free
    const studio = studioOf(context)
    const left = stepsLeft(studio)
    const training = left === 0 ? 0 : left * (await secondsOfStep(studio, context))
    const batches = Math.ceil(orders.length / TOGETHER)
    const making = batches * (await secondsOfBatch(studio, context, orders))
    return { ...free, seconds: training + making, training: { steps: left, seconds: training } }
  },
  async *make(orders, context) {
    if (orders.length === 0) return
    const studio = studioOf(context)
    const { learning, settings, key, trainedOn, task } = studio
    const weights = await trainedWeights(studio, context)
    if (weights === null) return
    const { seed, signal } = context
    const parameters = { seed, ...settings, model: key }
    const varier = await Varier.open(await learning.start(), task.shape, TOGETHER, weights)
    try {
      for (let at = 0; at < orders.length && !signal.aborted; at += TOGETHER) {
        const some = orders.slice(at, at + TOGETHER)
        const images = await varier.vary(
          some.map(order => wanted(order, context)),
          settings,
        )
        for (const [k, order] of some.entries())
          yield { order, image: images[k]!, trainedOn, cost: 0, terms: null, parameters }
      }
    } finally {
      await varier.release()
    }
  },
})

function wanted(order: Order, { seed, image, classes }: GeneratorContext<DiffusionSettings>): Wanted {
  const [source] = order.parents
  const random = randomStream(seed, 'diffusion', 'variation', source, order.variation)
  return { source: image(source), label: classes.indexOf(order.class), random }
}

async function secondsOfStep({ learning, task }: Studio, { clock }: GeneratorContext<DiffusionSettings>): Promise<number> {
  const seen: { readonly at: number; readonly step: number }[] = []
  for await (const { step } of learn(await learning.start(), task, null)) {
    seen.push({ at: clock(), step })
    if (seen.length > TRIAL) break
  }
  const [first, last] = [seen[0]!, seen.at(-1)!]
  return (last.at - first.at) / 1000 / Math.max(1, last.step - first.step)
}

/** By a network that has learned nothing: what it computes takes as long. */
async function secondsOfBatch(
  { learning, task, settings }: Studio,
  context: GeneratorContext<DiffusionSettings>,
  orders: readonly Order[],
): Promise<number> {
  const varier = await Varier.open(await learning.start(), task.shape, TOGETHER, {})
  try {
    const begun = context.clock()
    const some = orders.slice(0, TOGETHER).map(order => wanted(order, context))
    await varier.vary(some, settings)
    return (context.clock() - begun) / 1000
  } finally {
    await varier.release()
  }
}
