import { replaceFile } from '../shared/replaceFile.ts'
import type { Picture } from './picture.ts'
import type { Size } from './resizeBilinear.ts'

/** The picture as the bytes of an 8-bit RGB PNG, lossless. */
export async function encodePng({ height, width, rgb }: Picture): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp') // slow to load, and a lab that draws no file never needs it
  return await sharp(rgb, { raw: { height, width, channels: 3 } })
    .png()
    .toBuffer()
}

/** Writes the picture to a PNG file, whole or not at all. Throws LabError `failed` where the file cannot be written. */
export async function writePng(path: string, picture: Picture): Promise<void> {
  await replaceFile(path, await encodePng(picture))
}

/** A grey image, `[height, width]` bytes, as the bytes of an 8-bit grey PNG: no other pixels than these. */
export async function encodeGreyPng(grey: Uint8Array, { height, width }: Size): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp')
  const image = sharp(grey, { raw: { height, width, channels: 1 } }).toColourspace('b-w')
  return await image.png().toBuffer()
}

/** Writes such a PNG. Throws as `writePng`. */
export async function writeGreyPng(path: string, grey: Uint8Array, size: Size): Promise<void> {
  await replaceFile(path, await encodeGreyPng(grey, size))
}
