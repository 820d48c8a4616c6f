/**
 * How much an image changes at each scale: what gives away images that are smoother or noisier than real ones, and what coarse features do not see.
 *
 * The orthonormal Haar transform of the image at its own size (Mallat 1989): at each of four octaves, the logarithm of 1 + the mean square of
 * the differences along rows and columns, and of the diagonal ones. An odd last row or column is left out.
 */
import type { GreyImage } from '../../dataset/index.ts'
import type { Features } from './features.ts'

const OCTAVES = 4

const TEXTURES = 2 * OCTAVES

/** `[images, 8]`; 0 at octaves that an image is too small for. */
export function textures(images: readonly GreyImage[]): Features {
  const values = new Float64Array(images.length * TEXTURES)
  for (const [row, image] of images.entries()) values.set(octavesOf(image), row * TEXTURES)
  return { rows: images.length, width: TEXTURES, values }
}

function octavesOf({ pixels, width, height }: GreyImage): number[] {
  const found: number[] = []
  let plane = Float64Array.from(pixels)
  let [w, h] = [width, height]
  for (let octave = 0; octave < OCTAVES; octave++) {
    const [across, down] = [w >> 1, h >> 1]
    const coarse = new Float64Array(across * down)
    let straight = 0
    let diagonal = 0
    for (let y = 0; y < down; y++) {
      for (let x = 0; x < across; x++) {
        const at = 2 * (y * w + x)
        const [a, b, c, d] = [plane[at]!, plane[at + 1]!, plane[at + w]!, plane[at + w + 1]!]
        coarse[y * across + x] = (a + b + c + d) / 2
        straight += ((a - b + c - d) / 2) ** 2 + ((a + b - c - d) / 2) ** 2
        diagonal += ((a - b - c + d) / 2) ** 2
      }
    }
    const places = Math.max(1, across * down)
    found.push(Math.log1p(straight / (2 * places)), Math.log1p(diagonal / places))
    plane = coarse
    w = across
    h = down
  }
  return found
}
