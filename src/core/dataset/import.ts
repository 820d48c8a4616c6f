/** Makes a data set of image files: read, decode, name classes, fingerprint, split, and pack the pixels. */
import { LabError } from '../shared/errors.ts'
import { type ClassRequest, checkMappingUsed, classNamer, orderClasses } from './classes.ts'
import type { Dataset, DatasetImage, Part, SplitSpec } from './dataset.ts'
import { fingerprintOf, idMaker } from './fingerprint.ts'
import { checkPattern, type GroupRequest, groupsOf } from './groups.ts'
import { type DatasetNote, readNote } from './note.ts'
import { PixelMemory, type PixelStore } from './pixelStore.ts'
import { type ReadImage, readImages } from './readImages.ts'
import { type SmallVersions, SmallVersionsMaker } from './similarity.ts'
import { noteFolders, openSource } from './sources/open.ts'
import type { ImageSource } from './sources/source.ts'
import { checkFractions, DEFAULT_FRACTION, defaultSplitKind, splitParts } from './split.ts'

/** What `data add` asks for. */
export interface ImportRequest extends ClassRequest {
  readonly name: string
  /** Folders of class folders, Parquet files, folders of Parquet files, or CSV files. */
  readonly paths: readonly string[]
  /** A source whose images are all the validation part. */
  readonly validation?: string
  /** Default: `parity` where the source has a validation or test part, else `random`. */
  readonly split?: SplitSpec['kind']
  /** Of each class, for `random`; 0.2 each by default. */
  readonly fractions?: { readonly validation?: number; readonly test?: number }
  readonly seed: number
  /** What tells groups; near duplicates where nothing is said. */
  readonly groups?: GroupRequest
  /** Absolute path of a folder that is passed over wherever it lies: the lab's own files, where images are added from the folder of its database. */
  readonly except?: string
}

