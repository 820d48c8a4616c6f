/**
 * Which bank images the runs of a spec hold, and which are still to be made.
 *
 * A place (source, variation) of a run is filled by the first image of the bank, by age, that was made from this source by the scenario's
 * generator, whose other parents are among the first round(X n) of their class in the run's order, X being the smallest real fraction of the class among the
 * spec's synthetic scenarios. So one image serves every run that holds its parents, and a run's cells hold the same ones. What is
 * missing is planned in the order of runs, each image planned serving later runs as if it were there: planning again after half of it was made plans
 * the other half.
 */
import { type ClassSample, type Dataset, sampleRun } from '../dataset/index.ts'
import { type BankImage, type Order, refusalOf } from '../synthesis/index.ts'
import { fixedSources, mixesOf, samplesOf } from './mixture.ts'
import { type Scenario, scenariosOf, usesBank } from './scenario.ts'
import type { Spec } from './spec.ts'

/** The fields of a spec that decide which images its runs want. */
export type BankSpec = Pick<Spec, 'scenarios' | 'controls' | 'sources' | 'runs' | 'seed'>

/** Tells which images of a pool join a source, see Generator.companions; null for a generator that needs none. */
export type CompanionsOf = (generator: string) => ((source: string, pool: readonly string[]) => readonly string[]) | null

/** What the spec's runs want of one generator. */
export interface GeneratorPlan {
  readonly generator: string
  /** Images of the bank that its runs hold, each once. */
  readonly present: readonly BankImage[]
  /** Images to make. */
  readonly missing: readonly Order[]
  /** How many images of the bank were made from a wanted source and yet enter no run, by why. */
  readonly refused: ReadonlyMap<string, number>
}

export interface BankPlan {
  /** In the order in which the spec names them. */
  readonly generators: readonly GeneratorPlan[]
  /** By class index, in the order of the run's synthetic places. Empty for scenarios without images of the bank, null in place of a missing one. */
  imagesOf(scenario: string, index: number): readonly (readonly (BankImage | null)[])[]
}

/** Of a spec without synthetic images. */
export const NO_BANK: BankPlan = { generators: [], imagesOf: () => [] }

/**
 * @param splits the dataset under each of the spec's splits: run i stands on number i mod K
 * @param bank the dataset's bank images
 * @param learns whether a generator learns from training images: then an image is planned for the runs of one split, whose model makes it
 */
export function planBank(
  spec: BankSpec,
  splits: readonly Dataset[],
  bank: readonly BankImage[],
  companionsOf: CompanionsOf,
  learns: (generator: string) => boolean = () => false,
): BankPlan {
  const synthetic = scenariosOf(spec).filter(usesBank)
  if (synthetic.length === 0) return NO_BANK
  const chosen = new Map<string, readonly (readonly (BankImage | null)[])[]>()
  const shelves = new Map<string, Shelf>()
  for (const { generator } of synthetic) {
    const images = bank.filter(image => image.generator === generator)
    if (!shelves.has(generator)) shelves.set(generator, new Shelf(generator, images, companionsOf))
  }
  for (let index = 0; index < spec.runs; index++) {
    const split = index % splits.length
    const dataset = splits[split]!
    const fixed = spec.sources === 'fixed' ? fixedSources(scenariosOf(spec), dataset) : undefined
    const pools = commonPools(spec, synthetic, dataset, index, fixed)
    const run = { sample: new Set(pools.flat()), heldOut: heldOutOf(dataset) }
    for (const scenario of synthetic) {
      const samples = samplesOf(scenario, dataset, { seed: spec.seed, index, fixed })
      const shelf = shelves.get(scenario.generator)!
      const made = learns(scenario.generator) ? split : null
      const images = samples.map((sample, label) => shelf.fill(sample, dataset.classes[label]!, pools[label]!, run, made))
      chosen.set(`${index}/${scenario.name}`, images)
    }
  }
  return {
    generators: [...shelves.values()].map(shelf => shelf.plan()),
    imagesOf: (scenario, index) => chosen.get(`${index}/${scenario}`) ?? [],
  }
}

/** Content hashes of a split's validation and test images. */
export function heldOutOf(dataset: Pick<Dataset, 'images'>): ReadonlySet<string> {
  return new Set(dataset.images.filter(({ part }) => part === 'validation' || part === 'test').map(({ sha256 }) => sha256))
}

