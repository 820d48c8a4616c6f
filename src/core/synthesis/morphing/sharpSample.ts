/**
 * An image between its pixels, by Lanczos' kernel of three lobes (Duchon 1979; Turkowski 1990), which keeps noise and fine edges: linear interpolation takes
 * away up to three quarters of the power of the finest ones, and by that alone a resampled image can be told from a scanned one.
 */

const LOBES = 3
const TAPS = 2 * LOBES
/** Places between two pixels for which weights are kept. */
const PLACES = 256

/** Of the taps at -2 to 3 from the pixel before, for each place; they sum to 1. */
const WEIGHTS = weightsOf()

function weightsOf(): Float64Array {
  const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))
  const kernel = (x: number): number => (Math.abs(x) < LOBES ? sinc(x) * sinc(x / LOBES) : 0)
  const weights = new Float64Array((PLACES + 1) * TAPS)
  for (let place = 0; place <= PLACES; place++) {
    const row = Array.from({ length: TAPS }, (_, k) => kernel(place / PLACES - (k - LOBES + 1)))
    const total = row.reduce((sum, weight) => sum + weight, 0)
    weights.set(
      row.map(weight => weight / total),
      place * TAPS,
    )
  }
  return weights
}

/** The grey level at a point, which may lie a little outside 0 to 255; black beyond the border, as the air around a head is. */
export function sharpSample(image: Uint8Array, width: number, height: number, x: number, y: number): number {
  const i = Math.floor(x)
  const j = Math.floor(y)
  const across = Math.floor((x - i) * PLACES + 0.5) * TAPS
  const down = Math.floor((y - j) * PLACES + 0.5) * TAPS
  const left = i - LOBES + 1
  const top = j - LOBES + 1
  if (left < 0 || top < 0 || left + TAPS > width || top + TAPS > height)
    return atBorder(image, width, height, left, top, across, down)
  const [a, b, c, d, e, f] = [
    WEIGHTS[across]!,
    WEIGHTS[across + 1]!,
    WEIGHTS[across + 2]!,
    WEIGHTS[across + 3]!,
    WEIGHTS[across + 4]!,
    WEIGHTS[across + 5]!,
  ]
  let sum = 0
  for (let k = 0, p = top * width + left; k < TAPS; k++, p += width) {
    const row =
      image[p]! * a + image[p + 1]! * b + image[p + 2]! * c + image[p + 3]! * d + image[p + 4]! * e + image[p + 5]! * f
    sum += row * WEIGHTS[down + k]!
  }
  return sum
}

function atBorder(
  image: Uint8Array,
  width: number,
  height: number,
  left: number,
  top: number,
  across: number,
  down: number,
): number {
  let sum = 0
  for (let k = 0; k < TAPS; k++) {
    const row = top + k
    if (row < 0 || row >= height) continue
    for (let l = 0; l < TAPS; l++) {
      const column = left + l
      if (column >= 0 && column < width) sum += image[row * width + column]! * WEIGHTS[across + l]! * WEIGHTS[down + k]!
    }
  }
  return sum
}
