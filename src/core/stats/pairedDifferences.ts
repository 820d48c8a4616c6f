/**
 * Differences to - from of paired values, on a grid.
 *
 * The grid is 2^-40 of the greatest finite value (about 1e-12 of it), a power of two. Differences that are the same but for rounding, as those of
 * accuracies, which are counts over one number of images, so become equal and are ties; and sums of two differences are exact.
 *
 * A value that is +Infinity or -Infinity is a run that diverged: the difference to a finite one is infinite, two such runs do not
 * differ.
 *
 * @throws RangeError where the lengths differ or a value is NaN.
 */
export function pairedDifferences(from: ArrayLike<number>, to: ArrayLike<number>): Float64Array {
  if (from.length !== to.length) throw new RangeError(`${from.length} values beside ${to.length}`)
  let greatest = 0
  for (let i = 0; i < from.length; i++) {
    if (Number.isNaN(from[i]!) || Number.isNaN(to[i]!)) throw new RangeError('NaN has no difference: give an infinity')
    for (const value of [from[i]!, to[i]!]) if (Number.isFinite(value)) greatest = Math.max(greatest, Math.abs(value))
  }
  const grid = greatest === 0 ? 1 : 2 ** (Math.ceil(Math.log2(greatest)) - 40)
  return Float64Array.from({ length: from.length }, (_, i) => {
    if (from[i] === to[i]) return 0
    return Math.round((to[i]! - from[i]!) / grid) * grid + 0 // + 0: no -0
  })
}
