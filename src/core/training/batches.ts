/** Puts images of the shared memory into the arrays that an engine takes. */
import { type Policy, perform } from '../augmentation/index.ts'
// Not by its door: workers need no image decoders.
import { imageOfFile } from '../dataset/imageMemory.ts'
import { batchOrder } from '../dataset/sampling.ts'
import { randomStream } from '../shared/random.ts'
import { imagesOfEpoch, type TaskImage, type TrainingTask } from './task.ts'

/** Images of one run that all have `size * size` grey bytes, one after another: in memory that threads share, or in an open file. */
export type ImageBytes = { readonly size: number } & ({ readonly bytes: Uint8Array } | { readonly file: number })

/** A training image as it is fed. */
export interface FedImage extends TaskImage {
  /** Which pass over the training images this is, from 1; the epoch, unless epochs take other than all images once. */
  readonly pass: number
}

/**
 * The images of an epoch (from 1) in the order they are fed. Each pass over the training images is in the order of hash(seed, run index, pass, image id), so
 * that cells share it. An epoch is a pass; where it takes another number of images, it is the next so many of all passes one after another.
 */
export function epochOrder(
  task: Pick<TrainingTask, 'train' | 'seed' | 'index' | 'epochImages'>,
  epoch: number,
): readonly FedImage[] {
  const { train, seed, index } = task
  const byId = new Map(train.map(image => [image.id, image]))
  const passOrder = (pass: number) =>
    batchOrder(seed, index, pass, [...byId.keys()]).map((id): FedImage => ({ ...byId.get(id)!, pass }))
  const length = imagesOfEpoch(task)
  const before = (epoch - 1) * length
  const first = Math.floor(before / train.length) // whole passes behind
  const last = Math.ceil((before + length) / train.length)
  const passes = Array.from({ length: last - first }, (_, i) => passOrder(first + i + 1)).flat()
  const start = before - first * train.length
  return passes.slice(start, start + length)
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

/** Pixels under a policy; each image draws from a stream of its own, named by seed, run index, pass and image id. */
export function augmentedPixels(
  images: readonly Pick<FedImage, 'id' | 'place' | 'pass'>[],
  memory: ImageBytes,
  policy: Policy,
  { seed, index }: { readonly seed: number; readonly index: number },
): Float32Array {
  const { size } = memory
  const area = size * size
  const pixels = new Float32Array(images.length * area)
  images.forEach(({ id, place, pass }, i) => {
    const steps = policy.draw(randomStream(seed, index, 'augmentation', pass, id))
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
