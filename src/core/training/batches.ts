/** Puts images of the shared memory into the arrays that an engine takes. */
import { type Policy, perform } from '../augmentation/index.ts'
// Not by its door: workers need no image decoders.
import { imageOfFile } from '../dataset/imageMemory.ts'
import { batchOrder } from '../dataset/sampling.ts'
import { randomStream } from '../shared/random.ts'
import type { TaskImage } from './task.ts'

/** Images of one run that all have `size * size` grey bytes, one after another: in memory that threads share, or in an open file. */
export type ImageBytes = { readonly size: number } & ({ readonly bytes: Uint8Array } | { readonly file: number })

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
export function plainPixels(images: readonly { readonly place: number }[], memory: ImageBytes): Float32Array {
  const { size } = memory
  const pixels = new Float32Array(images.length * size * size)
  for (const [i, { place }] of images.entries()) pixels.set(imageAt(memory, place), i * size * size)
  return pixels
}

/** Pixels under a policy; each image draws from a stream of its own, named by seed, run index, epoch and image id. */
export function augmentedPixels(
  images: readonly TaskImage[],
  memory: ImageBytes,
  policy: Policy,
  { seed, index, epoch }: { seed: number; index: number; epoch: number },
): Float32Array {
  const { size } = memory
  const area = size * size
  const pixels = new Float32Array(images.length * area)
  images.forEach(({ id, place }, i) => {
    const steps = policy.draw(randomStream(seed, index, 'augmentation', epoch, id))
    const image = { pixels: imageAt(memory, place), width: size, height: size }
    perform(steps, image, pixels.subarray(i * area, (i + 1) * area))
  })
  return pixels
}

export function labelsOf(images: readonly TaskImage[]): Int32Array {
  return Int32Array.from(images, image => image.label)
}

function imageAt(memory: ImageBytes, place: number): Uint8Array {
  const { size } = memory
  if ('file' in memory) return imageOfFile(memory.file, place, size)
  return memory.bytes.subarray(place * size * size, (place + 1) * size * size)
}
