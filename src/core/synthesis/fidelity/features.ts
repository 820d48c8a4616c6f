/** Numbers that stand for images when clouds of images are compared, one row an image. */

export interface Features {
  readonly rows: number
  readonly width: number
  /** `[rows, width]`, C order. */
  readonly values: Float64Array
}

/** Some of the rows, in the order given. */
export function rowsOf({ width, values }: Features, places: readonly number[]): Features {
  const picked = new Float64Array(places.length * width)
  for (const [row, place] of places.entries()) picked.set(values.subarray(place * width, (place + 1) * width), row * width)
  return { rows: places.length, width, values: picked }
}

/**
 * Moved so that the mean of the reference rows is 0 in each column, and divided by one number, so that the mean square of the reference is 1.
 * Distances keep their proportions, and the kernel distance (kid.ts), which depends on scale, can be compared between feature spaces.
 */
export function centred(features: Features, reference: readonly number[]): Features {
  const { rows, width, values } = features
  const means = new Float64Array(width)
  for (const row of reference) for (let c = 0; c < width; c++) means[c]! += values[row * width + c]! / reference.length
  let squares = 0
  for (const row of reference) for (let c = 0; c < width; c++) squares += (values[row * width + c]! - means[c]!) ** 2
  const scale = squares > 0 ? Math.sqrt((reference.length * width) / squares) : 1
  return { rows, width, values: values.map((value, i) => (value - means[i % width]!) * scale) }
}

/** Two sets of columns side by side. @throws RangeError where they have unequal rows */
export function beside(a: Features, b: Features): Features {
  if (a.rows !== b.rows) throw new RangeError(`${a.rows} rows beside ${b.rows}`)
  const width = a.width + b.width
  const values = new Float64Array(a.rows * width)
  for (let row = 0; row < a.rows; row++) {
    values.set(a.values.subarray(row * a.width, (row + 1) * a.width), row * width)
    values.set(b.values.subarray(row * b.width, (row + 1) * b.width), row * width + a.width)
  }
  return { rows: a.rows, width, values }
}

/** Squared Euclidean distance of a row of one to a row of another; both of one width. */
export function squaredDistance(a: Features, row: number, b: Features, other: number): number {
  const { width } = a
  let sum = 0
  for (let c = 0, p = row * width, q = other * width; c < width; c++, p++, q++) {
    const difference = a.values[p]! - b.values[q]!
    sum += difference * difference
  }
  return sum
}
