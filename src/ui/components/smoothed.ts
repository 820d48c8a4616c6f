/** Lines made smoother, so that noise does not hide where they go. Pure. */

type Point = readonly [x: number, y: number]

/**
 * An exponential moving average of y that begins without bias (Adam's correction, as TensorBoard smooths): with `weight` 0 the points themselves, near 1
 * nearly their mean so far. A point that is not finite stays as it is and weighs nothing.
 */
export function smoothed(points: readonly Point[], weight: number): readonly Point[] {
  if (weight <= 0) return points
  let sum = 0
  let mass = 0
  return points.map(([x, y]): Point => {
    if (!Number.isFinite(y)) return [x, y]
    sum = weight * sum + (1 - weight) * y
    mass = weight * mass + (1 - weight)
    return [x, sum / mass]
  })
}
