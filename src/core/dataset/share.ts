import { LabError } from '../shared/errors.ts'

/**
 * How many of `total` a fraction is: floor(fraction * total + 1/2), computed exactly on the decimal number that a person wrote. (In
 * doubles 0.145 * 100 is just under 14.5; here it is 14.5 and gives 15.) The decimal is JavaScript's shortest one for the double, as
 * Python's `repr`. 724 at 0.2: 145; 49 at 0.2: 10.
 *
 * Throws `usage` for a fraction that is negative or not finite.
 */
export function shareOf(fraction: number, total: number): number {
  const parts = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(fraction))
  if (!parts) throw new LabError('usage', `a fraction is a number from 0 on, not ${fraction}`)
  const [, whole = '', decimals = '', exponent = '0'] = parts
  const shift = decimals.length - Number(exponent) // the fraction is digits / 10^shift
  const digits = BigInt(whole + decimals) * 10n ** BigInt(Math.max(-shift, 0))
  const scale = 10n ** BigInt(Math.max(shift, 0))
  return Number((2n * digits * BigInt(total) + scale) / (2n * scale))
}
