/** A generator that asks a service for an image from an image: what all of them do alike. */
import type OpenAI from 'openai'
import type { z } from 'zod'
import { LabError } from '../../shared/errors.ts'
import { defineGenerator, type Generator, type GeneratorContext, type GeneratorFacts } from '../generator.ts'
import type { Order } from '../order.ts'
import { readyAccess } from './access.ts'
import { askAll } from './askAll.ts'
import { openaiRequests, type Sent } from './openaiClient.ts'
import { decodeAnswer, encodeUpload, type Size } from './pictures.ts'
import { charge, priceTable, quote, type Tariff } from './prices.ts'
import { termsOf } from './terms.ts'

/** Settings that all of them have. */
interface Common {
  readonly model: string
  /** Requests at a time. */
  readonly concurrency: number
  /** The longest that a request may take, to its answer's last byte. */
  readonly seconds: number
}

/** What a request asks for, besides the image. */
export interface Wish {
  readonly model: string
  /** `WIDTHxHEIGHT`. */
  readonly size: string
  readonly quality: string | null
  readonly prompt: string | null
}

export interface ImageService<Settings extends Common> extends Omit<GeneratorFacts, 'paid'> {
  readonly name: string
  readonly settings: z.ZodType<Settings>
  /** What leaves the machine with a request, in a line. */
  sends(settings: Settings): string
  /** The size at which an image is sent and comes back. */
  size(source: Size, settings: Settings): Size
  readonly quality?: (settings: Settings) => string
  readonly prompt?: (order: Order, settings: Settings) => string
  send(images: OpenAI['images'], file: File, wish: Wish): Sent
  /** What is said where the service has no such address or model. */
  gone(message: string, host: string, settings: Settings): string
}

/** Makes a generator of it: it needs consent, a key and a budget, and its images cost. */
export function defineImageService<Settings extends Common>(service: ImageService<Settings>): Generator {
  const { name, settings, quality, prompt, size, send, gone, ...facts } = service
  type Context = GeneratorContext<Settings>
  const wishOf = (order: Order, { settings: chosen, image }: Context): Wish => ({
    model: chosen.model,
    size: sizeText(size(image(order.parents[0]), chosen)),
    quality: quality?.(chosen) ?? null,
    prompt: prompt?.(order, chosen) ?? null,
  })
  const tariffOf = (order: Order, context: Context): Tariff => {
    const wish = wishOf(order, context)
    return {
      ...wish,
      ...size(context.image(order.parents[0]), context.settings),
      promptBytes: Buffer.byteLength(wish.prompt ?? ''),
    }
  }
  return defineGenerator<Settings>({
    ...facts,
    name,
    settings,
    paid: true,
    async estimate(orders, context) {
      const prices = context.prices ?? priceTable()
      const quotes = orders.map(order => quote(prices, tariffOf(order, context)))
      const micros = quotes.reduce((sum, one) => sum + one.micros, 0)
      const seconds = quotes.reduce((sum, one) => sum + one.seconds, 0)
      const together = Math.max(1, Math.min(context.settings.concurrency, orders.length))
      return { requests: orders.length, price: micros / 1e6, seconds: seconds / together }
    },
    async *make(orders, context) {
      const { settings: chosen, image, seed, signal } = context
      if (context.service === undefined)
        throw new LabError('unavailable', `${name} asks a service, which cannot be reached from here`)
      const { ledger, clock, fetch } = context.service
      const access = readyAccess(name, context.service.access)
      const prices = context.prices ?? priceTable()
      const requests = await openaiRequests(access, { fetch, now: () => clock.now() })
      const job = {
        name,
        host: access.host,
        seed,
        concurrency: chosen.concurrency,
        tariff(order: Order) {
          const { model, quality: level, size: asked } = wishOf(order, context)
          const kind = [model, level, asked].filter(part => part !== null).join(' ')
          return { name: kind, micros: quote(prices, tariffOf(order, context)).micros }
        },
        async ask(order: Order) {
          const source = image(order.parents[0])
          const upload = await encodeUpload(source, size(source, chosen))
          const wish = wishOf(order, context)
          return await requests.ask((images, file) => send(images, file, wish), upload, chosen.seconds)
        },
        charge: ({ usage }: Awaited<ReturnType<typeof requests.ask>>) => usage && charge(prices, chosen.model, usage),
        async read(order: Order, answer: Uint8Array) {
          const source = image(order.parents[0])
          return {
            image: await decodeAnswer(answer, size(source, chosen), source),
            trainedOn: [],
            terms: termsOf(access.host),
            parameters: { service: access.host, ...wishOf(order, context) },
          }
        },
        gone: (message: string) => gone(message, access.host, chosen),
      }
      yield* askAll(orders, job, { ledger, clock, signal })
    },
  })
}

function sizeText({ width, height }: Size): string {
  return `${width}x${height}`
}
