/** A data set of drawn heads, for teaching: classes differ by the size of the ventricles and the thickness of the cortex, and overlap. */
import { setImmediate } from 'node:timers/promises'
import { LabError } from '../shared/errors.ts'
import { type RandomStream, randomStream } from '../shared/random.ts'
import { DEFAULT_CLASSES } from './classes.ts'
import type { Dataset, DatasetImage } from './dataset.ts'
import { contentHash, fingerprintOf, idMaker } from './fingerprint.ts'
import type { ImportedDataset } from './import.ts'
import { drawSlice, type Head, normal, PHANTOM_SIZE } from './phantomSlice.ts'
import { DEFAULT_FRACTION, splitParts } from './split.ts'

/** Slices of a subject. */
const SLICES = 4
/** Shares of the classes, in severity order. */
const SHARES = [0.4, 0.3, 0.2, 0.1]
/** Of every class, so that a grouped split has one for each part. */
const LEAST_SUBJECTS = 3
/** The fewest images: that many subjects of every class. */
const LEAST_IMAGES = LEAST_SUBJECTS * SLICES * DEFAULT_CLASSES.length
const MOST_IMAGES = 20_000

export interface PhantomRequest {
  readonly name: string
  /** How many, from `LEAST_IMAGES` to `MOST_IMAGES`. */
  readonly images: number
  readonly seed: number
}

export interface PhantomOptions {
  /** Called after each subject. */
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

/**
 * Draws the data set: subjects of four slices each, which are its groups, under a grouped split. The same request gives the same pixels; more images
 * of one seed add subjects and keep those there are. 40 % of the subjects are of the first class, 30, 20 and 10 % of the others.
 *
 * Rejects with `usage` for a number of images out of range, and with the signal's reason.
 */
export async function makePhantom(
  { name, images: wanted, seed }: PhantomRequest,
  { onProgress, signal }: PhantomOptions = {},
): Promise<ImportedDataset> {
  if (!(Number.isInteger(wanted) && wanted >= LEAST_IMAGES && wanted <= MOST_IMAGES)) {
    throw new LabError('usage', `a phantom has from ${LEAST_IMAGES} to ${MOST_IMAGES} images, not ${wanted}`)
  }
  const side = PHANTOM_SIZE
  const pixels = new Uint8Array(wanted * side ** 2)
  const nextId = idMaker()
  const drawn: Omit<DatasetImage, 'part'>[] = []
  for (const { label, number } of subjects(Math.ceil(wanted / SLICES))) {
    const group = `${DEFAULT_CLASSES[label]}-${number}`
    const head = drawHead(label, randomStream(seed, 'phantom', group))
    for (let slice = 0; slice < SLICES && drawn.length < wanted; slice++) {
      const stream = randomStream(seed, 'phantom', group, slice)
      const level = (slice + 0.6 * (stream.uniform() - 0.5)) / SLICES + 0.1
      const image = drawSlice(head, level, stream)
      const offset = drawn.length * side ** 2
      pixels.set(image, offset)
      const sha256 = contentHash(image)
      const origin = `phantom ${group} slice ${slice}`
      drawn.push({ id: nextId(sha256), sha256, label, sourcePart: null, group, width: side, height: side, offset, origin })
    }
    onProgress?.(drawn.length, wanted)
    await setImmediate()
    signal?.throwIfAborted()
  }
  const split = { kind: 'grouped', validationFraction: DEFAULT_FRACTION, testFraction: DEFAULT_FRACTION, seed } as const
  const parts = splitParts(drawn, split)
  const images = drawn.map((image, i) => ({ ...image, part: parts[i]! }))
  const dataset: Dataset = {
    name,
    fingerprint: fingerprintOf(DEFAULT_CLASSES, images),
    classes: DEFAULT_CLASSES,
    split,
    simulatedLabels: true,
    phantom: true,
    groups: { by: 'phantom' },
    source: { origin: `phantom drawn by mri-lab, seed ${seed}: no patients, no anatomy`, licence: 'CC0-1.0' },
    pixels: contentHash(pixels),
    images,
    rejected: [],
  }
  return { dataset, pixels }
}

/** Class and number (from 1) of every subject, the classes' first ones first, so that fewer images leave the last ones out. */
function subjects(count: number): { readonly label: number; readonly number: number }[] {
  const numbers = SHARES.map(() => 0)
  return Array.from({ length: count }, (_, i) => {
    // First enough of every class, then whichever lags most behind its share.
    const lag = (label: number): number => SHARES[label]! * (i + 1) - numbers[label]!
    const early = i < LEAST_SUBJECTS * SHARES.length
    const label = early ? i % SHARES.length : SHARES.map((_, c) => c).reduce((best, c) => (lag(c) > lag(best) ? c : best))
    return { label, number: ++numbers[label]! }
  })
}

/** A head whose atrophy follows from a severity that overlaps between neighbouring classes. */
function drawHead(label: number, stream: RandomStream): Head {
  const spread = (deviation: number): number => deviation * normal(stream)
  const between = (low: number, high: number): number => low + (high - low) * stream.uniform()
  const severity = Math.max(label + spread(0.45), -0.6)
  return {
    halfWidth: 0.66 + spread(0.04),
    halfLength: 0.8 + spread(0.035),
    turn: spread(0.1),
    right: spread(0.05),
    down: spread(0.05),
    cortex: Math.max(0.105 - 0.014 * severity + spread(0.007), 0.03),
    folds: Math.max(0.045 + 0.012 * severity + spread(0.006), 0.01),
    waves: [9, 14, 23].map(turns => ({ turns: turns + Math.floor(between(0, 5)), phase: between(0, 2 * Math.PI) })),
    outline: [2, 3].map(turns => ({ depth: spread(0.02), turns, phase: between(0, 2 * Math.PI) })),
    marks: Array.from({ length: 14 }, () => ({
      u: between(-0.55, 0.55),
      v: between(-0.7, 0.7),
      level: between(0, 1),
      radius: between(0.05, 0.16),
      brightness: spread(0.09),
    })),
    ventricles: Math.max(0.75 + 0.42 * severity + spread(0.2), 0.2),
    asymmetry: spread(0.1),
    bias: [spread(0.08), spread(0.08), spread(0.06)],
    gain: between(0.72, 0.95),
    gamma: between(0.9, 1.15),
    noise: between(0.015, 0.04),
  }
}
