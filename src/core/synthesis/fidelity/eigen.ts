/**
 * Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's method: cyclic sweeps of rotations, each of which makes one off-diagonal entry 0
 * (Golub and Van Loan, Matrix Computations, 8.5). Exact to rounding; time grows with the cube of the size: for some hundred rows.
 */

const SWEEPS = 30

export interface Eigen {
  /** From the largest down. */
  readonly values: Float64Array
  /** `[n, n]`, a row an eigenvector of length 1. */
  readonly vectors: Float64Array
}

/** @param matrix `[n, n]`, symmetric; it is not changed */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice()
  const v = new Float64Array(n * n)
  for (let i = 0; i < n; i++) v[i * n + i] = 1
  const negligible = (Number.EPSILON * norm(a)) / n
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let turned = false
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        if (Math.abs(a[p * n + q]!) <= negligible) continue
        turned = true
        rotate(a, v, n, p, q)
      }
    }
    if (!turned) break
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j]! - a[i * n + i]!)
  const vectors = new Float64Array(n * n)
  for (const [row, from] of order.entries()) vectors.set(v.subarray(from * n, (from + 1) * n), row * n)
  return { values: Float64Array.from(order, i => a[i * n + i]!), vectors }
}

/** A rotation in the plane of p and q that makes their entry 0; rows of `v` turn with it. */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const pq = a[p * n + q]!
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * pq)
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const c = 1 / Math.sqrt(t * t + 1)
  const s = t * c
  a[p * n + p]! -= t * pq
  a[q * n + q]! += t * pq
  a[p * n + q] = 0
  a[q * n + p] = 0
  for (let k = 0; k < n; k++) {
    const vp = v[p * n + k]!
    const vq = v[q * n + k]!
    v[p * n + k] = c * vp - s * vq
    v[q * n + k] = s * vp + c * vq
    if (k === p || k === q) continue
    const kp = a[p * n + k]!
    const kq = a[q * n + k]!
    a[p * n + k] = c * kp - s * kq
    a[q * n + k] = s * kp + c * kq
    a[k * n + p] = a[p * n + k]!
    a[k * n + q] = a[q * n + k]!
  }
}

function norm(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
}
