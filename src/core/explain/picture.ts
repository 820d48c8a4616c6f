import type { Size } from './resizeBilinear.ts'

/** Colour pixels. */
export interface Picture extends Size {
  /** Row-major `[height, width, 3]`: red, green, blue, 0 to 255 (sRGB). */
  readonly rgb: Uint8Array
}

/** Grey of the space between pictures: neither the black nor the white of a scan. */
const GAP_GREY = 128

/** Each pixel as a `factor` x `factor` square. Throws RangeError unless `factor` is a whole number of 1 or more. */
export function enlarged(picture: Picture, factor: number): Picture {
  if (!(Number.isInteger(factor) && factor >= 1)) throw new RangeError(`${factor} is no whole number to enlarge by`)
  const height = picture.height * factor
  const width = picture.width * factor
  const rgb = new Uint8Array(height * width * 3)
  for (let y = 0; y < height; y++) {
    const source = Math.floor(y / factor) * picture.width
    for (let x = 0; x < width; x++) {
      const from = 3 * (source + Math.floor(x / factor))
      const to = 3 * (y * width + x)
      rgb[to] = picture.rgb[from]!
      rgb[to + 1] = picture.rgb[from + 1]!
      rgb[to + 2] = picture.rgb[from + 2]!
    }
  }
  return { height, width, rgb }
}

/** Pictures in a row from left to right, aligned at the top, `gap` pixels of grey between them. */
export function inRow(pictures: readonly Picture[], gap: number, ground = GAP_GREY): Picture {
  const height = Math.max(0, ...pictures.map(picture => picture.height))
  const width = pictures.reduce((sum, picture) => sum + picture.width, Math.max(0, pictures.length - 1) * gap)
  const canvas = { height, width, rgb: new Uint8Array(height * width * 3).fill(ground) }
  let left = 0
  for (const picture of pictures) {
    paint(canvas, picture, 0, left)
    left += picture.width + gap
  }
  return canvas
}

/** Pictures in a column from top to bottom, aligned at the left, `gap` pixels of grey between them. */
export function inColumn(pictures: readonly Picture[], gap: number, ground = GAP_GREY): Picture {
  const width = Math.max(0, ...pictures.map(picture => picture.width))
  const height = pictures.reduce((sum, picture) => sum + picture.height, Math.max(0, pictures.length - 1) * gap)
  const canvas = { height, width, rgb: new Uint8Array(height * width * 3).fill(ground) }
  let top = 0
  for (const picture of pictures) {
    paint(canvas, picture, top, 0)
    top += picture.height + gap
  }
  return canvas
}

function paint(canvas: Picture, picture: Picture, top: number, left: number): void {
  const stride = picture.width * 3
  for (let y = 0; y < picture.height; y++)
    canvas.rgb.set(picture.rgb.subarray(y * stride, (y + 1) * stride), 3 * ((top + y) * canvas.width + left))
}
