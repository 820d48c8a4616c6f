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

/** -1 to 1, 1 for equal images. @throws RangeError where sizes differ, or are smaller than a window */
export function ssim(a: GreyImage, b: GreyImage): number {
  const { width, height } = a
  if (b.width !== width || b.height !== height)
    throw new RangeError(`${width}x${height} cannot be compared with ${b.width}x${b.height}`)
  if (width < SIDE || height < SIDE) throw new RangeError(`${width}x${height} is smaller than a window of ${SIDE}x${SIDE}`)
  // Sums over the 7 rows of a window, a column each, that move down with it: of a, b, a squared plus b squared, and a b. Whole numbers, so exact.
  const columns = [new Int32Array(width), new Int32Array(width), new Int32Array(width), new Int32Array(width)] as const
  const [ofA, ofB, ofSquares, ofProducts] = columns
  const move = (row: number, sign: 1 | -1): void => {
    for (let x = 0, p = row * width; x < width; x++, p++) {
      const u = a.pixels[p]!
      const v = b.pixels[p]!
      ofA[x]! += sign * u
      ofB[x]! += sign * v
      ofSquares[x]! += sign * (u * u + v * v)
      ofProducts[x]! += sign * u * v
    }
  }
  let total = 0
  for (let y = 0; y < height; y++) {
    move(y, 1)
    if (y < SIDE - 1) continue
    total += alongRow(columns, width)
    move(y - SIDE + 1, -1)
  }
  return total / ((width - SIDE + 1) * (height - SIDE + 1))
}

type Columns = readonly [Int32Array, Int32Array, Int32Array, Int32Array]

/** The sum of the similarities of the windows of one row. */
function alongRow([ofA, ofB, ofSquares, ofProducts]: Columns, width: number): number {
  let [sumA, sumB, squares, products] = [0, 0, 0, 0]
  let total = 0
  for (let x = 0; x < width; x++) {
    sumA += ofA[x]!
    sumB += ofB[x]!
    squares += ofSquares[x]!
    products += ofProducts[x]!
    const first = x - SIDE + 1
    if (first < 0) continue
    const meanProduct = (sumA * sumB) / COUNT
    const meanSquares = (sumA * sumA + sumB * sumB) / COUNT
    const covariance = (products - meanProduct) / (COUNT - 1)
    const variances = (squares - meanSquares) / (COUNT - 1)
    total += (((2 / COUNT) * meanProduct + C1) * (2 * covariance + C2)) / ((meanSquares / COUNT + C1) * (variances + C2))
    sumA -= ofA[first]!
    sumB -= ofB[first]!
    squares -= ofSquares[first]!
    products -= ofProducts[first]!
  }
  return total
}
