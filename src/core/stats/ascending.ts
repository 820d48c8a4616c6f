/**
 * A sorted copy. NaN is a run that diverged, and a diverged run is data: it takes the place of `nanAs`, by default +Infinity,
 * the worst loss. For a metric where more is better give -Infinity.
 */
export function ascending(values: ArrayLike<number>, nanAs = Infinity): Float64Array {
  return Float64Array.from(values, value => (Number.isNaN(value) ? nanAs : value)).sort()
}
