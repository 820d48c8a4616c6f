import { ascending } from './ascending.ts'

/**
 * The middle value, or the mean of the middle two. NaN counts as `nanAs` (see {@link ascending}), so the median of runs of which
 * fewer than half diverged is finite, and otherwise infinite, never NaN. Null without values. In the values' unit.
 */
export function median(values: ArrayLike<number>, nanAs = Infinity): number | null {
  const sorted = ascending(values, nanAs)
  if (sorted.length === 0) return null
  const upper = sorted[sorted.length >> 1]!
  if (sorted.length % 2 === 1) return upper
  const lower = sorted[(sorted.length >> 1) - 1]!
  return lower === upper ? upper : (lower + upper) / 2
}
