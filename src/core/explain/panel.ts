import { greyPicture, mapPicture, overlay } from './overlay.ts'
import { enlarged, inRow, type Picture } from './picture.ts'
import type { Size } from './resizeBilinear.ts'

/** A side shorter than this many pixels is enlarged. */
const LEGIBLE = 256
const GAP = 8

export interface PanelOptions {
  /** Whole number each pixel is enlarged by; default: the smallest that makes the shorter side 256 pixels or more. */
  readonly scale?: number
  /** Of the map over the image, 0 to 1; default 0.6. */
  readonly opacity?: number
}

/**
 * Image, map, and map on image, side by side with 8 grey pixels between them, each pixel a square of `scale`.
 *
 * @param grey row-major `[height, width]`, 0 to 255.
 * @param map row-major `[height, width]`, 0 to 1: see `upsample`.
 * @throws RangeError where a size does not fit, or scale or opacity is out of range.
 */
export function panel(grey: Uint8Array, map: Float32Array, size: Size, options: PanelOptions = {}): Picture {
  const scale = options.scale ?? Math.ceil(LEGIBLE / Math.min(size.height, size.width))
  const parts = [greyPicture(grey, size), mapPicture(map, size), overlay(grey, map, size, options.opacity ?? 0.6)]
  return inRow(
    parts.map(part => enlarged(part, scale)),
    GAP,
  )
}
