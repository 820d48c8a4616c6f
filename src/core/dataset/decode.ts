/**
 * Decodes an image file to 8-bit grey at native size, bit for bit as Pillow's `Image.convert('L')` where Pillow has one answer. Its type is told
 * by its content, not its name: JPEG, PNG, TIFF, WebP or BMP.
 *
 * - Colour becomes (19595 R + 38470 G + 7471 B + 32768) >> 16, ITU-R 601 in 16-bit fixed point as Pillow's `L` (sharp's own greyscale
 *   is another formula). Grey images are taken as they are.
 * - 16-bit samples become floor((v + 128) / 257), the nearest of 256 levels, before that: 0 to 65535 is the full range, whatever the
 *   brightest pixel is. (Pillow's `L` of a 16-bit image is no scaling.)
 * - Alpha is dropped, not blended, as Pillow does: hidden colours show.
 * - Palettes are looked up; colour profiles, gamma chunks and EXIF orientation are ignored, as Pillow does.
 * - CMYK, other depths, several pages, more than 8192 x 8192 pixels and all other file types are refused, and so is a file with missing or
 *   damaged data.
 */
import { decodeBmp } from './decoding/bmp.ts'
import { fileTypeOf } from './decoding/fileType.ts'
import type { GreyImage, PixelPlace } from './decoding/grey.ts'
import { decodeJpeg } from './decoding/jpeg.ts'
import { decodeWithSharp } from './decoding/withSharp.ts'

export type { GreyImage } from './decoding/grey.ts'

/** Throws `data` with the reason, short and without the image's name, if the bytes are no whole image of those types. */
export async function decodeGrey(
  bytes: Uint8Array,
  place: PixelPlace = length => new Uint8Array(length),
): Promise<GreyImage> {
  const type = fileTypeOf(bytes)
  if (type === 'bmp') return decodeBmp(bytes, place)
  const jpeg = type === 'jpeg' ? await decodeJpeg(bytes, place) : null
  return jpeg ?? decodeWithSharp(bytes, place) // which says what is wrong with a JPEG
}
