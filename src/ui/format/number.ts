/** A number for people: significant digits (four unless told), whole numbers whole; `·` where it is not known. */
export function formatNumber(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '·'
  if (Number.isInteger(value)) return String(value)
  const size = Math.abs(value)
  if (size >= 10 ** digits) return String(Math.round(value))
  if (size < 1e-4) return value.toExponential(digits - 1)
  return value.toPrecision(digits)
}
