/** Kept small beside any real maximum; pytorch-grad-cam's own, so that maps agree with it. */
const EPSILON = 1e-7

/**
 * A copy minus its minimum, over (maximum of that + 1e-7): 0 to just below 1, all 0 for a constant map. As
 * pytorch-grad-cam's `scale_cam_image`, in double precision.
 */
export function normalised(map: Float32Array): Float32Array {
  let min = Infinity
  let max = -Infinity
  for (const value of map) {
    if (value < min) min = value
    if (value > max) max = value
  }
  const range = max - min + EPSILON
  return map.map(value => (value - min) / range)
}
