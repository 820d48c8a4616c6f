/** `synth fidelity`: what is compared, read from the database; and the page of real images beside variations. */
import { resolve } from 'node:path'
import type { Dataset, GreyImage } from '../core/dataset/index.ts'
import { type VariationPair, variationSheet, writePng } from '../core/explain/index.ts'
import { LabError } from '../core/shared/errors.ts'
import { hashOf } from '../core/shared/random.ts'
import {
  type BankImage,
  classified,
  decodeGreyFile,
  type Fidelity,
  type ImageRecord,
  measureFidelity,
  type SyntheticImage,
} from '../core/synthesis/index.ts'
import { loadStudy, splitOfRun } from '../runner/prepare.ts'
import type { Store } from '../store/index.ts'
import type { Context } from './context.ts'
import { readLab } from './lab.ts'
import { noDataset, noRun } from './missing.ts'
import type { Progress } from './progress.ts'
import { modelOfRun } from './trainedModel.ts'

export interface FidelityRequest {
  readonly dataset: string
  readonly generator: string
  readonly run: number | undefined
  readonly seed: number
}

interface Found {
  readonly dataset: Dataset
  readonly pack: Uint8Array
  readonly bank: readonly BankImage[]
  readonly synthetic: readonly SyntheticImage[]
  /** Content hashes of the real images that the run learned from. */
  readonly learned: ReadonlySet<string>
}

export interface FidelityOfBank extends Found {
  readonly fidelity: Fidelity
}

/**
 * Throws `usage` where there is no such dataset, run or images, the run is of another dataset, or it was trained on synthetic images.
 */
export async function fidelityOfBank(context: Context, request: FidelityRequest): Promise<FidelityOfBank> {
  const { generator, run, seed } = request
  const found = await readLab<Found | null>(context, null, store => read(store, request))
  if (found === null) throw noDataset(request.dataset)
  const { dataset, pack, synthetic, learned } = found
  const trained = run === undefined ? null : await modelOfRun(context, run)
  const { signal } = context
  const bars: Progress[] = []
  const progressOf = (label: string) => {
    let bar: Progress | undefined
    return (done: number, total: number): void => {
      if (bar === undefined) {
        bar = context.progress({ label, unit: 'images', total })
        bars.push(bar)
      }
      bar.update(done)
    }
  }
  try {
    const classifier = trained && {
      run: run!,
      model: trained.model.name,
      learned,
      classify: (images: readonly GreyImage[]) =>
        classified(trained, images, { onProgress: progressOf(`asking run ${run}`), signal }),
    }
    const fidelity = await measureFidelity(
      { dataset, pack, generator, synthetic, seed, classifier },
      { onProgress: progressOf(`comparing ${generator}`), signal },
    )
    return { ...found, fidelity }
  } finally {
    for (const bar of bars) bar.end()
    await trained?.release()
  }
}

function read(store: Store, { dataset: name, generator, run }: FidelityRequest): Found {
  const stored = store.datasets.get(name)
  if (stored === null) throw noDataset(name)
  const bank = store.bank.list({ dataset: name, generator })
  if (bank.length === 0)
    throw new LabError(
      'usage',
      `the bank has no images of '${generator}' for ${name}; 'mri-lab synth list' shows what there is`,
    )
  const { dataset, learned } = run === undefined ? { dataset: stored, learned: new Set<string>() } : ofRun(store, run, name)
  const pack = store.files.read(stored.pixels)
  const synthetic = bank.map(({ id, class: of, parents, sha256 }) => {
    return { id, class: of, parents, image: decodeGreyFile(store.files.read(sha256)) }
  })
  return { dataset, pack, bank, synthetic, learned }
}

/** The split that a run stands on, and the real images that it learned from. */
function ofRun(store: Store, id: number, name: string): Pick<Found, 'dataset' | 'learned'> {
  const run = store.runs.get(id)
  if (run === null) throw noRun(id)
  const { spec, splits } = loadStudy(store, run.study)
  if (spec.dataset !== name) throw new LabError('usage', `run ${id} is of dataset ${spec.dataset}, not ${name}`)
  const training = Object.values(store.training.of(id) ?? {})
  if (training.some(({ bank = [] }) => bank.length > 0))
    throw new LabError(
      'usage',
      `run ${id} was trained on synthetic images too; name one of a scenario without them: what it says of synthetic images is to come from real ones`,
    )
  const dataset = splitOfRun(splits, run.index)
  const hashes = new Map(dataset.images.map(image => [image.id, image.sha256]))
  return { dataset, learned: new Set(training.flatMap(({ images }) => images.flatMap(image => hashes.get(image) ?? []))) }
}

/** Pairs of a class on the page. */
const PAIRS = 4

/** Writes the page: of each class the first images in the order of hash(seed, 'sheet', id) beside what they were made from. */
export async function writeVariations(
  context: Context,
  { fidelity, dataset, pack, bank, synthetic }: FidelityOfBank,
  file: string,
): Promise<void> {
  const images = new Map(dataset.images.map(image => [image.sha256, image]))
  const byId = new Map(dataset.images.map(image => [image.id, image]))
  const pixels = ({ width, height, offset }: Dataset['images'][number]): GreyImage => {
    return { width, height, pixels: pack.subarray(offset, offset + width * height) }
  }
  const pairOf = (at: number): VariationPair[] => {
    const record = fidelity.images[at]!
    const { parents, variation } = bank[at]!
    const nearest = record.train?.correlation.image
    const source = images.get(parents[0] ?? '') ?? byId.get(nearest ?? '')
    if (source === undefined) return []
    const known = images.has(parents[0] ?? '')
    const first = `bank:${record.id}${known ? ` no. ${variation}` : ' by the nearest'}`
    return [{ real: pixels(source), synthetic: synthetic[at]!.image, lines: [first, wordsOf(record)] }]
  }
  const rows = dataset.classes.flatMap(name => {
    const places = fidelity.images.flatMap((record, at) => (record.class === name ? [at] : []))
    if (places.length === 0) return []
    const order = new Map(places.map(at => [at, hashOf(fidelity.seed, 'sheet', bank[at]!.id)]))
    const first = places.toSorted((a, b) => (order.get(a)! < order.get(b)! ? -1 : 1)).slice(0, PAIRS)
    const count = `${places.length} ${places.length === 1 ? 'image' : 'images'}`
    return [{ title: `${name}, ${count}`, pairs: first.flatMap(pairOf) }]
  })
  const marks = [...(dataset.phantom ? ['phantom'] : []), ...(dataset.simulatedLabels ? ['simulated labels'] : [])]
  const title = [`${dataset.name}, ${fidelity.generator}: real image on the left, variation on the right`, ...marks].join(
    '; ',
  )
  const notes = [
    'r: correlation of edges with the most similar parent; S: structural similarity.',
    'near: to its source, more than real images are to each other;',
    'copy!: so near to an image that it was not made from.',
    'Research software. Not for diagnosis.',
  ]
  await writePng(resolve(context.cwd, file), variationSheet(title, rows, notes))
}

function wordsOf({ parents, train, copyOf }: ImageRecord): string {
  const likeness = parents ?? (train && { correlation: train.correlation.likeness, ssim: train.ssim.likeness })
  if (likeness === null) return ''
  return `r ${likeness.correlation.toFixed(2)}  S ${likeness.ssim.toFixed(2)}${copyOf === 'parent' ? '  near' : copyOf === 'other' ? '  copy!' : ''}`
}
