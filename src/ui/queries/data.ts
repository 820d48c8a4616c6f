/** What the Data screen asks: datasets, their images by class and part, audits, and pixels. */
import { z } from 'zod'
import { type Dataset, type DatasetImage, type GreyImage, PARTS } from '../../core/dataset/index.ts'
import type { DatasetSummary, Store } from '../../store/index.ts'

export function datasetList(store: Store): DatasetSummary[] {
  return store.datasets.list()
}

/** Parts in the order of columns. */
export const SHOWN_PARTS = [...PARTS, 'unused'] as const

export interface ClassCounts {
  readonly name: string
  /** As SHOWN_PARTS. */
  readonly counts: readonly number[]
}

/** An image as a gallery needs it. */
export type ShownImage = Pick<
  DatasetImage,
  'id' | 'sha256' | 'label' | 'part' | 'group' | 'width' | 'height' | 'offset' | 'origin'
>

export interface DatasetView extends Pick<Dataset, 'name' | 'fingerprint' | 'classes' | 'split' | 'pixels' | 'source'> {
  readonly classCounts: readonly ClassCounts[]
  readonly images: readonly ShownImage[]
  readonly rejected: number
  /** How many groups there are; null where none are known. */
  readonly groups: number | null
}

/** By store, then name and content: thousands of images are read once, not whenever a run ends. */
const views = new WeakMap<Store, Map<string, DatasetView>>()

/** Under its own split; null where there is none of this name. */
export function datasetView(store: Store, name: string): DatasetView | null {
  const summary = store.datasets.list().find(one => one.name === name)
  if (summary === undefined) return null
  const kept = views.get(store) ?? new Map<string, DatasetView>()
  views.set(store, kept)
  const key = JSON.stringify([summary.name, summary.fingerprint, summary.split, summary.groups])
  const found = kept.get(key) ?? readView(store, name)
  if (found !== null) kept.set(key, found)
  return found
}

function readView(store: Store, name: string): DatasetView | null {
  const dataset = store.datasets.get(name)
  if (dataset === null) return null
  const { fingerprint, classes, split, pixels, source, images, rejected } = dataset
  const groups = new Set(images.flatMap(({ group }) => group ?? []))
  return {
    ...{ name, fingerprint, classes, split, pixels, images, rejected: rejected.length },
    ...(source === undefined ? {} : { source }),
    groups: groups.size === 0 ? null : groups.size,
    classCounts: classes.map((className, label) => ({
      name: className,
      counts: SHOWN_PARTS.map(part => images.filter(one => one.label === label && one.part === part).length),
    })),
  }
}

const auditedImage = z.object({ image: z.string(), origin: z.string(), class: z.string(), part: z.string() })
const auditedPair = z.object({
  a: auditedImage,
  b: auditedImage,
  likeness: z.number(),
  exact: z.boolean(),
  acrossSplits: z.boolean(),
  labelConflict: z.boolean(),
})
const audit = z.object({
  exactDuplicates: z.number(),
  nearDuplicates: z.number(),
  acrossSplits: z.number(),
  labelConflicts: z.number(),
  outliers: z.array(z.unknown()),
  baselineAccuracy: z.number().nullable(),
  neighbours: z.object({ accuracy: z.number().nullable() }),
  imbalance: z.number().nullable(),
  pairs: z.array(auditedPair),
  pairsLeftOut: z.number(),
})
/** What the Data screen shows of an audit. */
export type ShownAudit = z.infer<typeof audit>

/** The last audit of a dataset; null before the first, or where a later release wrote it otherwise. */
export function storedAudit(store: Store, name: string): { readonly audit: ShownAudit; readonly created: string } | null {
  const found = store.datasets.audit(name)
  const parsed = audit.safeParse(found?.record)
  return found === null || !parsed.success ? null : { audit: parsed.data, created: found.created }
}

/** The pixels of images that lie in one pixel file; `places` is JSON of their sizes and offsets: an input that can be compared. */
export function greyImages(store: Store, file: string, places: string): GreyImage[] {
  const wanted = JSON.parse(places) as readonly Pick<ShownImage, 'width' | 'height' | 'offset'>[]
  if (wanted.length === 0) return []
  const reader = store.files.open(file)
  try {
    return wanted.map(({ width, height, offset }) => {
      const pixels = new Uint8Array(width * height)
      reader.readInto(pixels, offset)
      return { width, height, pixels }
    })
  } finally {
    reader.close()
  }
}

/** For `greyImages`. */
export function placesOf(images: readonly (ShownImage | undefined)[]): string {
  return JSON.stringify(
    images.flatMap(image => {
      return image === undefined ? [] : [{ width: image.width, height: image.height, offset: image.offset }]
    }),
  )
}

/** The end of a path: the file and the folder it is in; anything else as it is. */
export function originWords(origin: string): string {
  return origin.split('/').slice(-2).join('/')
}
