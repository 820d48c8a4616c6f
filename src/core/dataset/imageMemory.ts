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
  const placed = (n: number): Uint8Array => new Uint8Array(buffer, n * size * size, size * size)
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
  const image = new Uint8Array(size * size)
  const write = (n: number): void => {
    for (let written = 0; written < image.length; ) {
      written += writeSync(file, image, written, image.length - written, n * image.length + written)
    }
  }
  resizeEach(pack, images, size, more, () => image, write)
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
  placeOf: (n: number) => Uint8Array,
  done: (n: number) => void = () => {},
): void {
  for (const [n, { id, width, height, offset }] of images.entries()) {
    const target = placeOf(n)
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
    done(n)
  }
  for (const [n, { pixels, width, height }] of more.entries()) {
    resizeBilinear(pixels, width, height, size, size, placeOf(images.length + n))
    done(images.length + n)
  }
}

/** A view of one image's `size * size` bytes in shared memory. Throws `failed` if it is not there. */
export function pixelsOf({ size, buffer, index }: ImageMemory, id: string): Uint8Array {
  const n = index.get(id)
  if (n === undefined) throw new LabError('failed', `image ${id} is not in memory`)
  return new Uint8Array(buffer, n * size * size, size * size)
}
