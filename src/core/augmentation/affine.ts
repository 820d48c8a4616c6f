/** Moving pixels as Pillow's nearest-neighbour affine transform does (Geometry.c): 16.16 fixed point, what comes from outside is black. */

/** The place in the source of a pixel's centre (x, y): (a x + b y + c, d x + e y + f). */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

/** Pillow leaves fixed point for floats beyond this, and we do not. */
export const LARGEST_SIDE = 16_384

/** Counter-clockwise about the centre: Pillow's Image.rotate, its entries rounded to 15 decimals. */
export function rotation(degrees: number, width: number, height: number): Matrix {
  const within = degrees % 360 < 0 ? (degrees % 360) + 360 : degrees % 360
  const angle = -within * (Math.PI / 180)
  const round = (value: number): number => Number(value.toFixed(15))
  const [cos, sin, minusSin] = [round(Math.cos(angle)), round(Math.sin(angle)), round(-Math.sin(angle))]
  const [x, y] = [width / 2, height / 2]
  return [cos, sin, cos * -x + sin * -y + x, minusSin, cos, minusSin * -x + cos * -y + y]
}

/** Rows moved the more the lower they are, the first one least: torchvision's affine about the top left corner. */
export function shearX(tangent: number): Matrix {
  return [1, Math.tan(thereAndBack(tangent)), 0, 0, 1, 0]
}

/** Columns moved the more the further right they are. */
export function shearY(tangent: number): Matrix {
  const angle = thereAndBack(tangent)
  return [1, 0, 0, Math.sin(angle) / Math.cos(angle), 1, 0]
}

/** The angle by way of degrees, as torchvision goes: it counts at the last bit. */
function thereAndBack(tangent: number): number {
  return Math.atan(tangent) * (180 / Math.PI) * (Math.PI / 180)
}

/** Writes the image moved by `matrix` to `target`. Sides are at most `LARGEST_SIDE`. */
export function transform(source: Uint8Array, target: Uint8Array, width: number, height: number, matrix: Matrix): void {
  const [a, b, c, d, e, f] = matrix
  const [stepX, stepY] = [fixed(a), fixed(d)]
  const [rowX, rowY] = [fixed(b), fixed(e)]
  let startX = fixed(c + a * 0.5 + b * 0.5)
  let startY = fixed(f + d * 0.5 + e * 0.5)
  for (let row = 0; row < height; row++, startX += rowX, startY += rowY) {
    // the pixels of this row that come from inside
    const first = Math.max(firstInside(startX, stepX, width), firstInside(startY, stepY, height))
    const end = Math.min(endInside(startX, stepX, width), endInside(startY, stepY, height), width)
    const at = row * width
    if (first >= end) {
      target.fill(0, at, at + width)
      continue
    }
    target.fill(0, at, at + first)
    target.fill(0, at + end, at + width)
    if (stepX === 65_536 && stepY === 0) {
      const from = (startY >> 16) * width + (startX >> 16)
      target.set(source.subarray(from + first, from + end), at + first)
      continue
    }
    let x = (startX + first * stepX) | 0
    let y = (startY + first * stepY) | 0
    for (let i = at + first; i < at + end; i++) {
      target[i] = source[Math.imul(y >> 16, width) + (x >> 16)]!
      x = (x + stepX) | 0
      y = (y + stepY) | 0
    }
  }
}

/** The first n of 0, 1 ... at which `start + n step` has entered 0 to `size` (in pixels); Infinity where it never does. */
function firstInside(start: number, step: number, size: number): number {
  const end = size * 65_536
  if (start >= 0 && start < end) return 0
  if (step > 0 && start < 0) return Math.ceil(-start / step)
  if (step < 0 && start >= end) return Math.floor((start - end) / -step) + 1
  return Number.POSITIVE_INFINITY
}

/** The first n at which it has left again; Infinity where it never does. */
function endInside(start: number, step: number, size: number): number {
  if (step > 0) return Math.ceil((size * 65_536 - start) / step)
  if (step < 0) return Math.floor(start / -step) + 1
  return Number.POSITIVE_INFINITY
}

function fixed(value: number): number {
  return Math.floor(value * 65_536 + 0.5)
}

/** Writes the image moved by whole pixels, right and down where positive, to `target`. */
export function translate(
  source: Uint8Array,
  target: Uint8Array,
  width: number,
  height: number,
  by: { x: number; y: number },
): void {
  const first = Math.min(Math.max(by.x, 0), width)
  const end = Math.max(Math.min(width + by.x, width), 0)
  for (let row = 0; row < height; row++) {
    const at = row * width
    const from = row - by.y
    if (from < 0 || from >= height || first >= end) {
      target.fill(0, at, at + width)
      continue
    }
    target.fill(0, at, at + first)
    target.set(source.subarray(from * width + first - by.x, from * width + end - by.x), at + first)
    target.fill(0, at + end, at + width)
  }
}

/** Writes the image with left and right exchanged to `target`. */
export function mirror(source: Uint8Array, target: Uint8Array, width: number, height: number): void {
  if (width % 4 === 0 && source.byteOffset % 4 === 0 && target.byteOffset % 4 === 0) {
    const from = new Int32Array(source.buffer, source.byteOffset, source.length >> 2)
    const to = new Int32Array(target.buffer, target.byteOffset, target.length >> 2)
    mirrorWords(from, to, width / 4, height)
    return
  }
  for (let row = 0; row < height; row++) {
    const at = row * width
    for (let i = 0, from = at + width - 1; i < width; i++, from--) target[at + i] = source[from]!
  }
}

/** Four pixels at once. */
function mirrorWords(source: Int32Array, target: Int32Array, width: number, height: number): void {
  for (let row = 0; row < height; row++) {
    const at = row * width
    for (let i = 0, from = at + width - 1; i < width; i++, from--) {
      const four = source[from]!
      target[at + i] = (four << 24) | ((four & 0xff00) << 8) | ((four >>> 8) & 0xff00) | (four >>> 24)
    }
  }
}
