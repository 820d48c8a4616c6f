/**
 * Decodes JPEG and PNG to 8-bit grey at native size, bit for bit as Pillow's `Image.convert('L')` where Pillow has one answer.
 *
 * - Colour becomes (19595 R + 38470 G + 7471 B + 32768) >> 16, ITU-R 601 in 16-bit fixed point as Pillow's `L` (sharp's own greyscale
 *   is another formula). Grey images are taken as they are.
 * - 16-bit samples become floor((v + 128) / 257), the nearest of 256 levels, before that. (Pillow's `L` of a 16-bit image is no scaling.)
 * - Alpha is dropped, not blended, as Pillow does: hidden colours show.
 * - Palettes are looked up; colour profiles, gamma chunks and EXIF orientation are ignored, as Pillow does.
 * - CMYK, 12-bit and all other file types are refused, and so is a file with missing or damaged data.
 */
import type { Sharp } from 'sharp'
import { LabError, messageOf } from '../shared/errors.ts'

/** A grey image: `width * height` bytes, row by row, 0 black. */
export interface GreyImage {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

/** Throws `data` with the reason, short and without the image's name, if the bytes are no whole JPEG or PNG. */
export async function decodeGrey(bytes: Uint8Array): Promise<GreyImage> {
  checkSignature(bytes)
  try {
    const { default: sharp } = await import('sharp') // native code: only who decodes waits for it
    const image = sharp(bytes, { failOn: 'warning', ignoreIcc: true })
    const { space, depth } = await image.metadata()
    if (space === 'cmyk') throw new LabError('data', 'CMYK colours are not supported')
    return await (depth === 'ushort' ? decode16(image) : decode8(image, space === 'b-w'))
  } catch (cause) {
    if (cause instanceof LabError) throw cause
    throw new LabError('data', `cannot be decoded: ${messageOf(cause)}`, { cause })
  }
}

function checkSignature(bytes: Uint8Array): void {
  if (bytes.length === 0) throw new LabError('data', 'the file is empty')
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff
  const isPng = bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47
  if (!isJpeg && !isPng) throw new LabError('data', 'not a JPEG or PNG file')
}

async function decode8(image: Sharp, isGrey: boolean): Promise<GreyImage> {
  const { data, info } = await (isGrey ? image.toColourspace('b-w') : image).raw().toBuffer({ resolveWithObject: true })
  return greyOf(data, info.width, info.height, info.channels)
}

async function decode16(image: Sharp): Promise<GreyImage> {
  const { data, info } = await image.toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true })
  const samples = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
  return greyOf(samples.map(toByte), info.width, info.height, info.channels)
}

/** The nearest of 256 levels to a 16-bit sample: 257 v -> v. */
function toByte(sample: number): number {
  return Math.floor((sample + 128) / 257)
}

function greyOf(samples: Uint8Array | Uint16Array, width: number, height: number, channels: number): GreyImage {
  const pixels = new Uint8Array(width * height)
  if (channels < 3) {
    for (let i = 0; i < pixels.length; i++) pixels[i] = samples[i * channels]!
    return { width, height, pixels }
  }
  for (let i = 0; i < pixels.length; i++) {
    const at = i * channels
    pixels[i] = (19595 * samples[at]! + 38470 * samples[at + 1]! + 7471 * samples[at + 2]! + 32768) >> 16
  }
  return { width, height, pixels }
}
