/**
 * Resizes as Pillow's `Image.resize(size, Image.Resampling.BILINEAR)` on mode `L`, pixel for pixel: a triangle filter widened by the
 * scale when shrinking (so no aliasing), weights in 22-bit fixed point, first along rows, then along columns, each pass rounded
 * to bytes. Source: Pillow, src/libImaging/Resample.c.
 */
import { LabError } from '../shared/errors.ts'

/** Fraction bits of a weight: 32 less 8 for the pixel and 2 to spare. */
const PRECISION = 22

/** For each output position: the first input position and the weights from there on, `taps` per output position. */
interface Weights {
  readonly first: Int32Array
  readonly counts: Int32Array
  readonly fixed: Int32Array
  readonly taps: number
}

/**
 * `source` (`width * height` bytes) resized to `outWidth * outHeight` bytes, the aspect ratio not kept; written into `target` if given.
 * Throws `usage` for a size that is no positive integer.
 */
export function resizeBilinear(
  source: Uint8Array,
  width: number,
  height: number,
  outWidth: number,
  outHeight: number,
  target: Uint8Array = new Uint8Array(outWidth * outHeight),
): Uint8Array {
  for (const size of [width, height, outWidth, outHeight]) {
    if (!Number.isInteger(size) || size < 1) throw new LabError('usage', `an image size is a positive integer, not ${size}`)
  }
  const wide = width === outWidth ? source : resizeRows(source, width, height, outWidth)
  if (height === outHeight) target.set(wide)
  else resizeColumns(wide, outWidth, height, outHeight, target)
  return target
}

function resizeRows(source: Uint8Array, width: number, height: number, outWidth: number): Uint8Array {
  const { first, counts, fixed, taps } = weights(width, outWidth)
  const out = new Uint8Array(outWidth * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < outWidth; x++) {
      const from = y * width + first[x]!
      let sum = 1 << (PRECISION - 1)
      for (let k = 0; k < counts[x]!; k++) sum += source[from + k]! * fixed[x * taps + k]!
      out[y * outWidth + x] = Math.min(sum >> PRECISION, 255)
    }
  }
  return out
}

function resizeColumns(source: Uint8Array, width: number, height: number, outHeight: number, out: Uint8Array): void {
  const { first, counts, fixed, taps } = weights(height, outHeight)
  const sums = new Int32Array(width)
  for (let y = 0; y < outHeight; y++) {
    sums.fill(1 << (PRECISION - 1))
    for (let k = 0; k < counts[y]!; k++) {
      const from = (first[y]! + k) * width
      const weight = fixed[y * taps + k]!
      for (let x = 0; x < width; x++) sums[x]! += source[from + x]! * weight
    }
    for (let x = 0; x < width; x++) out[y * width + x] = Math.min(sums[x]! >> PRECISION, 255)
  }
}

const cache = new Map<string, Weights>()

function weights(inSize: number, outSize: number): Weights {
  const key = `${inSize}/${outSize}`
  let found = cache.get(key)
  if (!found) {
    if (cache.size > 256) cache.clear()
    found = computeWeights(inSize, outSize)
    cache.set(key, found)
  }
  return found
}

/** Pillow's precompute_coeffs and normalize_coeffs_8bpc, in the same order of operations. */
function computeWeights(inSize: number, outSize: number): Weights {
  const scale = inSize / outSize
  const filterScale = Math.max(scale, 1)
  const support = filterScale // the triangle reaches 1 to each side
  const taps = Math.ceil(support) * 2 + 1
  const first = new Int32Array(outSize)
  const counts = new Int32Array(outSize)
  const fixed = new Int32Array(outSize * taps)
  for (let out = 0; out < outSize; out++) {
    const centre = (out + 0.5) * scale
    const start = Math.max(Math.trunc(centre - support + 0.5), 0)
    const count = Math.min(Math.trunc(centre + support + 0.5), inSize) - start
    const exact = new Float64Array(count)
    let total = 0
    for (let k = 0; k < count; k++) {
      const distance = Math.abs((k + start - centre + 0.5) * (1 / filterScale))
      exact[k] = distance < 1 ? 1 - distance : 0
      total += exact[k]!
    }
    for (let k = 0; k < count; k++) {
      const weight = total === 0 ? exact[k]! : exact[k]! / total
      fixed[out * taps + k] = Math.trunc(0.5 + weight * (1 << PRECISION))
    }
    first[out] = start
    counts[out] = count
  }
  return { first, counts, fixed, taps }
}
