/**
 * Ranks from 1 in ascending order, equal values sharing the mean of the places they take: SciPy's `rankdata` ('average').
 * O(n log n).
 *
 * @throws RangeError on NaN, which has no place in the order.
 */
export function midRanks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i)
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i]!)) throw new RangeError('NaN has no rank')
  order.sort((a, b) => values[a]! - values[b]! || 0)
  const ranks = new Float64Array(values.length)
  for (let start = 0; start < order.length; ) {
    let end = start + 1
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++
    for (let i = start; i < end; i++) ranks[order[i]!] = (start + 1 + end) / 2
    start = end
  }
  return ranks
}
