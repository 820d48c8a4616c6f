/**
 * BMP without compression: 1, 4 and 8 bits with a palette, 24 and 32 bits. (libvips, as sharp ships it, reads none; the npm decoders that are
 * kept stop at odd widths or ignore where the pixels begin.) Layout: Windows BITMAPFILEHEADER, BITMAPINFOHEADER and its later versions.
 */
import { LabError } from '../../shared/errors.ts'
import { checkDeclaredSize, type GreyImage, greyOf, type PixelPlace } from './grey.ts'

/** Throws `data` for other kinds of BMP and for files that end too early. */
export function decodeBmp(bytes: Uint8Array, place: PixelPlace): GreyImage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 54) throw new LabError('data', 'a BMP file that ends in its header')
  const start = view.getUint32(10, true)
  const headerSize = view.getUint32(14, true)
  const width = view.getInt32(18, true)
  const signedHeight = view.getInt32(22, true) // negative: rows from the top
  const height = Math.abs(signedHeight)
  const bits = view.getUint16(28, true)
  const compression = view.getUint32(30, true)
  if (headerSize < 40 || compression !== 0 || ![1, 4, 8, 24, 32].includes(bits)) {
    throw new LabError('data', `a BMP file of ${bits} bits, compression ${compression}: convert it to PNG`)
  }
  checkDeclaredSize(width, height)
  const stride = 4 * Math.ceil((width * bits) / 32)
  const colours = bits > 8 ? 0 : view.getUint32(46, true) || 2 ** bits
  const palette = 14 + headerSize
  if (start < palette + 4 * colours || start + stride * height > bytes.length) {
    throw new LabError('data', 'a BMP file that ends too early, or whose parts overlap')
  }
  const samples = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) {
    const row = start + stride * (signedHeight < 0 ? y : height - 1 - y)
    for (let x = 0; x < width; x++) {
      let from = row + (x * bits) / 8
      if (bits <= 8) {
        const shift = 8 - bits - ((x * bits) % 8)
        const index = (bytes[Math.floor(from)]! >> shift) & (2 ** bits - 1)
        if (index >= colours) throw new LabError('data', `a BMP file with colour ${index} of ${colours}`)
        from = palette + 4 * index
      }
      const to = (y * width + x) * 3 // red, green, blue from blue, green, red
      for (let channel = 0; channel < 3; channel++) samples[to + channel] = bytes[from + 2 - channel]!
    }
  }
  return greyOf(samples, { width, height, channels: 3 }, place)
}
