import { readSync, writeSync } from 'node:fs'
import { LabError } from '../shared/errors.ts'
import type { DatasetImage } from './dataset.ts'
import type { GreyImage } from './decode.ts'
import { resizeBilinear } from './resize.ts'

/**
 * Images at a model's size in memory that all worker threads of a process share: the one copy. It can be posted to a worker as it is
 * (shared memory is not copied).
 */
export interface ImageMemory {
  /** Images are `size * size` grey bytes. */
  readonly size: number
  /** Image n starts at byte n * size * size. */
  readonly buffer: SharedArrayBuffer
  /** Image id -> n. */
  readonly index: ReadonlyMap<string, number>
}

/** A data set's pixel file: its bytes, or a file that is read where images lie in it. */
export type PixelSource = Uint8Array | { readInto(target: Uint8Array, offset: number): void }

type Placed = Pick<DatasetImage, 'id' | 'width' | 'height' | 'offset'>

/** The share of the memory that is free which images may take; more lie in a file and are read from it as they are asked for. */
const MOST_SHARE = 0.5

/** Whether images are held in memory: `bytes` at a model's size, all models together. Else they take none of it. */
export function heldInMemory(bytes: number, available: number): boolean {
  return bytes <= MOST_SHARE * available
}

/**
 * Resizes each image once into shared memory.
 *
 * @param pack the data set's pixel file, into which the images' offsets point.
 * @param more images that are no data set's; they follow, known by their place alone
 * Throws `data` if the pack is too short for an image.
 */
export function imageMemory(
  pack: PixelSource,
  images: readonly Placed[],
  size: number,
  more: readonly GreyImage[] = [],
): ImageMemory {
  const buffer = new SharedArrayBuffer((images.length + more.length) * size * size)
  const placed = (n: number, count: number) => new Uint8Array(buffer, n * size * size, count * size * size)
  resizeEach(pack, images, size, more, placed)
  return { size, buffer, index: new Map(images.map(({ id }, n) => [id, n])) }
}

/** As `imageMemory`, into an open file, where image n starts at byte n * size * size: for more images than memory should hold. */
export function imageFile(
  file: number,
  pack: PixelSource,
  images: readonly Placed[],
  size: number,
  more: readonly GreyImage[] = [],
): void {
  const area = size * size
  const scratch = new Uint8Array(MOST_AT_ONCE * area)
  const write = (n: number, count: number): void => {
    for (let written = 0; written < count * area; ) {
      written += writeSync(file, scratch, written, count * area - written, n * area + written)
    }
  }
  resizeEach(pack, images, size, more, (_, count) => scratch.subarray(0, count * area), write)
}

/** One image's `size * size` bytes of such a file. Throws `failed` where it ends before. */
export function imageOfFile(file: number, n: number, size: number): Uint8Array {
  const image = new Uint8Array(size * size)
  let read = 0
  while (read < image.length) {
    const more = readSync(file, image, read, image.length - read, n * image.length + read)
    if (more === 0) throw new LabError('failed', `the file of images at ${size}x${size} ends before image ${n}`)
    read += more
  }
  return image
}

function resizeEach(
  pack: PixelSource,
  images: readonly Placed[],
  size: number,
  more: readonly GreyImage[],
  placeOf: (n: number, count: number) => Uint8Array,
  done: (n: number, count: number) => void = () => {},
): void {
  for (let n = 0; n < images.length; ) {
    const { id, width, height, offset } = images[n]!
    const count = pack instanceof Uint8Array ? 1 : inOnePiece(images, n, size)
    const target = placeOf(n, count)
    if (pack instanceof Uint8Array) {
      const end = offset + width * height
      if (end > pack.length) throw new LabError('data', `the pixel file ends before image ${id}: it is damaged`)
      resizeBilinear(pack.subarray(offset, end), width, height, size, size, target)
    } else if (width === size && height === size) {
      pack.readInto(target, offset) // without a copy in between
    } else {
      const native = new Uint8Array(width * height)
      pack.readInto(native, offset)
      resizeBilinear(native, width, height, size, size, target)
    }
    done(n, count)
    n += count
  }
  for (const [n, { pixels, width, height }] of more.entries()) {
    resizeBilinear(pixels, width, height, size, size, placeOf(images.length + n, 1))
    done(images.length + n, 1)
  }
}

/** Images that are read at once. */
const MOST_AT_ONCE = 256

/** How many images from number `first` on lie one after another in the pixel file as they shall lie here; 1 for one that does not. */
function inOnePiece(images: readonly Placed[], first: number, size: number): number {
  const fits = (n: number): boolean => {
    const image = images[n]
    return (
      image?.width === size && image.height === size && image.offset === images[first]!.offset + (n - first) * size * size
    )
  }
  let count = 1
  while (count < MOST_AT_ONCE && fits(first) && fits(first + count)) count++
  return count
}

/** A view of one image's `size * size` bytes in shared memory. Throws `failed` if it is not there. */
export function pixelsOf({ size, buffer, index }: ImageMemory, id: string): Uint8Array {
  const n = index.get(id)
  if (n === undefined) throw new LabError('failed', `image ${id} is not in memory`)
  return new Uint8Array(buffer, n * size * size, size * size)
}
