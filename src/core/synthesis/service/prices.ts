/**
 * What an image costs, by model: a dated table that ships (prices.json), over which a user's own prices go. Amounts are whole millionths of a
 * USD, rounded up: sums of them are exact.
 */
import { z } from 'zod'
import { LabError } from '../../shared/errors.ts'
import shipped from './prices.json' with { type: 'json' }

const usd = z.number().nonnegative()
const seconds = z.number().positive().optional()

/** A price by image, the same for all or by size. */
const byImage = z.strictObject({ perImage: z.union([usd, z.record(z.string(), usd)]), seconds })

/** A price by token. */
const byToken = z.strictObject({
  /** USD for a million tokens of the prompt, of the image that is sent, and of the image that comes. */
  text: usd,
  image: usd,
  output: usd,
  /** The most tokens that an image that is sent counts for. */
  imageTokens: z.int().nonnegative(),
  /** By quality, the side of the grid in the formula of `outputTokens`. */
  grid: z.record(z.string(), z.int().positive()),
  seconds,
})

const price = z.union([usd.transform(perImage => ({ perImage, seconds: undefined })), byImage, byToken])
type Price = z.infer<typeof price>

/** By model: a number is USD for an image. */
const modelPrices = z.record(z.string(), price)

const table = z.strictObject({ dated: z.iso.date(), source: z.string(), models: modelPrices })

export interface PriceTable {
  /** When it was made; `own` where the user changed any of it. */
  readonly dated: string
  readonly models: Readonly<Record<string, Price>>
}

/**
 * The table that ships, with a user's own prices by model in place of its: a number is USD for an image, an object as in prices.json.
 * @throws LabError `usage` for what are no prices
 */
export function priceTable(given: unknown = {}): PriceTable {
  const { dated, models } = table.parse(shipped)
  const { data: own, error } = modelPrices.safeParse(given)
  if (own === undefined)
    throw new LabError('usage', `prices: ${error?.issues[0]?.path.join('.')}: neither USD for an image nor a price by token`)
  const changed = Object.keys(own).length > 0
  return {
    dated: changed ? `${dated}, own prices for ${Object.keys(own).join(', ')}` : dated,
    models: { ...models, ...own },
  }
}

/** What is asked for: the prompt counts by its bytes, which are never fewer than its tokens. */
export interface Tariff {
  readonly model: string
  /** Null where the model knows none. */
  readonly quality: string | null
  readonly width: number
  readonly height: number
  readonly promptBytes: number
}

/** Tokens that a service adds to a prompt, at most. */
const OVERHEAD = 100
/** Where the table does not say how long a request takes. */
const SECONDS = 30

/**
 * The most that an image costs, in millionths of a USD, and how long it takes.
 * @throws LabError `usage` for a model or quality that the table lacks
 */
export function quote(prices: PriceTable, tariff: Tariff): { readonly micros: number; readonly seconds: number } {
  const { model, quality, width, height, promptBytes } = tariff
  const own = `set it in mri-lab.config.json: {"prices": {"${model}": USD_PER_IMAGE}}`
  const found = prices.models[model]
  if (found === undefined)
    throw new LabError('usage', `the table of prices (${prices.dated}) has no model '${model}'; ${own}`)
  const takes = found.seconds ?? SECONDS
  if ('perImage' in found) {
    const amount = typeof found.perImage === 'number' ? found.perImage : found.perImage[`${width}x${height}`]
    if (amount === undefined)
      throw new LabError('usage', `the table of prices has no size ${width}x${height} of '${model}'; ${own}`)
    return { micros: microsOf(amount), seconds: takes }
  }
  const side = found.grid[quality ?? '']
  if (side === undefined)
    throw new LabError('usage', `the table of prices has no quality '${quality}' of '${model}'; ${own}`)
  const input = (promptBytes + OVERHEAD) * found.text + found.imageTokens * found.image
  return { micros: Math.ceil(input + outputTokens(side, width, height) * found.output), seconds: takes }
}

/** Tokens as a service counted them. */
export interface Usage {
  readonly text: number
  readonly image: number
  readonly output: number
}

/** What those tokens cost, in millionths of a USD; null for a model with a price by image. */
export function charge({ models }: PriceTable, model: string, { text, image, output }: Usage): number | null {
  const found = models[model]
  if (found === undefined || 'perImage' in found) return null
  return Math.ceil(text * found.text + image * found.image + output * found.output)
}

/** USD in whole millionths, rounded up. */
export function microsOf(amount: number): number {
  return Math.ceil(Number((amount * 1e6).toFixed(3)))
}

/** Millionths as USD in words: four digits at least, more where they say something. */
export function usdText(micros: number): string {
  const digits = (micros / 1e6).toFixed(6).replace(/0{1,2}$/, '')
  return `${digits} USD`
}

/**
 * Tokens of an image of a model of the kind of gpt-image-2: g round(g short/long) (2,000,000 + width height) / 4,000,000, rounded up, g by quality.
 * Source: OpenAI's developer forum, topic 1382699; it gives the documented 7024 of 1024x1024 and 5488 of 1536x1024 at high quality.
 */
export function outputTokens(side: number, width: number, height: number): number {
  const [long, short] = [Math.max(width, height), Math.min(width, height)]
  const other = Math.floor((2 * side * short + long) / (2 * long))
  return Math.ceil((side * other * (2_000_000 + width * height)) / 4_000_000)
}
