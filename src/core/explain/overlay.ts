import { VIRIDIS, viridisIndex } from './colourMap.ts'
import type { Picture } from './picture.ts'
import type { Size } from './resizeBilinear.ts'

/** A grey image as a picture. `grey` is row-major `[height, width]`, 0 to 255. Throws RangeError where it does not fit. */
export function greyPicture(grey: Uint8Array, { height, width }: Size): Picture {
  checkLength(grey.length, { height, width })
  const rgb = new Uint8Array(grey.length * 3)
  for (let i = 0; i < grey.length; i++) rgb.fill(grey[i]!, 3 * i, 3 * i + 3)
  return { height, width, rgb }
}

/** A map in viridis. `map` is row-major `[height, width]`, 0 to 1. Throws RangeError where it does not fit. */
export function mapPicture(map: Float32Array, { height, width }: Size): Picture {
  checkLength(map.length, { height, width })
  const rgb = new Uint8Array(map.length * 3)
  for (let i = 0; i < map.length; i++) {
    const colour = 3 * viridisIndex(map[i]!)
    rgb.set(VIRIDIS.subarray(colour, colour + 3), 3 * i)
  }
  return { height, width, rgb }
}

/**
 * A map laid over its image: `opacity` of the map's colour and the rest of the grey, everywhere alike, rounded. Unlike
 * pytorch-grad-cam's `show_cam_on_image` the result is not stretched, so equal colours mean equal values in every picture.
 *
 * @param grey row-major `[height, width]`, 0 to 255.
 * @param map row-major `[height, width]`, 0 to 1.
 * @param opacity 0 (only the image) to 1 (only the map).
 * @throws RangeError where a size does not fit or `opacity` is out of range.
 */
export function overlay(grey: Uint8Array, map: Float32Array, size: Size, opacity: number): Picture {
  if (!(opacity >= 0 && opacity <= 1)) throw new RangeError(`opacity ${opacity} is not between 0 and 1`)
  const under = greyPicture(grey, size).rgb
  const over = mapPicture(map, size).rgb
  return { ...size, rgb: under.map((value, i) => Math.round(value + opacity * (over[i]! - value))) }
}

function checkLength(values: number, { height, width }: Size): void {
  if (values !== height * width) throw new RangeError(`${values} values for ${height} x ${width}`)
}
