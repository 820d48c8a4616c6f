/**
 * How alike images are, on small versions of them, in whole numbers where it can be, so that an answer is the same everywhere.
 *
 * Brains in a common space all look alike in their grey levels: two strangers' slices of one level correlate by 0.98. Their edges tell them
 * apart, so what is correlated are differences of neighbours. `docs/audit.md` has the measurements that the numbers below stand on.
 */
import { resizeBilinear } from './resize.ts'

/** Side of the small version that is correlated, in pixels. */
const SMALL = 32
/** Side of the version that is hashed and that nearest neighbours are looked for in. */
export const TINY = 16
/** Images correlating by so much or more are near duplicates. */
export const NEAR = 0.9

const SMALL_PIXELS = SMALL * SMALL
const TINY_PIXELS = TINY * TINY
/** A step between neighbours counts as one above this many grey levels: below lies the noise of compression. */
const STEP = 2
/** Bits of the hash: steps to the right and steps down. */
const BITS = 2 * TINY * (TINY - 1)
const WORDS = BITS / 32
/** Images whose hashes differ in more bits are not correlated: near duplicates were seen to differ in 50 at most. */
const CANDIDATE_BITS = 64
/** Differences to the right and down: what is correlated. */
const STEPS = 2 * (SMALL - 1) * (SMALL - 1)

/** An image as it is stored. */
export interface PackedImage {
  readonly width: number
  readonly height: number
  readonly offset: number
}

/** Small versions of images, and what is computed from them once; image i at place i. */
export interface SmallVersions {
  readonly count: number
  /** `[count, 32, 32]` grey. */
  readonly small: Uint8Array
  /** `[count, 16, 16]`: means of 2x2 pixels of the small version, rounded half up. */
  readonly tiny: Uint8Array
  /** `[count, 15]` words: the perceptual hash. */
  readonly hashes: Int32Array
  /** Of the differences: their sum, and sqrt(N sum of squares - sum^2), 0 for an image without contrast. */
  readonly sums: Float64Array
  readonly spreads: Float64Array
}

/** Makes small versions one by one. */
export class SmallVersionsMaker {
  readonly #made: SmallVersions
  #next = 0

  constructor(count: number) {
    this.#made = {
      count,
      small: new Uint8Array(count * SMALL_PIXELS),
      tiny: new Uint8Array(count * TINY_PIXELS),
      hashes: new Int32Array(count * WORDS),
      sums: new Float64Array(count),
      spreads: new Float64Array(count),
    }
  }

  /** The next image: `width * height` grey bytes. */
  add(pixels: Uint8Array, width: number, height: number): void {
    const { small, tiny, hashes, sums, spreads } = this.#made
    const i = this.#next++
    const mine = small.subarray(i * SMALL_PIXELS, (i + 1) * SMALL_PIXELS)
    resizeBilinear(pixels, width, height, SMALL, SMALL, mine)
    const mineTiny = tiny.subarray(i * TINY_PIXELS, (i + 1) * TINY_PIXELS)
    halve(mine, mineTiny)
    hash(mineTiny, hashes.subarray(i * WORDS, (i + 1) * WORDS))
    let sum = 0
    let squares = 0
    for (let y = 0; y < SMALL - 1; y++) {
      for (let x = 0; x < SMALL - 1; x++) {
        const at = y * SMALL + x
        const right = mine[at + 1]! - mine[at]!
        const down = mine[at + SMALL]! - mine[at]!
        sum += right + down
        squares += right * right + down * down
      }
    }
    sums[i] = sum
    spreads[i] = Math.sqrt(STEPS * squares - sum * sum)
  }

  done(): SmallVersions {
    return this.#made
  }
}

/** The small versions of images in a pixel file. */
export function smallVersions(pack: Uint8Array, images: readonly PackedImage[]): SmallVersions {
  const maker = new SmallVersionsMaker(images.length)
  for (const { width, height, offset } of images) maker.add(pack.subarray(offset, offset + width * height), width, height)
  return maker.done()
}

function halve(small: Uint8Array, tiny: Uint8Array): void {
  for (let y = 0; y < TINY; y++) {
    for (let x = 0; x < TINY; x++) {
      const at = 2 * (y * SMALL + x)
      tiny[y * TINY + x] = (small[at]! + small[at + 1]! + small[at + SMALL]! + small[at + SMALL + 1]! + 2) >> 2
    }
  }
}

/** A difference hash: whether each pixel's right and lower neighbours are brighter by more than `STEP`. */
function hash(tiny: Uint8Array, words: Int32Array): void {
  let bit = 0
  const put = (set: boolean): void => {
    if (set) words[bit >> 5]! |= 1 << (bit & 31)
    bit++
  }
  for (let y = 0; y < TINY; y++) for (let x = 0; x < TINY - 1; x++) put(tiny[y * TINY + x + 1]! - tiny[y * TINY + x]! > STEP)
  for (let y = 0; y < TINY - 1; y++)
    for (let x = 0; x < TINY; x++) put(tiny[(y + 1) * TINY + x]! - tiny[y * TINY + x]! > STEP)
}

/**
 * Pearson's correlation of the differences of images a and b to their right and lower neighbours at 32x32: -1 to 1; 0 where one has no
 * contrast. Sums are exact, so only the last division rounds.
 */
export function likeness({ small, sums, spreads }: SmallVersions, a: number, b: number): number {
  const spread = spreads[a]! * spreads[b]!
  if (spread === 0) return 0
  let products = 0
  const A = a * SMALL_PIXELS
  const B = b * SMALL_PIXELS
  for (let y = 0; y < SMALL - 1; y++) {
    const row = y * SMALL
    for (let at = row; at < row + SMALL - 1; at++) {
      const p = small[A + at]!
      const q = small[B + at]!
      products +=
        (small[A + at + 1]! - p) * (small[B + at + 1]! - q) + (small[A + at + SMALL]! - p) * (small[B + at + SMALL]! - q)
    }
  }
  return (STEPS * products - sums[a]! * sums[b]!) / spread
}

/** In how many of 480 bits the hashes of a and b differ; once it is past `most`, some number above it. */
function hashDistance({ hashes }: SmallVersions, a: number, b: number, most = BITS): number {
  let count = 0
  for (let word = 0; word < WORDS && count <= most; word++)
    count += ones(hashes[a * WORDS + word]! ^ hashes[b * WORDS + word]!)
  return count
}

/** How many bits of a 32-bit word are set. */
function ones(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555)
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** Whether it is worth correlating a and b. */
export function mayBeNear(versions: SmallVersions, a: number, b: number): boolean {
  return hashDistance(versions, a, b, CANDIDATE_BITS) <= CANDIDATE_BITS
}
