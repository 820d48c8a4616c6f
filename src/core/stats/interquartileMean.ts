import { ascending } from './ascending.ts'

/**
 * Mean of what stays when the lowest and the highest floor(n/4) values are cut off: SciPy's `trim_mean(values, 0.25)`; the measure
 * Agarwal et al. 2021 recommend for few runs (arXiv 2108.13264). NaN counts as `nanAs` (see {@link ascending}), so up to a quarter
 * of diverged runs is cut off and more make it infinite. Null without values. In the values' unit.
 */
export function interquartileMean(values: ArrayLike<number>, nanAs = Infinity): number | null {
  const sorted = ascending(values, nanAs)
  if (sorted.length === 0) return null
  const cut = Math.floor(sorted.length / 4)
  const kept = sorted.subarray(cut, sorted.length - cut)
  return kept.reduce((sum, value) => sum + value, 0) / kept.length
}
