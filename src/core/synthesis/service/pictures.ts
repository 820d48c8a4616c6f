/** Images on their way to a service and back: enlarged to what it takes, shrunk to what the dataset holds. */
import { decodeGrey, type GreyImage, resizeBilinear } from '../../dataset/index.ts'
import { LabError } from '../../shared/errors.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

/** What services of images.edit ask of a size: sides in whole steps, and so many pixels at least. */
const STEP = 16
const FEWEST_PIXELS = 655_360
const LONGEST_RATIO = 3

/** How much the shape of an answer may differ from what was asked for. */
const SHAPE = 0.05

/**
 * The smallest size of about this shape that images.edit takes: sides are multiples of 16, 655,360 pixels at least.
 * @throws LabError `data` for an image more than three times as long as wide
 */
export function editSize({ width, height }: Size): Size {
  if (Math.max(width, height) > LONGEST_RATIO * Math.min(width, height))
    throw new LabError(
      'data',
      `an image of ${width}x${height} is longer than the service takes: three times its width at most`,
    )
  const scale = Math.max(1, Math.sqrt(FEWEST_PIXELS / (width * height)))
  let wide = stepped(width * scale)
  let high = stepped(height * scale)
  while (wide * high < FEWEST_PIXELS) {
    // The side that is shorter than its share grows.
    if (wide * height <= high * width) wide += STEP
    else high += STEP
  }
  // Rounding must not make it too long.
  while (Math.max(wide, high) > LONGEST_RATIO * Math.min(wide, high)) {
    if (wide < high) wide += STEP
    else high += STEP
  }
  return { width: wide, height: high }
}

/** The square that /v1/images/variations knows and that holds the image: 256, 512 or 1024 pixels a side. */
export function variationSize({ width, height }: Size): Size {
  const side = [256, 512].find(one => one >= Math.max(width, height)) ?? 1024
  return { width: side, height: side }
}

/** The image at a size as an 8-bit grey PNG: its pixels and nothing else, no name, date or comment. */
export async function encodeUpload(image: GreyImage, { width, height }: Size): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp')
  const raw = { width: image.width, height: image.height, channels: 1 } as const
  const png = await sharp(image.pixels, { raw })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .toColourspace('b-w')
    .png()
    .toBuffer()
  return pixelsOnly(png)
}

/** A PNG without the chunks that no one needs to see it. */
function pixelsOnly(png: Buffer): Uint8Array {
  const kept = [png.subarray(0, 8)]
  for (let at = 8; at < png.length; ) {
    const end = at + 12 + png.readUInt32BE(at)
    if (['IHDR', 'IDAT', 'IEND'].includes(png.toString('latin1', at + 4, at + 8))) kept.push(png.subarray(at, end))
    at = end
  }
  return Buffer.concat(kept)
}

/**
 * An answer's image at the dataset's size, grey; shrunk with antialiasing, as Pillow does.
 * @throws LabError `data` for what is no image, too large, damaged, or of another shape than was asked for
 */
export async function decodeAnswer(bytes: Uint8Array, asked: Size, wanted: Size): Promise<GreyImage> {
  const { width, height, pixels } = await decodeGrey(bytes)
  const off = Math.abs((width * asked.height) / (height * asked.width) - 1)
  if (off > SHAPE) throw new LabError('data', `it is ${width}x${height}, where ${asked.width}x${asked.height} was asked for`)
  return { ...wanted, pixels: resizeBilinear(pixels, width, height, wanted.width, wanted.height) }
}

function stepped(side: number): number {
  return Math.max(STEP, Math.round(side / STEP) * STEP)
}
