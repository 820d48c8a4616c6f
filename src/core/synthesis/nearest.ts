/** Which image of a class is most like another. */
import { type GreyImage, resizeBilinear } from '../dataset/index.ts'

/** Side of the small version that is compared, in pixels. */
const SIDE = 16

/**
 * Finds nearest neighbours: the smallest sum of squared differences of grey levels at 16x16, a whole number, so that every machine finds the same;
 * of equal ones that with the smaller hash. An image of the source's own content is none. Small versions are kept.
 */
export function nearestFinder(
  image: (sha256: string) => GreyImage,
): (source: string, pool: readonly string[]) => string | null {
  const small = new Map<string, Uint8Array>()
  const smallOf = (sha256: string): Uint8Array => {
    let found = small.get(sha256)
    if (found === undefined) {
      const { width, height, pixels } = image(sha256)
      found = resizeBilinear(pixels, width, height, SIDE, SIDE)
      small.set(sha256, found)
    }
    return found
  }
  return (source, pool) => {
    const mine = smallOf(source)
    let nearest: string | null = null
    let least = Number.POSITIVE_INFINITY
    for (const other of pool) {
      if (other === source) continue
      const distance = squaredDistance(mine, smallOf(other), least)
      if (distance < least || (distance === least && nearest !== null && other < nearest)) {
        least = distance
        nearest = other
      }
    }
    return nearest
  }
}

/** The sum of squared differences; once it is past `most`, some number above it. */
function squaredDistance(a: Uint8Array, b: Uint8Array, most: number): number {
  let sum = 0
  for (let row = 0; row < SIDE && sum <= most; row++) {
    for (let at = row * SIDE; at < (row + 1) * SIDE; at++) {
      const difference = a[at]! - b[at]!
      sum += difference * difference
    }
  }
  return sum
}
