/**
 * When a synthetic image is called a copy: when it is nearer to a real training image than real training images are to each other, but for one
 * in a hundred of them. So of real images themselves at most 1 % would be flagged.
 *
 * A variation may well be so near to the image that it was made from, which is in the run's sample beside it: that tells how little is new in it, and leaks nothing. A copy of a
 * training image that it was not made from is what generators are feared for (Carlini et al. 2023): they are counted apart.
 */

/** Share of real images whose nearest other real image is not above the threshold. */
const QUANTILE = 0.99

/**
 * The likeness that `QUANTILE` of the real images do not exceed: the smallest of the given values that at least this share of them is at or
 * below (NumPy's quantile, method `inverted_cdf`). Null without values.
 *
 * @param likenesses of each real training image to the nearest other one, in one measure
 */
export function copyThreshold(likenesses: readonly number[]): number | null {
  const ascending = likenesses.toSorted((a, b) => a - b)
  return ascending[Math.ceil(QUANTILE * ascending.length) - 1] ?? null
}

/** Whether a likeness to the nearest real image speaks of a copy: above the threshold, or the very image. */
export function isCopy(likeness: number, threshold: number | null): boolean {
  return likeness >= 1 || (threshold !== null && likeness > threshold)
}
