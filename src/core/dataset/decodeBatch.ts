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
}

/** Of each image its SHA-256 and size, or why it can't be used. */
export type DecodeResult =
  | { readonly sha256: string; readonly width: number; readonly height: number }
  | { readonly reason: string }

export interface DecodeReply {
  /** Of the job's first images, in order: all, or as many as fit into MOST_BYTES of pixels, at least one. */
  readonly results: readonly DecodeResult[]
  /** The grey bytes of those that have a size, one after another. */
  readonly pixels: ArrayBuffer
}

/** Pixels decoded before they are handed over: some small file may declare a big image. */
const MOST_BYTES = 8 * 2 ** 20

/** Never throws for what an image holds. */
export async function decodeBatch({ images, bytes }: DecodeJob): Promise<DecodeReply> {
  const results: DecodeResult[] = []
  const decoded: Uint8Array[] = []
  let total = 0
  for (const image of images) {
    if (total >= MOST_BYTES) break
    try {
      const encoded =
        typeof image === 'string' ? readImageFile(image) : new Uint8Array(bytes, image.start, image.end - image.start)
      const { width, height, pixels } = await decodeGrey(encoded)
      results.push({ sha256: contentHash(encoded), width, height })
      decoded.push(pixels)
      total += pixels.length
    } catch (thrown) {
      results.push({ reason: thrown instanceof LabError ? thrown.message : `cannot be decoded: ${messageOf(thrown)}` })
    }
  }
  const pixels = new Uint8Array(total)
  let at = 0
  for (const each of decoded) {
    pixels.set(each, at)
    at += each.length
  }
  return { results, pixels: pixels.buffer }
}
