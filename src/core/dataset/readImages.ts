/** Reads and decodes the images of sources: the pixels go where they are kept, the rest is returned. */
import { LabError } from '../shared/errors.ts'
import type { DatasetImage, Part, Rejected } from './dataset.ts'
import type { DecodeReply } from './decodeBatch.ts'
import { createDecoder, type Decoder } from './decoder.ts'
import { mapInOrder } from './mapInOrder.ts'
import type { PixelStore } from './pixelStore.ts'
import type { ImageSource, SourceImage } from './sources/source.ts'

/** Images that go to a decoding thread together, and encoded bytes after which no more are added: so that threads wait little and hold little. */
const BATCH = 32
const BATCH_BYTES = 4 * 2 ** 20

/** An image that can be used, under its raw label. */
export type ReadImage = Pick<DatasetImage, 'sha256' | 'width' | 'height' | 'offset' | 'origin' | 'group'> & {
  readonly label: string
  readonly sourcePart: Part | null
  readonly fileName?: string
}

/** A rejected file, with its place among the sources' items, and the raw label where it is known. */
type Refused = Rejected & { readonly place: number; readonly label?: string }

export interface ReadOptions {
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

/**
 * Every image of the sources in their order. Throws what `classOf` throws for a label, what a source throws, and `interrupted` if
 * `signal` says so.
 */
export async function readImages(
  sources: readonly ImageSource[],
  store: PixelStore,
  classOf: (label: string) => string,
  { onProgress, signal }: ReadOptions,
): Promise<{ read: ReadImage[]; refused: Refused[] }> {
  const total = sources.reduce((sum, source) => sum + source.count, 0)
  const read: ReadImage[] = []
  const refused: Refused[] = []
  let offset = 0
  let done = 0
  const take = (images: readonly Placed<SourceImage>[], { results, pixels, length }: DecodeReply): void => {
    if (length > 0) store.write(new Uint8Array(pixels, 0, length))
    for (const [i, result] of results.entries()) {
      const { content: _, part, place, ...image } = images[i]!
      if ('reason' in result) refused.push({ path: image.origin, reason: result.reason, label: image.label, place })
      else {
        read.push({ ...image, ...result, sourcePart: part, offset })
        offset += result.width * result.height
      }
    }
  }
  const decoder = createDecoder(total)
  try {
    for (const source of sources) {
      const replies = mapInOrder(inBatches(source, done, classOf), decoder.atOnce, batch => decodeFirst(decoder, batch))
      for await (const { images, rejected, reply } of replies) {
        refused.push(...rejected)
        let left = images
        for (let next: DecodeReply | null = reply; next !== null; ) {
          take(left, next)
          decoder.recycle(next)
          left = left.slice(next.results.length)
          next = left.length > 0 ? await decoder.decode(left.map(({ content }) => content)) : null
        }
        done += images.length + rejected.length
        if (signal?.aborted) throw new LabError('interrupted', `stopped after ${done} of ${total} images; nothing was kept`)
        onProgress?.(done, total)
      }
    }
  } finally {
    await decoder.close()
  }
  return { read, refused: refused.sort((a, b) => a.place - b.place) }
}

type Placed<Item> = Item & { readonly place: number }

interface Batch {
  readonly images: readonly Placed<SourceImage>[]
  /** What the source gave in between that is no image. */
  readonly rejected: readonly Placed<Rejected>[]
}

/** @param start items of the sources before. */
async function* inBatches(source: ImageSource, start: number, classOf: (label: string) => string): AsyncGenerator<Batch> {
  let images: Placed<SourceImage>[] = []
  let rejected: Placed<Rejected>[] = []
  let place = start
  let bytes = 0
  for await (const item of source.read()) {
    if ('reason' in item) rejected.push({ ...item, place: place++ })
    else {
      classOf(item.label) // an unknown label stops it all at once
      images.push({ ...item, place: place++ })
      bytes += typeof item.content === 'string' ? 0 : item.content.length
    }
    if (images.length < BATCH && rejected.length < BATCH && bytes < BATCH_BYTES) continue
    yield { images, rejected }
    images = []
    rejected = []
    bytes = 0
  }
  if (images.length + rejected.length > 0) yield { images, rejected }
}

async function decodeFirst(decoder: Decoder, batch: Batch): Promise<Batch & { reply: DecodeReply | null }> {
  const { images } = batch
  return { ...batch, reply: images.length > 0 ? await decoder.decode(images.map(({ content }) => content)) : null }
}
