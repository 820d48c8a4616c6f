/**
 * Logistic regression with an L2 penalty: the least 1/2 |w|^2 + C sum log(1 + exp(-y (w.x + b))), the intercept unpenalised, as scikit-learn's
 * LogisticRegression with C = 1. Found by L-BFGS (Nocedal and Wright, Numerical Optimization, algorithm 7.4): the minimum is unique, so the
 * way to it does not matter.
 */
import type { Features } from './features.ts'

const MEMORY = 10
const STEPS = 500
const TOLERANCE = 1e-6

/** Weights of the columns, and the intercept last. @param positive by row */
export function logisticRegression(features: Features, positive: readonly boolean[], c = 1): Float64Array {
  const n = features.width + 1
  let at = new Float64Array(n)
  let { value, gradient } = objective(features, positive, at, c)
  const pairs: { s: Float64Array; y: Float64Array; rho: number }[] = []
  for (let step = 0; step < STEPS && largest(gradient) > TOLERANCE; step++) {
    const direction = newtonLike(gradient, pairs)
    const slope = dot(gradient, direction)
    let length = pairs.length === 0 ? Math.min(1, 1 / largest(gradient)) : 1
    let next = along(at, direction, length)
    let found = objective(features, positive, next, c)
    while (found.value > value + 1e-4 * length * slope && length > 1e-12) {
      length /= 2
      next = along(at, direction, length)
      found = objective(features, positive, next, c)
    }
    if (found.value >= value) break // as low as rounding lets it be
    const s = next.map((v, i) => v - at[i]!)
    const y = found.gradient.map((v, i) => v - gradient[i]!)
    const curvature = dot(s, y)
    if (curvature > 0) pairs.push({ s, y, rho: 1 / curvature })
    if (pairs.length > MEMORY) pairs.shift()
    at = next
    value = found.value
    gradient = found.gradient
  }
  return at
}

/** w.x + b of each row: above 0 where the positive kind is likelier. */
export function logisticScores({ rows, width, values }: Features, weights: Float64Array): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    let sum = weights[width]!
    for (let c = 0; c < width; c++) sum += values[row * width + c]! * weights[c]!
    return sum
  })
}

function objective(features: Features, positive: readonly boolean[], at: Float64Array, c: number) {
  const { rows, width, values } = features
  const gradient = new Float64Array(width + 1)
  let value = 0
  for (let i = 0; i < width; i++) {
    value += at[i]! ** 2 / 2
    gradient[i] = at[i]!
  }
  const scores = logisticScores(features, at)
  for (let row = 0; row < rows; row++) {
    const y = positive[row] ? 1 : -1
    const margin = y * scores[row]!
    value += c * (margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin)
    const pull = (-y * c) / (1 + Math.exp(margin))
    for (let i = 0; i < width; i++) gradient[i]! += pull * values[row * width + i]!
    gradient[width]! += pull
  }
  return { value, gradient }
}

/** Minus the inverse Hessian, as far as the last steps tell it, times the gradient: the two-loop recursion. */
function newtonLike(
  gradient: Float64Array,
  pairs: readonly { s: Float64Array; y: Float64Array; rho: number }[],
): Float64Array {
  const q = gradient.map(value => -value)
  const alphas: number[] = []
  for (const { s, y, rho } of pairs.toReversed()) {
    const alpha = rho * dot(s, q)
    alphas.push(alpha)
    for (let i = 0; i < q.length; i++) q[i]! -= alpha * y[i]!
  }
  const last = pairs.at(-1)
  const scale = last === undefined ? 1 : 1 / (last.rho * dot(last.y, last.y))
  for (let i = 0; i < q.length; i++) q[i]! *= scale
  for (const [k, { s, y, rho }] of pairs.entries()) {
    const beta = rho * dot(y, q)
    const alpha = alphas[pairs.length - 1 - k]!
    for (let i = 0; i < q.length; i++) q[i]! += (alpha - beta) * s[i]!
  }
  return q
}

function along(at: Float64Array, direction: Float64Array, length: number): Float64Array<ArrayBuffer> {
  return Float64Array.from(at, (value, i) => value + length * direction[i]!)
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
}
