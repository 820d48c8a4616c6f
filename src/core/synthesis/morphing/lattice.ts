/** Side of the lattice that fields are computed on, in nodes; node (i, j) is the centre of cell (i, j) of an image cut into so many cells. */
export const LATTICE = 32
export const NODES = LATTICE * LATTICE

/** For positions 0 to size - 1 of an image: between which two nodes each lies, and how far from the first to the second, 0 to 1. */
export interface LatticeSteps {
  readonly first: Uint8Array
  readonly second: Uint8Array
  readonly along: Float32Array
}

const cache = new Map<number, LatticeSteps>()

/** Beyond the outermost nodes, the nearest one's value holds. */
export function latticeSteps(size: number): LatticeSteps {
  let steps = cache.get(size)
  if (steps === undefined) {
    steps = { first: new Uint8Array(size), second: new Uint8Array(size), along: new Float32Array(size) }
    for (let at = 0; at < size; at++) {
      const place = Math.min(LATTICE - 1, Math.max(0, ((at + 0.5) * LATTICE) / size - 0.5))
      steps.first[at] = Math.floor(place)
      steps.second[at] = Math.min(LATTICE - 1, Math.floor(place) + 1)
      steps.along[at] = place - Math.floor(place)
    }
    cache.set(size, steps)
  }
  return steps
}
