/** The table of a vision transformer's positions for another grid than the one it was trained on. */

/** How a library enlarges positions; both are torch.nn.functional.interpolate with mode 'bicubic' and align_corners=False. */
export type PositionResize = 'timm' | 'huggingface'

/**
 * `positions [1, 1 + from * from, width]` (the class token's, then the grid's row by row) for a grid of `to * to`. The class token's stays.
 *
 * timm (resample_abs_pos_embed) asks for antialias: Keys' cubic with a = -0.5, wider where the grid shrinks, its weights divided by their sum at edges. transformers
 * (ViTEmbeddings.interpolate_pos_encoding) does not: a = -0.75, places outside the grid read as its edge. Computed in doubles.
 */
export function resizePositions(
  positions: Float32Array,
  { from, to, width }: { readonly from: number; readonly to: number; readonly width: number },
  as: PositionResize,
): Float32Array<ArrayBuffer> {
  const taps = Array.from({ length: to }, (_, i) => (as === 'timm' ? antialiased(i, from, to) : plain(i, from, to)))
  const result = new Float32Array((1 + to * to) * width)
  result.set(positions.subarray(0, width))
  const rows = new Float64Array(to * from * width) // [to, from, width]: columns first stay, rows are blended
  for (const [y, tap] of taps.entries())
    for (const { place, weight } of tap)
      for (let i = 0; i < from * width; i++)
        rows[y * from * width + i]! += weight * positions[(1 + place * from) * width + i]!
  const sums = new Float64Array(width)
  for (let y = 0; y < to; y++)
    for (const [x, tap] of taps.entries()) {
      sums.fill(0)
      for (const { place, weight } of tap)
        for (let i = 0; i < width; i++) sums[i]! += weight * rows[(y * from + place) * width + i]!
      result.set(sums, (1 + y * to + x) * width)
    }
  return result
}

/** The places that place `i` of the new grid is blended of. */
type Taps = readonly { readonly place: number; readonly weight: number }[]

function antialiased(i: number, from: number, to: number): Taps {
  const scale = Math.max(from / to, 1)
  const centre = ((i + 0.5) * from) / to
  const first = Math.max(Math.trunc(centre - 2 * scale + 0.5), 0)
  const end = Math.min(Math.trunc(centre + 2 * scale + 0.5), from)
  const near = Array.from({ length: end - first }, (_, k) => first + k)
  const weights = near.map(place => cubic((place + 0.5 - centre) / scale, -0.5))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return near.map((place, k) => ({ place, weight: weights[k]! / sum }))
}

function plain(i: number, from: number, to: number): Taps {
  const position = ((i + 0.5) * from) / to - 0.5
  const below = Math.floor(position)
  return [-1, 0, 1, 2].map(step => ({
    place: Math.min(Math.max(below + step, 0), from - 1),
    weight: cubic(position - below - step, -0.75),
  }))
}

/** Keys, "Cubic Convolution Interpolation for Digital Image Processing", 1981, with his parameter a. */
function cubic(distance: number, a: number): number {
  const x = Math.abs(distance)
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a
  return 0
}
