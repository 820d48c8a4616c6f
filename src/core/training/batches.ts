/** Puts images of the shared memory into the arrays that an engine takes. */
import { type Policy, perform } from '../augmentation/index.ts'
import { batchOrder } from '../dataset/sampling.ts' // not by its door: workers need no image decoders
import { randomStream } from '../shared/random.ts'
import type { TaskImage } from './task.ts'

/** Images of one run that all have `size * size` grey bytes, in memory that threads share. */
export interface ImageBytes {
  readonly bytes: Uint8Array
  readonly size: number
}

/** The training images in the order of this epoch: by hash(seed, run index, epoch, image id), so that cells share the order. */
export function epochOrder(images: readonly TaskImage[], seed: number, index: number, epoch: number): TaskImage[] {
  const byId = new Map(images.map(image => [image.id, image]))
  return batchOrder(seed, index, epoch, [...byId.keys()]).map(id => byId.get(id)!)
}

/** Cuts a list into batches; the last may be smaller. */
export function* inBatches<T>(items: readonly T[], batch: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += batch) yield items.slice(start, start + batch)
}

/** Pixels (0 to 255) `[images, size, size, 1]` as they are. */
export function plainPixels(images: readonly { readonly place: number }[], { bytes, size }: ImageBytes): Float32Array {
  const pixels = new Float32Array(images.length * size * size)
  for (const [i, { place }] of images.entries()) pixels.set(imageAt(bytes, place, size), i * size * size)
  return pixels
}

/** Pixels under a policy; each image draws from a stream of its own, named by seed, run index, epoch and image id. */
export function augmentedPixels(
  images: readonly TaskImage[],
  memory: ImageBytes,
  policy: Policy,
  { seed, index, epoch }: { seed: number; index: number; epoch: number },
): Float32Array {
  const { bytes, size } = memory
  const area = size * size
  const pixels = new Float32Array(images.length * area)
  images.forEach(({ id, place }, i) => {
    const steps = policy.draw(randomStream(seed, index, 'augmentation', epoch, id))
    const image = { pixels: imageAt(bytes, place, size), width: size, height: size }
    perform(steps, image, pixels.subarray(i * area, (i + 1) * area))
  })
  return pixels
}

export function labelsOf(images: readonly TaskImage[]): Int32Array {
  return Int32Array.from(images, image => image.label)
}

function imageAt(bytes: Uint8Array, place: number, size: number): Uint8Array {
  return bytes.subarray(place * size * size, (place + 1) * size * size)
}
