/** Decodes batches of images, a few on this thread, many on worker threads. */
import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { LabError, messageOf } from '../shared/errors.ts'
import { type DecodeJob, type DecodeReply, decodeBatch, type Encoded } from './decodeBatch.ts'
import { WorkerLine } from './workerLine.ts'

/** Threads beyond this many wait for the disk and for each other. */
const MOST_THREADS = 8
/** A thread takes about as long to start as this many small images to decode. */
const WORTH_A_THREAD = 250

/** An encoded image: its bytes, or the path of its file. */
export type EncodedImage = Uint8Array | string

/** Decodes one batch after another; several may be under way. Its `close` ends the threads. */
export interface Decoder {
  /** How many batches at once keep it busy. */
  readonly atOnce: number
  /** As `decodeBatch`: perhaps only the first images; ask again for the others. */
  decode(images: readonly EncodedImage[]): Promise<DecodeReply>
  /** Gives the memory of a reply back when its pixels are no longer needed. */
  recycle(reply: DecodeReply): void
  close(): Promise<void>
}

/** @param images about how many will come. */
export function createDecoder(images: number): Decoder {
  const threads = Math.min(availableParallelism(), MOST_THREADS, Math.floor(images / WORTH_A_THREAD))
  return threads === 0
    ? { atOnce: 1, decode: images => decodeBatch(jobOf(images)), recycle: () => {}, close: async () => {} }
    : withThreads(threads)
}

function withThreads(count: number): Decoder {
  // The sources run as they are in tests and as JavaScript in the package: the entry has this file's own extension.
  const entry = new URL(`./decodeWorker${extname(import.meta.url)}`, import.meta.url)
  const lines = Array.from({ length: count }, () => new WorkerLine(new Worker(entry)))
  const rooms: ArrayBuffer[] = []
  return {
    atOnce: 2 * count + 1, // each thread has its next batch before it needs it
    decode(images) {
      const line = lines.reduce((shortest, line) => (line.length < shortest.length ? line : shortest))
      return ask(line, { ...jobOf(images), room: rooms.pop() })
    },
    recycle({ pixels }) {
      if (rooms.length < count && pixels.byteLength > 0) rooms.push(pixels)
    },
    async close() {
      await Promise.all(lines.map(({ worker }) => worker.terminate()))
    },
  }
}

/** A thread dies when an image breaks the decoder itself: no image does so on purpose, so that it is told and not hidden. */
async function ask(line: WorkerLine, job: DecodeJob): Promise<DecodeReply> {
  try {
    return await line.ask<DecodeReply>(job, { transfer: job.room ? [job.bytes, job.room] : [job.bytes] })
  } catch (cause) {
    throw new LabError('failed', `a decoding thread failed: ${messageOf(cause)}`, { cause })
  }
}

/** Bytes side by side in one block: a view that is posted takes the whole buffer it lies in along. */
function jobOf(images: readonly EncodedImage[]): DecodeJob {
  const length = images.reduce((sum, image) => sum + (typeof image === 'string' ? 0 : image.length), 0)
  const bytes = new Uint8Array(length)
  let start = 0
  const encoded = images.map((image): Encoded => {
    if (typeof image === 'string') return image
    bytes.set(image, start)
    start += image.length
    return { start: start - image.length, end: start }
  })
  return { images: encoded, bytes: bytes.buffer }
}
