/** What the Bank screen asks: which synthetic images there are, what they cost, who agreed, and pixels of pairs. */
import { decodeGreyFile, GENERATORS } from '../../core/synthesis/index.ts'
import type { BankCount, Consent, Store } from '../../store/index.ts'
import { datasetView, greyImages, placesOf } from './data.ts'

/** A generator with what the bank holds of it for a dataset. */
export interface ShelfView {
  readonly generator: string
  /** Null for one whose images are imported. */
  readonly facts: {
    readonly summary: string
    readonly cost: string
    readonly speed: string
    readonly privacy: string
    readonly needs: string
    /** Whether sources leave the machine. */
    readonly sends: boolean
  } | null
  readonly counts: readonly BankCount[]
  readonly images: number
  readonly sources: number
  /** USD. */
  readonly cost: number
}

export interface BankView {
  readonly shelves: readonly ShelfView[]
  readonly consents: readonly Consent[]
  /** USD that all requests to services cost so far, whatever the dataset. */
  readonly spent: number
}

/** The lab's generators, then those that images were imported under. */
export function bankView(store: Store, dataset: string): BankView {
  return store.together(() => {
    const counts = store.bankCounts.list().filter(one => one.dataset === dataset)
    const known = GENERATORS.filter(({ name }) => name !== 'duplicate')
    const others = [...new Set(counts.map(one => one.generator))].filter(name => known.every(one => one.name !== name))
    const shelf = (generator: string, facts: ShelfView['facts']): ShelfView => {
      const own = counts.filter(one => one.generator === generator)
      const sum = (value: (count: BankCount) => number): number => own.reduce((total, one) => total + value(one), 0)
      return {
        ...{ generator, facts, counts: own },
        ...{ images: sum(one => one.images), sources: sum(one => one.sources), cost: sum(one => one.cost) },
      }
    }
    return {
      shelves: [
        ...known.map(({ name, summary, cost, speed, privacy, needs, sends }) =>
          shelf(name, { summary, cost, speed, privacy, needs, sends: sends !== undefined }),
        ),
        ...others.map(name => shelf(name, null)),
      ],
      consents: store.consents.list().filter(one => one.dataset === dataset && one.withdrawn === null),
      spent: store.spending.total().micros / 1e6,
    }
  })
}

/** An image of the bank beside its source. */
export interface PairEntry {
  readonly id: number
  readonly class: string
  readonly sha256: string
  /** Content hash of its source; null where nobody said. */
  readonly source: string | null
  readonly parents: number
  readonly variation: number
  readonly cost: number
  readonly created: string
}

const lists = new WeakMap<Store, Map<string, readonly PairEntry[]>>()

/** A generator's images for a dataset, by class in the dataset's order, then by age. */
export function pairList(store: Store, dataset: string, generator: string): readonly PairEntry[] {
  const counts = store.bankCounts.list().filter(one => one.dataset === dataset && one.generator === generator)
  if (counts.length === 0) return []
  const kept = lists.get(store) ?? new Map<string, readonly PairEntry[]>()
  lists.set(store, kept)
  const key = JSON.stringify([dataset, generator, counts])
  const found = kept.get(key)
  if (found !== undefined) return found
  const classes = datasetView(store, dataset)?.classes ?? []
  const entries = store.bank
    .list({ dataset, generator })
    .map(({ id, class: name, sha256, parents, variation, cost, created }) => {
      return { id, class: name, sha256, source: parents[0] ?? null, parents: parents.length, variation, cost, created }
    })
    .sort((a, b) => classes.indexOf(a.class) - classes.indexOf(b.class) || a.id - b.id)
  kept.set(key, entries)
  return entries
}

/** Grey pixels of a picture that shows a source left and its variation right. */
export interface PairPicture {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

/** Columns of pixels between the two. */
const GAP = 6

/** `wanted` is JSON of ids: an input that can be compared. A source that is not known is black. */
export function pairPictures(store: Store, dataset: string, wanted: string): PairPicture[] {
  const view = datasetView(store, dataset)
  const ids = JSON.parse(wanted) as readonly number[]
  return ids.flatMap(id => {
    const image = store.bank.get(id)
    if (image === null || view === null) return []
    const made = decodeGreyFile(store.files.read(image.sha256))
    const place = view.images.find(one => one.sha256 === image.parents[0])
    const [source] = place === undefined ? [] : greyImages(store, view.pixels, placesOf([place]))
    return [beside(source ?? { ...made, pixels: new Uint8Array(made.pixels.length) }, made)]
  })
}

function beside(left: PairPicture, right: PairPicture): PairPicture {
  const height = Math.max(left.height, right.height)
  const width = left.width + GAP + right.width
  const pixels = new Uint8Array(width * height)
  for (const [image, x] of [
    [left, 0],
    [right, left.width + GAP],
  ] as const) {
    for (let y = 0; y < image.height; y++) {
      pixels.set(image.pixels.subarray(y * image.width, (y + 1) * image.width), y * width + x)
    }
  }
  return { width, height, pixels }
}
