/**
 * JPEG by libjpeg-turbo in WebAssembly, which for small images is many times as fast as a pipeline of libvips, gives the same bytes as Pillow, and
 * stays in its own memory whatever a damaged file makes it do.
 */
import { createRequire } from 'node:module'
import type createModule from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs'
import type { JpegDecoder, LibjpegTurbo } from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs'
import { LabError } from '../../shared/errors.ts'
import { checkDeclaredSize, type GreyImage, greyOf, type PixelPlace } from './grey.ts'

/** Past this many bytes the decoder is made anew for the next image: its memory never shrinks. */
const MOST_MEMORY = 128 * 2 ** 20
/** Progressive files of more scans are made to be slow; real ones have about 10. libjpeg-turbo's own fuzzers stop at 500. */
const MOST_SCANS = 100

const require = createRequire(import.meta.url)
let loaded: Promise<{ module: LibjpegTurbo; decoder: JpegDecoder }> | undefined

/** The image, or null for what this decoder does not take or finds damaged. Throws `data` for a size or a number of scans beyond the limits. */
export async function decodeJpeg(bytes: Uint8Array, place: PixelPlace): Promise<GreyImage | null> {
  const frame = frameOf(bytes)
  if (frame === null) return null
  checkDeclaredSize(frame.width, frame.height)
  if (frame.progressive && scansOf(bytes) > MOST_SCANS) throw new LabError('data', `has more than ${MOST_SCANS} scans`)
  if (frame.bits !== 8 || (frame.channels !== 1 && frame.channels !== 3)) return null
  loaded ??= load()
  const { module, decoder } = await loaded
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes)
    decoder.decode()
    const samples = decoder.getDecodedBuffer()
    return samples.length === frame.width * frame.height * frame.channels ? greyOf(samples, frame, place) : null
  } catch (thrown) {
    if (typeof thrown !== 'number') loaded = undefined // not the decoder's own exception: it may be broken
    return null
  } finally {
    if (module.HEAPU8.length > MOST_MEMORY) loaded = undefined
  }
}

/** Its loader listens for exceptions that nobody caught, which is not its business. */
async function load(): Promise<{ module: LibjpegTurbo; decoder: JpegDecoder }> {
  const create = require('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs') as typeof createModule // CommonJS: sooner there than by import
  const before = new Set(process.listeners('uncaughtException'))
  const module = await create()
  for (const listener of process.listeners('uncaughtException')) {
    if (!before.has(listener)) process.off('uncaughtException', listener)
  }
  return { module, decoder: new module.JPEGDecoder() }
}

interface Frame {
  readonly width: number
  readonly height: number
  /** Bits a sample. */
  readonly bits: number
  readonly channels: number
  readonly progressive: boolean
}

/** What the frame header (ITU T.81, B.2.2) says; null where none is found. */
function frameOf(bytes: Uint8Array): Frame | null {
  const word = (at: number) => (bytes[at]! << 8) | bytes[at + 1]!
  let at = 2
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return null
    const marker = bytes[at + 1]!
    if (marker === 0xff)
      at++ // a fill byte
    else if (marker === 0xd9 || marker === 0xda) return null
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      const progressive = (marker & 3) === 2
      return { bits: bytes[at + 4]!, height: word(at + 5), width: word(at + 7), channels: bytes[at + 9]!, progressive }
    } else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2
    else at += 2 + word(at + 2)
  }
  return null
}

function scansOf(bytes: Uint8Array): number {
  let scans = 0
  for (let at = bytes.indexOf(0xff); at >= 0 && at < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    if (bytes[at + 1] === 0xda) scans++
  }
  return scans
}
