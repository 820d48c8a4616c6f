/** Pictures as pixels, and what every way to draw them needs. */

/** Colour pixels: row-major `[height, width, 3]`, red, green, blue, 0 to 255. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly rgb: Uint8Array
}

/** The picture in exactly so many pixels, `[toHeight, toWidth, 3]`. */
export async function scaled({ width, height, rgb }: Pixels, toWidth: number, toHeight: number): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp')
  const image = sharp(rgb, { raw: { width, height, channels: 3 } }).resize(toWidth, toHeight, {
    fit: 'fill',
    kernel: 'cubic',
  })
  return new Uint8Array(await image.raw().toBuffer())
}

/** As PNG, no larger than the box it is drawn in, in pixels: the terminal enlarges by itself. Grey pixels are one channel. */
export async function pngOf(pixels: Pixels, box: { readonly width: number; readonly height: number }): Promise<Buffer> {
  const { default: sharp } = await import('sharp')
  const scale = Math.min(1, Math.max(box.width / pixels.width, box.height / pixels.height))
  const [width, height] = [pixels.width, pixels.height].map(side => Math.max(1, Math.round(side * scale))) as [
    number,
    number,
  ]
  const rgb = scale < 1 ? await scaled(pixels, width, height) : pixels.rgb
  const grey = isGrey(rgb)
  const data = grey ? rgb.filter((_, i) => i % 3 === 0) : rgb
  return await sharp(data, { raw: { width, height, channels: grey ? 1 : 3 } })
    .toColourspace(grey ? 'b-w' : 'srgb')
    .png({ compressionLevel: 9 })
    .toBuffer()
}

export function isGrey(rgb: Uint8Array): boolean {
  for (let i = 0; i < rgb.length; i += 3) if (rgb[i] !== rgb[i + 1] || rgb[i] !== rgb[i + 2]) return false
  return true
}
