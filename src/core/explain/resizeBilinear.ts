/** Height and width in pixels, integers of 1 or more. */
export interface Size {
  readonly height: number
  readonly width: number
}

/**
 * Bilinear resize as OpenCV's `cv2.resize(INTER_LINEAR)`: pixel centres lie at half, positions outside are clamped to the edge, and
 * nothing is averaged when shrinking.
 *
 * @param values row-major `[from.height, from.width]`.
 * @returns row-major `[to.height, to.width]`, within the range of `values`.
 * @throws RangeError where a size is no whole number of 1 or more or does not fit `values`.
 */
export function resizeBilinear(values: Float32Array, from: Size, to: Size): Float32Array {
  for (const side of [from.height, from.width, to.height, to.width]) {
    if (!(Number.isInteger(side) && side >= 1)) throw new RangeError(`${side} is no number of pixels`)
  }
  if (values.length !== from.height * from.width)
    throw new RangeError(`${values.length} values for ${from.height} x ${from.width}`)
  const rows = taps(from.height, to.height)
  const columns = taps(from.width, to.width)
  const result = new Float32Array(to.height * to.width)
  let at = 0
  for (const row of rows) {
    const above = row.first * from.width
    const below = row.second * from.width
    for (const { first, second, share } of columns) {
      const upper = values[above + first]! * (1 - share) + values[above + second]! * share
      const lower = values[below + first]! * (1 - share) + values[below + second]! * share
      result[at++] = upper * (1 - row.share) + lower * row.share
    }
  }
  return result
}

/** For each place of the result: the two places it lies between, and the second one's share. */
function taps(from: number, to: number): { first: number; second: number; share: number }[] {
  return Array.from({ length: to }, (_, i) => {
    const position = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1)
    const first = Math.floor(position)
    return { first, second: Math.min(first + 1, from - 1), share: position - first }
  })
}
