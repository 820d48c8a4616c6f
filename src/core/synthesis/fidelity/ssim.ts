/**
 * Structural similarity of grey images (Wang et al. 2004, doi 10.1109/TIP.2003.819861), as scikit-image's `structural_similarity` computes it
 * by default: 7x7 windows of equal weights, sample variances (over 48), K1 = 0.01 and K2 = 0.03 of a range of 255, and the mean over windows
 * that lie inside the image.
 */
import type { GreyImage } from '../../dataset/index.ts'

const SIDE = 7
const COUNT = SIDE * SIDE
const C1 = (0.01 * 255) ** 2
const C2 = (0.03 * 255) ** 2

/** An image with what its own windows give, for comparing it with many. Sums are whole numbers, so exact. */
export interface Windowed extends GreyImage {
  /** `[height - 6, width - 6]`: of the grey levels of each window, and of their squares. */
  readonly sums: Int32Array
  readonly squares: Int32Array
}

/** @throws RangeError for an image smaller than a window */
export function windowed({ width, height, pixels }: GreyImage): Windowed {
  if (width < SIDE || height < SIDE) throw new RangeError(`${width}x${height} is smaller than a window of ${SIDE}x${SIDE}`)
  const sums = windowSums(width, height, p => pixels[p]!)
  const squares = windowSums(width, height, p => pixels[p]! * pixels[p]!)
  return { width, height, pixels, sums, squares }
}

/** -1 to 1, 1 for equal images. @throws RangeError where sizes differ */
export function ssim(a: Windowed, b: Windowed): number {
  const { width, height } = a
  if (b.width !== width || b.height !== height)
    throw new RangeError(`${width}x${height} cannot be compared with ${b.width}x${b.height}`)
  const products = windowSums(width, height, p => a.pixels[p]! * b.pixels[p]!)
  let total = 0
  for (let i = 0; i < products.length; i++) {
    const sumA = a.sums[i]!
    const sumB = b.sums[i]!
    const meanA = sumA / COUNT
    const meanB = sumB / COUNT
    const varianceA = (a.squares[i]! - sumA * meanA) / (COUNT - 1)
    const varianceB = (b.squares[i]! - sumB * meanB) / (COUNT - 1)
    const covariance = (products[i]! - sumA * meanB) / (COUNT - 1)
    total +=
      ((2 * meanA * meanB + C1) * (2 * covariance + C2)) /
      ((meanA * meanA + meanB * meanB + C1) * (varianceA + varianceB + C2))
  }
  return total / products.length
}

/** Of every window that lies inside: the sum of `value` over its places, by sums of columns that move along. */
function windowSums(width: number, height: number, value: (place: number) => number): Int32Array {
  const across = width - SIDE + 1
  const down = height - SIDE + 1
  const result = new Int32Array(across * down)
  const columns = new Int32Array(width)
  for (let p = 0; p < (SIDE - 1) * width; p++) columns[p % width]! += value(p)
  for (let y = 0; y < down; y++) {
    const enters = (y + SIDE - 1) * width
    const leaves = (y - 1) * width
    for (let x = 0; x < width; x++) columns[x]! += value(enters + x) - (y > 0 ? value(leaves + x) : 0)
    let sum = 0
    for (let x = 0; x < SIDE - 1; x++) sum += columns[x]!
    for (let x = 0; x < across; x++) {
      sum += columns[x + SIDE - 1]!
      result[y * across + x] = sum
      sum -= columns[x]!
    }
  }
  return result
}
