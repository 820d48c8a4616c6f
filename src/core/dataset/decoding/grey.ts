import { LabError } from '../../shared/errors.ts'

/** A grey image: `width * height` bytes, row by row, 0 black. */
export interface GreyImage {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

/** Most pixels of an image: 8192 x 8192. A file of some kilobytes can declare billions. */
const MOST_PIXELS = 2 ** 26

/** Throws `data` for a declared size that is not worked on, before anything of that size is made. */
export function checkDeclaredSize(width: number, height: number): void {
  if (width >= 1 && height >= 1 && width * height <= MOST_PIXELS) return
  throw new LabError(
    'data',
    `declares ${width} x ${height} pixels: an image has at least one and at most ${MOST_PIXELS} (8192 x 8192)`,
  )
}

/** Gives the memory that an image's pixels go to. Fresh memory for each is slow: a fifth of the time of decoding a small image. */
export type PixelPlace = (length: number) => Uint8Array

/**
 * 8-bit samples, pixel by pixel, as grey: `channels` 1 (grey) or 2 (grey, alpha): the first; 3 (RGB) or 4 (RGB, alpha): Pillow's `L`,
 * (19595 R + 38470 G + 7471 B + 32768) >> 16, ITU-R 601 in 16-bit fixed point. Alpha is dropped, not blended.
 */
export function greyOf(
  samples: Uint8Array | Uint16Array,
  { width, height, channels }: { readonly width: number; readonly height: number; readonly channels: number },
  place: PixelPlace,
): GreyImage {
  const pixels = place(width * height)
  if (channels === 1) pixels.set(samples)
  else if (channels === 2) {
    for (let i = 0; i < pixels.length; i++) pixels[i] = samples[2 * i]!
  } else {
    for (let i = 0, at = 0; i < pixels.length; i++, at += channels) {
      pixels[i] = (19595 * samples[at]! + 38470 * samples[at + 1]! + 7471 * samples[at + 2]! + 32768) >> 16
    }
  }
  return { width, height, pixels }
}

/** The nearest of 256 levels to a 16-bit sample: 257 v -> v. */
export function toByte(sample: number): number {
  return Math.floor((sample + 128) / 257)
}
