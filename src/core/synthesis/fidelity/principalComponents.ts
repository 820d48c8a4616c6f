/** Principal components of small versions of images: the feature space where no classifier is named. */
import { symmetricEigen } from './eigen.ts'
import type { Features } from './features.ts'

/**
 * Scores of all rows on the first components of the reference rows: centred on their mean, along the directions of largest variance, as
 * scikit-learn's PCA; a component's sign is such that its largest loading by magnitude is positive.
 *
 * @param count components; fewer where the reference has fewer rows less one, or columns
 */
export function principalScores(pixels: Features, reference: readonly number[], count: number): Features {
  const { rows, width, values } = pixels
  const means = new Float64Array(width)
  for (const row of reference) for (let c = 0; c < width; c++) means[c]! += values[row * width + c]! / reference.length
  const moved = values.map((value, i) => value - means[i % width]!)
  const { vectors } = symmetricEigen(covariance(moved, width, reference), width)
  const kept = Math.max(1, Math.min(count, width, reference.length - 1))
  const scores = new Float64Array(rows * kept)
  for (let k = 0; k < kept; k++) {
    const loadings = vectors.subarray(k * width, (k + 1) * width)
    const sign = largestByMagnitude(loadings) < 0 ? -1 : 1
    for (let row = 0; row < rows; row++) {
      let sum = 0
      for (let c = 0; c < width; c++) sum += moved[row * width + c]! * loadings[c]!
      scores[row * kept + k] = sign * sum
    }
  }
  return { rows, width: kept, values: scores }
}

function covariance(moved: Float64Array, width: number, reference: readonly number[]): Float64Array {
  const sums = new Float64Array(width * width)
  for (const row of reference) {
    const image = moved.subarray(row * width, (row + 1) * width)
    for (let i = 0; i < width; i++) {
      const mine = image[i]!
      for (let j = i; j < width; j++) sums[i * width + j]! += mine * image[j]!
    }
  }
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) sums[i * width + j] = sums[j * width + i]!
  return sums
}

function largestByMagnitude(values: Float64Array): number {
  return values.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0)
}
