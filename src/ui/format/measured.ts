import { SYMBOLS } from '../theme.ts'
import { formatNumber } from './number.ts'

/** A measured number: `·` where there is none, `✕` where the run diverged (not a number, or infinite). */
export function formatMeasured(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined) return SYMBOLS.unknown
  return Number.isFinite(value) ? formatNumber(value, digits) : SYMBOLS.failure
}
