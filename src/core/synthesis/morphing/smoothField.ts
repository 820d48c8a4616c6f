import type { RandomStream } from '../../shared/random.ts'
import { LATTICE, NODES } from './lattice.ts'

/**
 * A smooth random field on the lattice: a uniform cubic B-spline over `spans` x `spans` cells whose control points are drawn uniformly from -1 to 1, so that
 * values lie between -1 and 1 and have two continuous derivatives. A displacement field of this kind does not fold while its control points stay
 * under 0.48 of a cell (Choi and Lee 2000, on the free-form deformations of Rueckert et al. 1999).
 */
export function smoothField(random: RandomStream, spans: number): Float32Array {
  const side = spans + 3
  const controls = Float64Array.from({ length: side * side }, () => 2 * random.uniform() - 1)
  const { first, weights } = basis(spans)
  const rows = new Float64Array(side * LATTICE) // controls, interpolated along x
  for (let j = 0; j < side; j++) {
    for (let x = 0; x < LATTICE; x++) {
      let sum = 0
      for (let k = 0; k < 4; k++) sum += controls[j * side + first[x]! + k]! * weights[x * 4 + k]!
      rows[j * LATTICE + x] = sum
    }
  }
  const field = new Float32Array(NODES)
  for (let y = 0; y < LATTICE; y++) {
    for (let x = 0; x < LATTICE; x++) {
      let sum = 0
      for (let k = 0; k < 4; k++) sum += rows[(first[y]! + k) * LATTICE + x]! * weights[y * 4 + k]!
      field[y * LATTICE + x] = sum
    }
  }
  return field
}

/** At each node: its first control point of four, and their weights. */
function basis(spans: number): { first: Uint8Array; weights: Float64Array } {
  const first = new Uint8Array(LATTICE)
  const weights = new Float64Array(LATTICE * 4)
  for (let at = 0; at < LATTICE; at++) {
    const place = ((at + 0.5) / LATTICE) * spans
    const cell = Math.floor(place)
    const t = place - cell
    first[at] = cell
    weights.set(
      [(1 - t) ** 3 / 6, (3 * t ** 3 - 6 * t ** 2 + 4) / 6, (-3 * t ** 3 + 3 * t ** 2 + 3 * t + 1) / 6, t ** 3 / 6],
      at * 4,
    )
  }
  return { first, weights }
}
