/** PNG, TIFF and WebP by sharp (libvips), and JPEGs of odd kinds. */
import type { Sharp } from 'sharp'
import { LabError, messageOf } from '../../shared/errors.ts'
import { checkDeclaredSize, type GreyImage, greyOf, type PixelPlace, toByte } from './grey.ts'

let loading: Promise<typeof import('sharp').default> | undefined

/** Throws `data` with the reason, for a file that is damaged or no plain 8- or 16-bit picture in grey or RGB. */
export async function decodeWithSharp(bytes: Uint8Array, place: PixelPlace): Promise<GreyImage> {
  try {
    loading ??= load()
    const sharp = await loading
    const image = sharp(bytes, { failOn: 'warning', ignoreIcc: true, limitInputPixels: false })
    const { width, height, space, depth, pages = 1 } = await image.metadata()
    checkDeclaredSize(width, height) // before a pixel is decoded
    if (pages > 1) throw new LabError('data', `holds ${pages} pictures: save each as a file of its own`)
    if (space === 'cmyk') throw new LabError('data', 'CMYK colours are not supported')
    if (space !== undefined && !SPACES.includes(space)) throw new LabError('data', `${space} colours are not supported`)
    if (depth === 'ushort') return await decode16(image, place)
    if (depth === 'uchar') return await decode8(image, space === 'b-w', place)
    throw new LabError('data', `its samples are of type ${depth}: convert it to 8 or 16 bits`)
  } catch (cause) {
    if (cause instanceof LabError) throw cause
    throw new LabError('data', `cannot be decoded: ${reasonOf(cause)}`, { cause })
  }
}

const SPACES: readonly string[] = ['b-w', 'srgb', 'rgb', 'grey16', 'rgb16']

/** Native code: only who decodes waits for it. Many small images are decoded side by side rather than each by many threads. */
async function load(): Promise<typeof import('sharp').default> {
  const { default: sharp } = await import('sharp')
  sharp.concurrency(1)
  sharp.cache(false)
  return sharp
}

async function decode8(image: Sharp, isGrey: boolean, place: PixelPlace): Promise<GreyImage> {
  const { data, info } = await (isGrey ? image.toColourspace('b-w') : image).raw().toBuffer({ resolveWithObject: true })
  return greyOf(data, info, place)
}

async function decode16(image: Sharp, place: PixelPlace): Promise<GreyImage> {
  const { data, info } = await image.toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true })
  const samples = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
  return greyOf(samples.map(toByte), info, place)
}

/** libvips says the same several times, a line each. */
function reasonOf(cause: unknown): string {
  const lines = (cause instanceof Error ? cause.message : String(cause)).split('\n').map(messageOf)
  return [...new Set(lines)].filter(line => line !== '').join('; ')
}
