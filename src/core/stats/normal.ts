/**
 * Standard normal distribution function P(Z <= z), to some 12 digits, in the lower tail too: Hart 1968 as given by West 2005,
 * "Better approximations to cumulative normal functions" (Wilmott Magazine); far out, the tail's continued fraction.
 */
export function normalCdf(z: number): number {
  const x = Math.abs(z)
  let tail = 0
  if (x <= 37) {
    const density = Math.exp((-x * x) / 2)
    if (x < 4) {
      const above = horner(
        x,
        [
          3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931,
          220.206867912376,
        ],
      )
      const below = horner(
        x,
        [
          8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831,
          793.826512519948, 440.413735824752,
        ],
      )
      tail = (density * above) / below
    } else {
      let fraction = x // the continued fraction, from within
      for (let k = 100; k > 0; k--) fraction = x + k / fraction
      tail = density / fraction / Math.sqrt(2 * Math.PI)
    }
  }
  return z > 0 ? 1 - tail : tail
}

/**
 * The z of which `normalCdf` gives `p`: Acklam's rational approximation, then two steps of Halley's method on the distribution
 * function.
 *
 * @param p between 0 and 1, both excluded.
 * @throws RangeError for other numbers.
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`${p} is no probability between 0 and 1`)
  if (p > 0.5) return -normalQuantile(1 - p)
  let z = start(p)
  for (let step = 0; step < 2; step++) {
    const error = (normalCdf(z) - p) * Math.sqrt(2 * Math.PI) * Math.exp((z * z) / 2)
    z -= error / (1 + (z * error) / 2)
  }
  return z
}

function start(p: number): number {
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p))
    const above = [
      -7.784894002430293e-3, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
      2.938163982698783,
    ]
    const below = [7.784695709041462e-3, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1]
    return horner(q, above) / horner(q, below)
  }
  const q = p - 0.5
  const above = [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
  ]
  const below = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1]
  return (horner(q * q, above) * q) / horner(q * q, below)
}

/** The polynomial's value, its coefficients from the highest power down. */
function horner(x: number, coefficients: readonly number[]): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0)
}
