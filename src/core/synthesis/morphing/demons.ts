import { LATTICE, NODES } from './lattice.ts'

/** Steps towards the target; more change little at this size. */
const ROUNDS = 14
/** Of the Gaussian that keeps the field smooth, in nodes. */
const SIGMA = 1.6
const REACH = 4
/** The longest displacement, in nodes: neighbours are alike, longer ones chase noise. */
const LONGEST = 2

/** A displacement at each node, in nodes. */
export interface Displacement {
  readonly x: Float32Array
  readonly y: Float32Array
}

const KERNEL = Float64Array.from({ length: 2 * REACH + 1 }, (_, k) => Math.exp(-((k - REACH) ** 2) / (2 * SIGMA ** 2)))
const TOTAL = KERNEL.reduce((sum, weight) => sum + weight, 0)

/**
 * The smooth displacement u with moving(p + u(p)) near fixed(p), both `[32, 32]` grey levels: Thirion's demons (1998) with the mean of both images' gradients as
 * force (Wang et al. 2005), the field smoothed by a Gaussian after each round, its length held below 2 nodes.
 */
export function demons(moving: Uint8Array, fixed: Uint8Array): Displacement {
  const x = new Float32Array(NODES)
  const y = new Float32Array(NODES)
  const warped = new Float32Array(NODES)
  const aside = new Float32Array(NODES)
  for (let round = 0; round < ROUNDS; round++) {
    for (let j = 0, p = 0; j < LATTICE; j++)
      for (let i = 0; i < LATTICE; i++, p++) warped[p] = nodeSample(moving, i + x[p]!, j + y[p]!)
    for (let j = 0, p = 0; j < LATTICE; j++) {
      const up = j > 0 ? -LATTICE : 0
      const down = j < LATTICE - 1 ? LATTICE : 0
      for (let i = 0; i < LATTICE; i++, p++) {
        const left = i > 0 ? -1 : 0
        const right = i < LATTICE - 1 ? 1 : 0
        const gx = (warped[p + right]! - warped[p + left]! + fixed[p + right]! - fixed[p + left]!) / 4
        const gy = (warped[p + down]! - warped[p + up]! + fixed[p + down]! - fixed[p + up]!) / 4
        const difference = fixed[p]! - warped[p]!
        const force = difference / (gx * gx + gy * gy + difference * difference + 1)
        x[p]! += force * gx
        y[p]! += force * gy
      }
    }
    smooth(x, aside)
    smooth(y, aside)
  }
  for (let p = 0; p < NODES; p++) {
    const length = Math.sqrt(x[p]! * x[p]! + y[p]! * y[p]!)
    if (length > LONGEST) {
      x[p]! *= LONGEST / length
      y[p]! *= LONGEST / length
    }
  }
  return { x, y }
}

/** `[32, 32]` grey levels between nodes: bilinear; beyond the border its values go on. */
export function nodeSample(image: Uint8Array, atX: number, atY: number): number {
  const px = Math.min(LATTICE - 1, Math.max(0, atX))
  const py = Math.min(LATTICE - 1, Math.max(0, atY))
  const i = Math.min(LATTICE - 2, Math.floor(px))
  const j = Math.min(LATTICE - 2, Math.floor(py))
  const [u, v, p] = [px - i, py - j, j * LATTICE + i]
  const top = image[p]! * (1 - u) + image[p + 1]! * u
  const bottom = image[p + LATTICE]! * (1 - u) + image[p + LATTICE + 1]! * u
  return top * (1 - v) + bottom * v
}

/** In place, along rows and then along columns; beyond the border its values go on. */
function smooth(field: Float32Array, aside: Float32Array): void {
  blurRows(field, aside)
  blurRows(aside, field)
}

/** Blurs along rows and writes the result with rows and columns exchanged. */
function blurRows(from: Float32Array, to: Float32Array): void {
  for (let j = 0; j < LATTICE; j++) {
    const row = j * LATTICE
    for (let i = 0; i < LATTICE; i++) {
      let sum = 0
      for (let k = -REACH; k <= REACH; k++) {
        const at = Math.min(LATTICE - 1, Math.max(0, i + k))
        sum += from[row + at]! * KERNEL[k + REACH]!
      }
      to[i * LATTICE + j] = sum / TOTAL
    }
  }
}
