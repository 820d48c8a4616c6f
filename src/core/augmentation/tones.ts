/**
 * Operations that give each grey level another, whatever its place: Pillow's ImageOps and the blends of its ImageEnhance (Blend.c), as
 * tables. `counts` are those of the image that the operation is given; each fills `table`, 256 levels.
 */

/** Keeps the highest `bits` (1 to 8) of a level. */
export function posterize(table: Uint8Array, bits: number): void {
  const mask = 256 - 2 ** (8 - bits)
  for (let level = 0; level < 256; level++) table[level] = level & mask
}

/** Inverts levels from `threshold` on. */
export function solarize(table: Uint8Array, threshold: number): void {
  for (let level = 0; level < 256; level++) table[level] = level < threshold ? level : 255 - level
}

export function invert(table: Uint8Array): void {
  for (let level = 0; level < 256; level++) table[level] = 255 - level
}

/** The darkest level becomes 0, the lightest 255, those between in proportion, truncated; an image of one level stays. */
export function autoContrast(table: Uint8Array, counts: Int32Array): void {
  const low = counts.findIndex(count => count > 0)
  const high = counts.findLastIndex(count => count > 0)
  const scale = high > low ? 255 / (high - low) : 1
  const offset = high > low ? -low * scale : 0
  for (let level = 0; level < 256; level++) table[level] = Math.min(Math.max(Math.trunc(level * scale + offset), 0), 255)
}

/**
 * As many pixels at every level as can be. The step leaves out the lightest level that occurs; where it is less than one pixel, the image
 * stays. Levels above the lightest one may come out over 255: nothing has them, and they are clamped.
 */
export function equalize(table: Uint8Array, counts: Int32Array): void {
  const lightest = counts.findLastIndex(count => count > 0)
  let pixels = 0
  for (let level = 0; level < lightest; level++) pixels += counts[level]!
  const step = Math.floor(pixels / 255)
  let sum = Math.floor(step / 2)
  for (let level = 0; level < 256; level++) {
    table[level] = step === 0 ? level : Math.min(Math.floor(sum / step), 255)
    sum += counts[level]!
  }
}

/** Blends with black: below 1 darker, above lighter. */
export function brightness(table: Uint8Array, factor: number): void {
  for (let level = 0; level < 256; level++) table[level] = blend(0, level, factor)
}

/** Blends with the image's mean, rounded to a level. */
export function contrast(table: Uint8Array, factor: number, counts: Int32Array): void {
  let sum = 0
  let pixels = 0
  for (let level = 0; level < 256; level++) {
    sum += level * counts[level]!
    pixels += counts[level]!
  }
  const mean = Math.floor(sum / pixels + 0.5)
  for (let level = 0; level < 256; level++) table[level] = blend(mean, level, factor)
}

/** Pillow's Image.blend of two levels: float32 throughout, truncated; clipped, which matters beyond 0 to 1 only. */
export function blend(from: number, to: number, factor: number): number {
  const mixed = Math.fround(from + Math.fround(Math.fround(factor) * (to - from)))
  return mixed <= 0 ? 0 : mixed >= 255 ? 255 : Math.trunc(mixed)
}
