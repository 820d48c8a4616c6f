/** The bank over a store: what a spec's runs want of it, and the work of making what is missing. */
import { setImmediate } from 'node:timers/promises'
import type { Dataset } from '../core/dataset/index.ts'
import { LabError } from '../core/shared/errors.ts'
import { type BankPlan, type BankSpec, heldOutOf, NO_BANK, planBank, usesBank } from '../core/study/index.ts'
import {
  type BankImage,
  type Estimate,
  encodeGreyFile,
  findGenerator,
  type Generator,
  type GeneratorContext,
  generatorSettings,
  type ImageReader,
  type Made,
  type Order,
  type Parameters,
  type PriceTable,
  type ServiceContext,
  type TrainingExample,
} from '../core/synthesis/index.ts'
import type { Store } from '../store/index.ts'
import { type LearningRequest, type OpenedLearning, openLearning } from './learning.ts'

/** Images of a free generator that are stored in one transaction. */
const TOGETHER = 32

/** What the runs of a spec want of the bank; `splits` as in `planBank`. */
export function bankPlanOf(store: Store, spec: BankSpec, splits: readonly Dataset[]): BankPlan {
  if (!spec.scenarios.some(usesBank)) return NO_BANK
  const dataset = splits[0]!
  const image = imageReader(store, dataset)
  const bank = store.bank.list({ dataset: dataset.name })
  const learns = (name: string): boolean => findGenerator(name)?.learns ?? false
  return planBank(spec, splits, bank, name => findGenerator(name)?.companions?.(image) ?? null, learns)
}

/**
 * Refuses a study whose runs want images that the bank lacks.
 * @param command makes them
 * @throws LabError `usage` with the command
 */
export function refuseShortfall({ generators }: BankPlan, command: string): void {
  for (const { generator, present, missing, refused } of generators) {
    if (missing.length === 0) continue
    const left = [...refused].map(([why, count]) => `; ${count} that it has may enter none: ${why}`).join('')
    const remedy =
      findGenerator(generator) === null
        ? `they are imported by 'mri-lab synth import DIR --dataset DATASET --generator-name ${generator} --parents FILE.csv'`
        : `make them with '${command}'`
    throw new LabError(
      'usage',
      `the bank lacks ${missing.length} of the ${missing.length + present.length} images of '${generator}' that these runs hold${left}; ${remedy}`,
    )
  }
}

/** The pixels of the dataset's images by content hash; its file is read at the first. */
function imageReader(store: Store, dataset: Pick<Dataset, 'name' | 'images' | 'pixels'>): ImageReader {
  const places = new Map(dataset.images.map(image => [image.sha256, image]))
  let pack: Uint8Array | undefined
  return sha256 => {
    const place = places.get(sha256)
    if (place === undefined) throw new LabError('data', `dataset ${dataset.name} has no image ${sha256}`)
    pack ??= store.files.read(dataset.pixels)
    const { width, height, offset } = place
    return { width, height, pixels: pack.subarray(offset, offset + width * height) }
  }
}

export interface MakeRequest {
  readonly generator: Generator
  /** The dataset under each split that the orders come from. */
  readonly splits: readonly Dataset[]
  readonly orders: readonly Order[]
  readonly seed: number
  /** The generator's own; left out: its defaults. */
  readonly settings?: Parameters
  /** For a generator that asks a service; what it costs, left out: the table that ships. */
  readonly service?: ServiceContext
  readonly prices?: PriceTable
  /** For a generator that learns; left out: it cannot. */
  readonly learning?: LearningRequest
  /** Milliseconds that only ever grow. */
  readonly clock: () => number
  readonly signal: AbortSignal
}

/** What making the images takes. */
export async function estimateImages(store: Store, request: MakeRequest): Promise<Estimate> {
  const { generator } = request
  const learning = learningOf(store, request)
  try {
    const parts: Estimate[] = []
    for (const [split, orders] of bySplit(request)) {
      const estimate = await generator.estimate?.(orders, contextOf(store, request, split, learning))
      parts.push(estimate ?? { requests: 0, price: 0, seconds: null })
    }
    return parts.reduce(joined, { requests: 0, price: 0, seconds: parts.length > 0 ? 0 : null })
  } finally {
    await learning?.release()
  }
}

