/**
 * p values corrected for a family of tests by Holm's step-down method (Holm 1979): R's `p.adjust(method = 'holm')`.
 *
 * A null is a test of the family whose p is not known yet. It counts as 1, which is an upper bound for the others: whatever it turns out
 * to be, no corrected p gets greater.
 *
 * @returns in the order given; null for null.
 */
export function holm(family: readonly (number | null)[]): (number | null)[] {
  const order = [...family.keys()].filter(i => family[i] !== null).sort((a, b) => family[a]! - family[b]!)
  const corrected: (number | null)[] = family.map(() => null)
  let greatest = 0
  for (const [rank, i] of order.entries()) {
    greatest = Math.max(greatest, Math.min(1, (family.length - rank) * family[i]!))
    corrected[i] = greatest
  }
  return corrected
}
