import { blend } from './tones.ts'

const LEVELS = 256
/** Sum of the kernel 1 1 1, 1 5 1, 1 1 1. */
const WEIGHT = 13
const SMOOTH = Uint8Array.from({ length: (LEVELS - 1) * WEIGHT + 1 }, (_, sum) =>
  Math.floor((2 * sum + WEIGHT) / (2 * WEIGHT)),
)
/** By factor: for each smoothed level a row of 256, for each level of the image. */
const BLENDS = new Map<number, Uint8Array>()

/**
 * Pillow's ImageEnhance.Sharpness: a blend of the smoothed image and the image, by `factor` (below 1 smoother, above sharper). The outermost
 * pixels stay, and so does an image less than 3 pixels wide or high. Pillow smooths in float32 and rounds; a sum of whole numbers over 13 is
 * never within 0.03 of a half, so whole numbers give the same.
 */
export function sharpness(source: Uint8Array, target: Uint8Array, width: number, height: number, factor: number): void {
  target.set(source)
  const blends = blendsBy(factor)
  for (let row = 1; row < height - 1; row++) {
    const start = row * width
    // sums of the columns before, at and after the pixel
    let before = source[start - width]! + source[start]! + source[start + width]!
    let at = source[start - width + 1]! + source[start + 1]! + source[start + width + 1]!
    for (let i = start + 1, end = start + width - 1; i < end; i++) {
      const after = source[i - width + 1]! + source[i + 1]! + source[i + width + 1]!
      const level = source[i]!
      target[i] = blends[SMOOTH[before + at + after + 4 * level]! * LEVELS + level]!
      before = at
      at = after
    }
  }
}

function blendsBy(factor: number): Uint8Array {
  const known = BLENDS.get(factor)
  if (known !== undefined) return known
  const made = Uint8Array.from({ length: LEVELS * LEVELS }, (_, i) => blend(Math.floor(i / LEVELS), i % LEVELS, factor))
  BLENDS.set(factor, made)
  return made
}