function joined(a: Estimate, b: Estimate): Estimate {
  const training = [a, b].flatMap(one => one.training ?? [])
  return {
    requests: a.requests + b.requests,
    price: a.price + b.price,
    seconds: a.seconds === null || b.seconds === null ? null : a.seconds + b.seconds,
    ...(training.length > 0 && {
      training: training.reduce((x, y) => ({ steps: x.steps + y.steps, seconds: x.seconds + y.seconds })),
    }),
  }
}

/** Orders by the split that they are made for, whose model makes them where the generator learns. */
function bySplit({ orders }: MakeRequest): [number, Order[]][] {
  return [...Map.groupBy(orders, ({ split = 0 }) => split)]
}

function learningOf(store: Store, { generator, splits, learning }: MakeRequest): OpenedLearning | null {
  if (!generator.learns || learning === undefined) return null
  return openLearning(store, { generator: generator.name, dataset: splits[0]!.name }, learning)
}

/**
 * Makes images and stores them as they come: what is stored stays, whatever happens next. Ends early, without an error, where `signal` is aborted.
 * Returns how many it stored.
 */
export async function makeImages(
  store: Store,
  request: MakeRequest,
  /** Is told how many are stored. */
  onStored: (count: number) => void,
): Promise<number> {
  const { generator, splits, signal } = request
  const { name: dataset } = splits[0]!
  const learning = learningOf(store, request)
  let count = 0
  let waiting: Made[] = []
  const keep = (): void => {
    storeImages(
      store,
      waiting.map(one => bankImageOf(one, generator.name, dataset)),
    )
    count += waiting.length
    waiting = []
    onStored(count)
  }
  try {
    for (const [split, orders] of bySplit(request)) {
      for await (const one of generator.make(orders, contextOf(store, request, split, learning))) {
        waiting.push(one)
        if (generator.paid || waiting.length >= TOGETHER) {
          keep()
          await setImmediate() // so that Ctrl+C is heard
        }
        if (signal.aborted && !generator.paid) break // what is paid for is waited for
      }
      if (waiting.length > 0) keep()
      if (signal.aborted) break
    }
  } finally {
    await learning?.release()
  }
  return count
}

function contextOf(store: Store, request: MakeRequest, split: number, learning: OpenedLearning | null): GeneratorContext {
  const { generator, splits, seed, clock, signal, settings = {}, service, prices } = request
  const dataset = splits[split]!
  const { classes } = dataset
  return {
    seed,
    settings: generatorSettings(generator, settings),
    image: imageReader(store, dataset),
    training: generator.learns ? learnable(dataset) : [],
    classes,
    clock,
    signal,
    ...(learning && { learning }),
    ...(service && { service }),
    ...(prices && { prices }),
  }
}

/** The training images of a split, each content once, but those of which validation or test has a copy. */
function learnable(dataset: Dataset): TrainingExample[] {
  const heldOut = heldOutOf(dataset)
  const fit = dataset.images.filter(({ part, sha256 }) => part === 'train' && !heldOut.has(sha256))
  const byContent = new Map(fit.map(({ sha256, label }) => [sha256, dataset.classes[label]!]))
  return [...byContent].map(([sha256, name]) => ({ sha256, class: name }))
}

/** A bank image before it is stored, with its pixels. */
export type NewBankImage = Omit<BankImage, 'id' | 'created' | 'sha256' | 'width' | 'height'> & Pick<Made, 'image'>

/** Files first, so that no row names one that is not there. Returns the ids of those that were not there before. */
export function storeImages(store: Store, images: readonly NewBankImage[]): number[] {
  const rows = images.map(({ image, ...row }) => {
    const { width, height } = image
    return { ...row, width, height, sha256: store.files.write(encodeGreyFile(image)) }
  })
  return store.bank.add(rows)
}

function bankImageOf({ order, ...made }: Made, generator: string, dataset: string): NewBankImage {
  return { ...made, dataset, generator, class: order.class, parents: order.parents, variation: order.variation }
}
