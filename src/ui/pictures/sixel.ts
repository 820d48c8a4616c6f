/** Pictures as Sixel. */
import { isGrey, type Pixels, scaled } from './pixels.ts'

/** More make a picture larger, not better to the eye: steps between 64 greys are hardly seen. */
const MOST_COLOURS = 64

/**
 * The picture in exactly so many pixels, as one Sixel sequence that changes no pixel outside it.
 * @param colours that the terminal can show in a picture
 */
export async function sixelOf(pixels: Pixels, size: { width: number; height: number }, colours: number): Promise<string> {
  // A CommonJS module: the bundle gives it no names of its own.
  const [{ default: encoder }, rgb] = await Promise.all([
    import('sixel/lib/SixelEncoder.js'),
    scaled(pixels, size.width, size.height),
  ])
  const most = Math.max(2, Math.min(colours, MOST_COLOURS))
  const { indices, palette } = isGrey(rgb) ? greys(rgb, most) : await reduced(rgb, size, most)
  return encoder.introducer(1) + encoder.sixelEncodeIndexed(indices, size.width, size.height, palette) + encoder.FINALIZER
}

interface Indexed {
  readonly indices: Uint16Array
  readonly palette: [number, number, number][]
}

/** The greys of the picture, or as many evenly spaced ones as there may be. */
function greys(rgb: Uint8Array, most: number): Indexed {
  const step = 255 / (most - 1)
  return indexed(rgb, level => Math.round(Math.round(level / step) * step))
}

/** By libimagequant, in sharp. */
async function reduced(
  rgb: Uint8Array,
  { width, height }: { width: number; height: number },
  most: number,
): Promise<Indexed> {
  const { default: sharp } = await import('sharp')
  const png = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .png({ palette: true, colours: most, dither: 0, compressionLevel: 0 })
    .toBuffer()
  return indexed(await sharp(png).removeAlpha().toColourspace('srgb').raw().toBuffer())
}

function indexed(rgb: Uint8Array, level: (value: number) => number = value => value): Indexed {
  const places = new Map<number, number>()
  const palette: [number, number, number][] = []
  const indices = new Uint16Array(rgb.length / 3)
  for (let i = 0; i < indices.length; i++) {
    const colour = [level(rgb[3 * i]!), level(rgb[3 * i + 1]!), level(rgb[3 * i + 2]!)] as [number, number, number]
    const key = (colour[0] << 16) | (colour[1] << 8) | colour[2]
    let place = places.get(key)
    if (place === undefined) {
      place = palette.length
      places.set(key, place)
      palette.push(colour)
    }
    indices[i] = place
  }
  return { indices, palette }
}
