/** The bank over a store: what a spec's runs want of it, and the work of making what is missing. */
import { setImmediate } from 'node:timers/promises'
import type { Dataset } from '../core/dataset/index.ts'
import { LabError } from '../core/shared/errors.ts'
import { type BankPlan, type BankSpec, NO_BANK, planBank, usesBank } from '../core/study/index.ts'
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
} from '../core/synthesis/index.ts'
import type { Store } from '../store/index.ts'

/** Images of a free generator that are stored in one transaction. */
const TOGETHER = 32

/** What the runs of a spec want of the bank; `splits` as in `planBank`. */
export function bankPlanOf(store: Store, spec: BankSpec, splits: readonly Dataset[]): BankPlan {
  if (!spec.scenarios.some(usesBank)) return NO_BANK
  const dataset = splits[0]!
  const image = imageReader(store, dataset)
  const bank = store.bank.list({ dataset: dataset.name })
  return planBank(spec, splits, bank, name => findGenerator(name)?.companions?.(image) ?? null)
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
  /** Milliseconds that only ever grow. */
  readonly clock: () => number
  readonly signal: AbortSignal
}

/** What making the images takes. */
export async function estimateImages(store: Store, request: MakeRequest): Promise<Estimate> {
  const { generator, orders } = request
  const estimate = await generator.estimate?.(orders, contextOf(store, request))
  return estimate ?? { requests: 0, price: 0, seconds: null }
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
  const { generator, splits, orders, signal } = request
  const { name: dataset } = splits[0]!
  const made = generator.make(orders, contextOf(store, request))
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
  for await (const one of made) {
    waiting.push(one)
    if (generator.paid || waiting.length >= TOGETHER) {
      keep()
      await setImmediate() // so that Ctrl+C is heard
    }
    if (signal.aborted && !generator.paid) break // what is paid for is waited for
  }
  if (waiting.length > 0) keep()
  return count
}

function contextOf(store: Store, request: MakeRequest): GeneratorContext {
  const { generator, splits, seed, clock, signal, settings = {}, service, prices } = request
  const { classes, images } = splits[0]!
  const inEvery = images.filter((_, place) => splits.every(split => split.images[place]!.part === 'train'))
  return {
    seed,
    settings: generatorSettings(generator, settings),
    image: imageReader(store, splits[0]!),
    training: inEvery.map(({ sha256, label }) => ({ sha256, class: classes[label]! })),
    classes,
    clock,
    signal,
    ...(service && { service }),
    ...(prices && { prices }),
  }
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
