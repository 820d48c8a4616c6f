/** AutoAugment's magnitudes: ten bins between two ends, as torchvision has them. */

/** How many bins there are. */
export const MAGNITUDES = 10

/**
 * `torch.linspace(start, end, 10)[at]` on the CPU: float32, counted from the nearer end, each sum of a product rounded once. torchvision's
 * own values decide results at the last bit: a translation is their whole part, a blend takes them as they are.
 */
export function bin(start: number, end: number, at: number): number {
  const [low, high] = [Math.fround(start), Math.fround(end)]
  const step = Math.fround(Math.fround(high - low) / (MAGNITUDES - 1))
  return Math.fround(at < MAGNITUDES / 2 ? low + step * at : high - step * (MAGNITUDES - 1 - at))
}
