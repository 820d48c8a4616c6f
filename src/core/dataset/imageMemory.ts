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

/**
 * Resizes each image once into shared memory.
 *
 * @param pack the data set's pixel file, into which the images' offsets point.
 * @param more images that are no data set's; they follow, known by their place alone
 * Throws `data` if the pack is too short for an image.
 */
export function imageMemory(
  pack: Uint8Array,
  images: readonly Pick<DatasetImage, 'id' | 'width' | 'height' | 'offset'>[],
  size: number,
  more: readonly GreyImage[] = [],
): ImageMemory {
  const buffer = new SharedArrayBuffer((images.length + more.length) * size * size)
  const placed = (n: number): Uint8Array => new Uint8Array(buffer, n * size * size, size * size)
  for (const [n, { id, width, height, offset }] of images.entries()) {
    const end = offset + width * height
    if (end > pack.length) throw new LabError('data', `the pixel file ends before image ${id}: it is damaged`)
    resizeBilinear(pack.subarray(offset, end), width, height, size, size, placed(n))
  }
  for (const [n, { pixels, width, height }] of more.entries()) {
    resizeBilinear(pixels, width, height, size, size, placed(images.length + n))
  }
  return { size, buffer, index: new Map(images.map(({ id }, n) => [id, n])) }
}

/** A view of one image's `size * size` bytes in shared memory. Throws `failed` if it is not there. */
export function pixelsOf({ size, buffer, index }: ImageMemory, id: string): Uint8Array {
  const n = index.get(id)
  if (n === undefined) throw new LabError('failed', `image ${id} is not in memory`)
  return new Uint8Array(buffer, n * size * size, size * size)
}
