/** How alike two maps of one image are. */
import { spearman } from '../stats/index.ts'

export interface Likeness {
  /** Rank correlation over all places, -1 to 1; null where a map is the same everywhere. */
  readonly spearman: number | null
  /** Intersection over union of the two maps' top fifths, 0 to 1; null where a map is empty. */
  readonly topOverlap: number | null
}

/** The share of places that count as a map's top. */
const TOP = 0.2

/** @throws RangeError where the maps have different sizes. */
export function likeness(a: Float32Array, b: Float32Array): Likeness {
  return { spearman: spearman(a, b), topOverlap: topOverlap(a, b) }
}

/**
 * Of each map the places with its highest fifth of values (rounded, at least one; all that tie with the last of them) but none that is 0: what
 * ReLU cut away is no evidence.
 */
function topOverlap(a: Float32Array, b: Float32Array): number | null {
  if (a.length !== b.length) throw new RangeError(`maps of ${a.length} and ${b.length} places`)
  const [least, other] = [lowestOfTop(a), lowestOfTop(b)]
  if (least === null || other === null) return null
  let [both, either] = [0, 0]
  for (let i = 0; i < a.length; i++) {
    const inA = a[i]! >= least
    const inB = b[i]! >= other
    if (inA && inB) both++
    if (inA || inB) either++
  }
  return both / either
}

function lowestOfTop(map: Float32Array): number | null {
  const descending = map.filter(value => value > 0).sort((x, y) => y - x)
  if (descending.length === 0) return null
  const count = Math.max(1, Math.round(TOP * map.length))
  return descending[Math.min(count, descending.length) - 1]!
}