export interface ImportOptions {
  /** Called after each image with how many are done, and of how many. */
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

/** A data set and its pixel file: every image's grey bytes at native size, one after another. */
export interface ImportedDataset {
  readonly dataset: Dataset
  readonly pixels: Uint8Array
}

/**
 * Reads every image of the sources in order (paths as given; in each, by file path's bytes, or by rows). What can't be used is listed in
 * `rejected`, never dropped silently.
 *
 * Throws `usage` for an impossible split or option, `data` for a source that can't be read, a class without a readable image or an unknown
 * label, `interrupted` if `signal` says so.
 */
export async function importDataset(request: ImportRequest, options: ImportOptions = {}): Promise<ImportedDataset> {
  const memory = new PixelMemory()
  const dataset = await importInto(memory, request, options)
  return { dataset, pixels: memory.bytes }
}

/** As `importDataset`, with the pixels written to a place of the caller's as they come. */
export async function importInto(store: PixelStore, request: ImportRequest, options: ImportOptions = {}): Promise<Dataset> {
  const fractions = {
    validationFraction: request.fractions?.validation ?? DEFAULT_FRACTION,
    testFraction: request.fractions?.test ?? DEFAULT_FRACTION,
  }
  checkFractions(fractions)
  if (request.groups?.pattern !== undefined) checkPattern(request.groups.pattern)
  const classOf = classNamer(request)
  const { sources, note } = await openSources(request)
  const { read, refused } = await readImages(sources, store, classOf, options)

  const counts = new Map<string, number>()
  const rawLabels = new Set<string>()
  const labels = [
    sources.flatMap(source => source.labels),
    read.map(({ label }) => label),
    refused.flatMap(each => each.label ?? []),
  ]
  for (const label of labels.flat()) {
    rawLabels.add(label)
    if (!counts.has(classOf(label))) counts.set(classOf(label), 0)
  }
  for (const { label } of read) counts.set(classOf(label), counts.get(classOf(label))! + 1)
  checkMappingUsed(request, rawLabels)
  const classes = orderClasses(counts, request)

  const nextId = idMaker()
  const named = read.map(({ label, ...image }) => ({
    id: nextId(image.sha256),
    label: classes.indexOf(classOf(label)),
    ...image,
  }))
  const split: SplitSpec = {
    kind: request.split ?? defaultSplitKind(named),
    ...fractions,
    seed: request.seed,
  }
  const found = await groupsOf(
    named,
    groupsAsked(request, sources),
    smallVersionsOf(store, read),
    options.signal === undefined ? {} : { signal: options.signal },
  )
  const grouped = named.map(({ fileName: _, group: __, ...image }, i) => {
    const group = found.groups[i]
    return group === undefined ? image : { ...image, group }
  })
  const parts = splitParts(grouped, split)
  checkTrained(classes, grouped, parts, split)
  const images = grouped.map((image, i): DatasetImage => ({ ...image, part: parts[i]! }))
  return {
    name: request.name,
    fingerprint: fingerprintOf(classes, images),
    classes,
    split,
    simulatedLabels: note.simulatedLabels,
    ...(request.classes === undefined ? {} : { orderedClasses: true }),
    groups: found.rule,
    ...(note.origin || note.licence ? { source: sourceOf(note) } : {}),
    pixels: store.sha256(),
    images,
    rejected: refused.map(({ path, reason }) => ({ path, reason })),
  }
}

/** Throws `data` naming a class that a model could not learn, for all of its images are held out. */
function checkTrained(
  classes: readonly string[],
  images: readonly Pick<DatasetImage, 'label'>[],
  parts: readonly DatasetImage['part'][],
  { kind }: SplitSpec,
): void {
  const trained = new Set(images.filter((_, i) => parts[i] === 'train').map(({ label }) => label))
  const missing = classes.find((_, label) => !trained.has(label))
  if (missing === undefined) return
  const advice = kind === 'parity' ? 'use --split random, or add train images' : 'hold out less, or leave the class out'
  throw new LabError('data', `class '${missing}' has no image in train under the ${kind} split: ${advice}`)
}

async function openSources(request: ImportRequest): Promise<{ sources: ImageSource[]; note: DatasetNote }> {
  if (request.paths.length === 0) throw new LabError('usage', 'no path of images is given')
  const mapped = new Set(Object.keys(request.labels ?? {}))
  const sources: ImageSource[] = []
  const column = request.groups?.column
  const { except } = request
  for (const path of request.paths) sources.push(await openSource(path, mapped, column, except))
  if (request.validation !== undefined) {
    sources.push(asPart(await openSource(request.validation, mapped, column, except), 'validation'))
  }

  const paths = request.validation === undefined ? request.paths : [...request.paths, request.validation]
  const note: DatasetNote = { simulatedLabels: false }
  for (const path of paths) {
    for (const folder of await noteFolders(path)) {
      const found = await readNote(folder)
      if (!found) continue
      note.simulatedLabels ||= found.simulatedLabels
      note.origin ??= found.origin
      note.licence ??= found.licence
    }
  }
  return { sources, note }
}

function sourceOf({ origin, licence }: DatasetNote): NonNullable<Dataset['source']> {
  return { ...(origin ? { origin } : {}), ...(licence ? { licence } : {}) }
}

/** The same source with all images in one part. */
function asPart(source: ImageSource, part: Part): ImageSource {
  return {
    ...source,
    async *read() {
      for await (const item of source.read()) yield 'reason' in item ? item : { ...item, part }
    },
  }
}

/** What the request says, else the column that every source has for it. */
function groupsAsked({ groups = {} }: ImportRequest, sources: readonly ImageSource[]): GroupRequest {
  if (groups.column !== undefined || groups.pattern !== undefined) return groups
  const column = sources[0]?.groupColumn
  return column !== undefined && sources.every(source => source.groupColumn !== undefined) ? { column } : {}
}

function smallVersionsOf(store: PixelStore, read: readonly ReadImage[]): SmallVersions {
  const maker = new SmallVersionsMaker(read.length)
  for (const { offset, width, height } of read) maker.add(store.read(offset, width * height), width, height)
  return maker.done()
}
