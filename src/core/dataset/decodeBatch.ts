/** One batch of images read and decoded, in the form that crosses between threads: few objects, one block of bytes each way. */
import { LabError, messageOf } from '../shared/errors.ts'
import { decodeGrey } from './decode.ts'
import { contentHash } from './fingerprint.ts'
import { readImageFile } from './readImageFile.ts'

/** An encoded image: a path to read it from, or a range of the job's bytes. */
export type Encoded = string | { readonly start: number; readonly end: number }

export interface DecodeJob {
  readonly images: readonly Encoded[]
  readonly bytes: ArrayBuffer
  /** Memory to put the pixels in, where there is some: that of an earlier reply, which is hot and needs no collecting. */
  readonly room?: ArrayBuffer | undefined
}

/** Of each image its SHA-256 and size, or why it can't be used. */
export type DecodeResult =
  | { readonly sha256: string; readonly width: number; readonly height: number }
  | { readonly reason: string }

export interface DecodeReply {
  /** Of the job's first images, in order: all, or as many as fit into MOST_BYTES of pixels, at least one. */
  readonly results: readonly DecodeResult[]
  /** The first `length` are the grey bytes of those that have a size, one after another. */
  readonly pixels: ArrayBuffer
  readonly length: number
}

/** Pixels decoded before they are handed over: some small file may declare a big image. */
const MOST_BYTES = 8 * 2 ** 20

/** Never throws for what an image holds. */
export async function decodeBatch({ images, bytes, room = new ArrayBuffer(0) }: DecodeJob): Promise<DecodeReply> {
  const results: DecodeResult[] = []
  let pixels = new Uint8Array(room)
  let length = 0
  const place = (more: number): Uint8Array => {
    if (length + more > pixels.length) {
      const grown = new Uint8Array(Math.max(length + more, Math.min(more * images.length, MOST_BYTES)))
      grown.set(pixels.subarray(0, length))
      pixels = grown
    }
    return pixels.subarray(length, length + more)
  }
  for (const image of images) {
    if (length >= MOST_BYTES) break
    try {
      const encoded =
        typeof image === 'string' ? readImageFile(image) : new Uint8Array(bytes, image.start, image.end - image.start)
      const { width, height } = await decodeGrey(encoded, place)
      length += width * height
      results.push({ sha256: contentHash(encoded), width, height })
    } catch (thrown) {
      results.push({ reason: thrown instanceof LabError ? thrown.message : `cannot be decoded: ${messageOf(thrown)}` })
    }
  }
  return { results, pixels: pixels.buffer, length }
}
