import { normalised } from './normalised.ts'
import { resizeBilinear, type Size } from './resizeBilinear.ts'

/**
 * A map at the image's size, for the picture: bilinear, then stretched to 0..1 again (minus minimum, over maximum + 1e-7), in the
 * order of pytorch-grad-cam's `BaseCAM.forward`. So two pictures show where, not how much: compare amounts by the layer's map.
 *
 * @param map row-major `[from.height, from.width]`, already 0 to 1.
 * @returns row-major `[image.height, image.width]`, 0 to 1.
 * @throws RangeError where a size does not fit.
 */
export function upsample(map: Float32Array, from: Size, image: Size): Float32Array {
  return normalised(resizeBilinear(map, from, image))
}