/** By class index, the content hashes of the images that are in run `index` of every synthetic cell, in the run's order. */
function commonPools(
  { seed }: BankSpec,
  synthetic: readonly Scenario[],
  dataset: Dataset,
  index: number,
  fixed: readonly number[] | undefined,
): string[][] {
  const mixes = synthetic.map(scenario => mixesOf(scenario, dataset.classes))
  const common = dataset.classes.map((_, label) => {
    // A scenario without this class says nothing of how much of it others have.
    const fractions = mixes.map(mix => mix[label]!.real).filter(real => real > 0)
    return { real: fractions.length === 0 ? 0 : Math.min(...fractions), synthetic: 0 }
  })
  const samples = sampleRun({
    images: dataset.images,
    mixes: common,
    seed,
    index,
    ...(fixed === undefined ? {} : { fixed }),
  })
  return samples.map(({ real }) => real.map(({ sha256 }) => sha256))
}

/** A generator's images, those in the bank and those planned, by source and variation. */
class Shelf {
  private readonly generator: string
  private readonly companionsOf: CompanionsOf
  private companions: ReturnType<CompanionsOf> | undefined
  private readonly stored = new Map<string, BankImage[]>()
  private readonly planned = new Map<string, Order[]>()
  /** Those of `planned`, in the order in which they were. */
  private readonly orders: Order[] = []
  private readonly used = new Set<BankImage>()
  private readonly refused = new Map<string, Set<BankImage>>()
  /** Whether a list of images touches a held-out set, for lists that many images share. */
  private readonly touched = new WeakMap<ReadonlySet<string>, Map<readonly string[], boolean>>()

  constructor(generator: string, images: readonly BankImage[], companionsOf: CompanionsOf) {
    this.generator = generator
    this.companionsOf = companionsOf
    for (const image of images.toSorted((a, b) => a.id - b.id)) {
      const [source] = image.parents
      if (source !== undefined) entry(this.stored, keyOf(image.class, source, image.variation)).push(image)
    }
  }

  /** An image for each synthetic place of a class in a run; null for one that is missing, which is planned. */
  fill(
    { synthetic }: ClassSample,
    className: string,
    pool: readonly string[],
    run: { readonly sample: ReadonlySet<string>; readonly heldOut: ReadonlySet<string> },
    /** For which an image must be made; null where any will do. */
    split: number | null,
  ): (BankImage | null)[] {
    return synthetic.map(({ source: { sha256: source }, variation }) => {
      const key = keyOf(className, source, variation)
      for (const image of this.stored.get(key) ?? []) {
        const why = this.refusal(image, source, run)
        if (why === null) {
          this.used.add(image)
          return image
        }
        entrySet(this.refused, why).add(image)
      }
      const serves = (order: Order): boolean =>
        order.split === (split ?? undefined) && order.parents.slice(1).every(parent => run.sample.has(parent))
      const planned = entry(this.planned, key)
      if (!planned.some(serves)) {
        this.companions ??= this.companionsOf(this.generator)
        const others = this.companions?.(source, pool) ?? []
        const order: Order = { class: className, parents: [source, ...others], variation, ...(split !== null && { split }) }
        planned.push(order)
        this.orders.push(order)
      }
      return null
    })
  }

  plan(): GeneratorPlan {
    return {
      generator: this.generator,
      present: [...this.used],
      missing: this.orders,
      refused: new Map(
        [...this.refused]
          .map(([why, images]) => [why, [...images].filter(image => !this.used.has(image)).length] as const)
          .filter(([, count]) => count > 0),
      ),
    }
  }

  /** The source is in the cell's sample by how places are made; the other parents must be in that of every cell. */
  private refusal(
    image: BankImage,
    source: string,
    { sample, heldOut }: { readonly sample: ReadonlySet<string>; readonly heldOut: ReadonlySet<string> },
  ): string | null {
    const parents = image.parents.filter(parent => parent !== source)
    const byParents = parents.length === 0 ? null : refusalOf({ parents, trainedOn: [] }, { sample, heldOut })
    if (byParents !== null) return byParents
    const lists = this.touched.get(heldOut) ?? new Map<readonly string[], boolean>()
    this.touched.set(heldOut, lists)
    let touches = lists.get(image.trainedOn)
    if (touches === undefined) {
      touches = image.trainedOn.some(learned => heldOut.has(learned))
      lists.set(image.trainedOn, touches)
    }
    return touches
      ? refusalOf({ parents: [source], trainedOn: image.trainedOn }, { sample: new Set([source]), heldOut })
      : null
  }
}

function keyOf(className: string, source: string, variation: number): string {
  return `${variation}/${source}/${className}`
}

function entry<T>(map: Map<string, T[]>, key: string): T[] {
  const found = map.get(key) ?? []
  map.set(key, found)
  return found
}

function entrySet<T>(map: Map<string, Set<T>>, key: string): Set<T> {
  const found = map.get(key) ?? new Set()
  map.set(key, found)
  return found
}
