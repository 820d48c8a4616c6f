/**
 * The contract of a generator: from real images of a class, a seed and settings to synthetic images that know their parents. Which images are
 * wanted is planned elsewhere (study/bankPlan.ts), and what is made is stored by the job (runner/bank.ts): a generator only makes.
 */
import type { z } from 'zod'
import type { GreyImage } from '../dataset/index.ts'
import { LabError } from '../shared/errors.ts'
import type { LearningContext } from './learning.ts'
import type { Made, Order, Parameters } from './order.ts'
import type { ServiceContext } from './service/context.ts'
import type { PriceTable } from './service/prices.ts'

/** What is said of a generator before it is used. One line each. */
export interface GeneratorFacts {
  readonly summary: string
  /** Whether an image may cost money: then `cost` says how, and sources are fixed unless the spec says otherwise. */
  readonly paid: boolean
  /** Whether it learns from images: then each split has a model of its own, which has seen none of its validation or test images. Default: false. */
  readonly learns?: boolean
  readonly cost: string
  readonly speed: string
  /** What leaves the machine. */
  readonly privacy: string
  /** What must be there before it can be used. */
  readonly needs: string
}

/** The pixels of an image of the dataset, by content hash. Throws `data` for one that it does not have. */
export type ImageReader = (sha256: string) => GreyImage

/** An image that a generator may learn from. */
export interface TrainingExample {
  readonly sha256: string
  readonly class: string
}

/** What a generator is given besides the orders. */
export interface GeneratorContext<Settings = Parameters> {
  readonly seed: number
  readonly settings: Settings
  readonly image: ImageReader
  /** What generators that learn may learn from: the training part of the orders' split, each content once, none that validation or test has too. */
  readonly training: readonly TrainingExample[]
  /** In order. */
  readonly classes: readonly string[]
  /** Milliseconds that only ever grow. */
  readonly clock: () => number
  /** For generators that ask a service. Left out where nothing may be sent. */
  readonly service?: ServiceContext
  /** For generators that learn. Left out where nothing can be trained. */
  readonly learning?: LearningContext
  /** Left out: the table that ships. */
  readonly prices?: PriceTable
  /** Aborted by Ctrl+C: end at the next image. What was yielded is kept. */
  readonly signal: AbortSignal
}

/** What making some images takes. */
export interface Estimate {
  /** To a service; 0 where none is asked. */
  readonly requests: number
  /** USD. */
  readonly price: number
  /** Null where nothing tells. */
  readonly seconds: number | null
  /** How much of that is training, where the generator learns. */
  readonly training?: { readonly steps: number; readonly seconds: number }
}

export interface Generator<Settings = Parameters> extends GeneratorFacts {
  /** As specs and the command line call it. */
  readonly name: string
  /** Of its method, where that has changed: each image says it in its parameters, and one that says none is of the first. Default: 1. */
  readonly version?: number
  /** Checks settings and fills in what they leave out: an empty object gives the defaults. */
  readonly settings: z.ZodType<Settings>
  /**
   * For generators that make an image from more than its source: given the images, tells which of `pool` (content hashes of the class, in the run's
   * order; the source may be among them) join a source. Deterministic.
   */
  readonly companions?: (image: ImageReader) => (source: string, pool: readonly string[]) => readonly string[]
  /** What making the images of `orders` takes: free and at once where it is left out. Sends nothing anywhere. */
  readonly estimate?: (orders: readonly Order[], context: GeneratorContext<Settings>) => Promise<Estimate>
  /** What a request sends to a service, in a line; left out where nothing leaves the machine. */
  readonly sends?: (settings: Settings) => string
  /** Makes the images of `orders`, in any order, each as soon as it is there. The same orders, seed and settings give the same images where `paid` is false. */
  make(orders: readonly Order[], context: GeneratorContext<Settings>): AsyncIterable<Made>
}

/**
 * A generator's settings with its defaults where they say nothing.
 * @throws LabError `usage` that names generator and field
 */
export function generatorSettings({ name, settings }: Generator, given: Parameters): Parameters {
  const parsed = settings.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new LabError('usage', `settings of ${name}: ${issue?.path.join('.') || 'the whole'}: ${issue?.message}`)
}

/** Keeps a generator's own type of settings inside its file. */
export function defineGenerator<Settings>(generator: Generator<Settings>): Generator {
  const own = (context: GeneratorContext): GeneratorContext<Settings> => {
    return { ...context, settings: generator.settings.parse(context.settings) }
  }
  const { estimate, sends, ...rest } = generator
  return {
    ...rest,
    settings: generator.settings as unknown as z.ZodType<Parameters>,
    ...(sends && { sends: chosen => sends(generator.settings.parse(chosen)) }),
    ...(estimate && { estimate: (orders, context) => estimate(orders, own(context)) }),
    make: (orders, context) => generator.make(orders, own(context)),
  }
}

/** How many of a generator's images were made by another version of it than would make some now. */
export function ofOtherVersions({ version = 1 }: Generator, images: readonly { readonly parameters: Parameters }[]): number {
  return images.filter(({ parameters }) => (parameters.version ?? 1) !== version).length
}
