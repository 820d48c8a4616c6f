/** Makes a data set of image files: read, decode, name classes, fingerprint, split, and pack the pixels. */
import { LabError, messageOf } from '../shared/errors.ts'
import { type ClassRequest, checkMappingUsed, classNamer, orderClasses } from './classes.ts'
import type { Dataset, DatasetImage, Part, Rejected, SplitSpec } from './dataset.ts'
import { decodeGrey, type GreyImage } from './decode.ts'
import { contentHash, fingerprintOf, idMaker } from './fingerprint.ts'
import { mapInOrder } from './mapInOrder.ts'
import { type DatasetNote, readNote } from './note.ts'
import { noteFolders, openSource } from './sources/open.ts'
import type { ImageSource, SourceImage } from './sources/source.ts'
import { DEFAULT_FRACTION, defaultSplitKind, splitParts } from './split.ts'

/** Images decoded at once: twice libuv's default threads, on which sharp works, so that none waits. */
const AT_ONCE = 8

/** What `data add` asks for. */
export interface ImportRequest extends ClassRequest {
  readonly name: string
  /** Folders of class folders, Parquet files, or folders of Parquet files. */
  readonly paths: readonly string[]
  /** A source whose images are all the validation part. */
  readonly validation?: string
  /** Default: `parity` where the source has a validation or test part, else `random`. */
  readonly split?: SplitSpec['kind']
  /** Of each class, for `random`; 0.2 each by default. */
  readonly fractions?: { readonly validation?: number; readonly test?: number }
  readonly seed: number
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

interface Decoded {
  readonly image: SourceImage
  readonly sha256: string
  readonly grey: GreyImage
}

/** A rejected file, with the raw label where it is known. */
type Refused = Rejected & { readonly label?: string }

/**
 * Reads every image of the sources in order (paths as given; in each, by file path's bytes, or by rows). What can't be used is listed in
 * `rejected`, never dropped silently.
 *
 * Throws `usage` for an impossible split or option, `data` for a source that can't be read, a class without a readable image or an unknown
 * label, `interrupted` if `signal` says so.
 */
export async function importDataset(request: ImportRequest, options: ImportOptions = {}): Promise<ImportedDataset> {
  const classOf = classNamer(request)
  const { sources, note } = await openSources(request)
  const { decoded, refused } = await readAll(sources, classOf, options)

  const counts = new Map<string, number>()
  const rawLabels = new Set<string>()
  for (const label of labelsOf(sources, decoded, refused)) {
    rawLabels.add(label)
    if (!counts.has(classOf(label))) counts.set(classOf(label), 0)
  }
  for (const { image } of decoded) counts.set(classOf(image.label), counts.get(classOf(image.label))! + 1)
  checkMappingUsed(request, rawLabels)
  const classes = orderClasses(counts, request)

  const nextId = idMaker()
  const named = decoded.map(({ image, sha256, grey }) => ({
    id: nextId(sha256),
    sha256,
    label: classes.indexOf(classOf(image.label)),
    sourcePart: image.part,
    origin: image.origin,
    grey,
  }))
  const split: SplitSpec = {
    kind: request.split ?? defaultSplitKind(named),
    validationFraction: request.fractions?.validation ?? DEFAULT_FRACTION,
    testFraction: request.fractions?.test ?? DEFAULT_FRACTION,
    seed: request.seed,
  }
  const { images, pixels, leftOut } = pack(named, splitParts(named, split))
  const dataset: Dataset = {
    name: request.name,
    fingerprint: fingerprintOf(classes, images),
    classes,
    split,
    simulatedLabels: note.simulatedLabels,
    ...(note.origin || note.licence ? { source: sourceOf(note) } : {}),
    pixels: contentHash(pixels),
    images,
    rejected: [...refused.map(({ path, reason }) => ({ path, reason })), ...leftOut],
  }
  return { dataset, pixels }
}

async function openSources(request: ImportRequest): Promise<{ sources: ImageSource[]; note: DatasetNote }> {
  if (request.paths.length === 0) throw new LabError('usage', 'no path of images is given')
  const mapped = new Set(Object.keys(request.labels ?? {}))
  const sources: ImageSource[] = []
  for (const path of request.paths) sources.push(await openSource(path, mapped))
  if (request.validation !== undefined) sources.push(asPart(await openSource(request.validation, mapped), 'validation'))

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

async function readAll(
  sources: readonly ImageSource[],
  classOf: (label: string) => string,
  { onProgress, signal }: ImportOptions,
): Promise<{ decoded: Decoded[]; refused: Refused[] }> {
  const total = sources.reduce((sum, source) => sum + source.count, 0)
  const decoded: Decoded[] = []
  const refused: Refused[] = []
  let done = 0
  for (const source of sources) {
    for await (const result of mapInOrder(source.read(), AT_ONCE, item => decode(item, classOf))) {
      if (signal?.aborted) throw new LabError('interrupted', `stopped after ${done} of ${total} images; nothing was kept`)
      if ('grey' in result) decoded.push(result)
      else refused.push(result)
      onProgress?.(++done, total)
    }
  }
  return { decoded, refused }
}

async function decode(item: SourceImage | Rejected, classOf: (label: string) => string): Promise<Decoded | Refused> {
  if ('reason' in item) return item
  classOf(item.label) // an unknown label stops the import at once
  try {
    const grey = await decodeGrey(item.bytes)
    return { image: { ...item, bytes: new Uint8Array(0) }, sha256: contentHash(item.bytes), grey }
  } catch (cause) {
    return { path: item.origin, reason: messageOf(cause), label: item.label }
  }
}

function labelsOf(sources: readonly ImageSource[], decoded: readonly Decoded[], refused: readonly Refused[]): Set<string> {
  return new Set([
    ...sources.flatMap(source => source.labels),
    ...decoded.map(({ image }) => image.label),
    ...refused.flatMap(({ label }) => label ?? []),
  ])
}

type NamedImage = Omit<DatasetImage, 'part' | 'width' | 'height' | 'offset'> & { readonly grey: GreyImage }

function pack(
  named: readonly NamedImage[],
  parts: readonly (Part | null)[],
): { images: DatasetImage[]; pixels: Uint8Array; leftOut: Rejected[] } {
  const kept = named.filter((_, i) => parts[i] !== null)
  const pixels = new Uint8Array(kept.reduce((sum, { grey }) => sum + grey.pixels.length, 0))
  const images: DatasetImage[] = []
  const leftOut: Rejected[] = []
  let offset = 0
  for (const [i, { grey, ...image }] of named.entries()) {
    const part = parts[i]
    if (!part) {
      leftOut.push({
        path: image.origin,
        reason: 'in the test part, which the parity split leaves out: use --split random to use it',
      })
      continue
    }
    pixels.set(grey.pixels, offset)
    images.push({ ...image, part, width: grey.width, height: grey.height, offset })
    offset += grey.pixels.length
  }
  return { images, pixels, leftOut }
}
