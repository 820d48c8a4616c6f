/**
 * How a bank image is kept: binary PGM (`P5`, 8 bits), the plainest format that knows its size. Equal pixels give equal bytes on every machine, so the
 * SHA-256 of the file names the image. Source: the netpbm PGM specification.
 */
import type { GreyImage } from '../dataset/index.ts'
import { LabError } from '../shared/errors.ts'

export function encodeGreyFile({ width, height, pixels }: GreyImage): Uint8Array {
  const header = Buffer.from(`P5\n${width} ${height}\n255\n`, 'latin1')
  const bytes = new Uint8Array(header.length + pixels.length)
  bytes.set(header)
  bytes.set(pixels, header.length)
  return bytes
}

/** @throws LabError `data` for bytes that `encodeGreyFile` did not make */
export function decodeGreyFile(bytes: Uint8Array): GreyImage {
  const header = Buffer.from(bytes.subarray(0, 32)).toString('latin1')
  const [all, wide, high] = /^P5\n(\d{1,6}) (\d{1,6})\n255\n/.exec(header) ?? []
  const pixels = bytes.subarray(all?.length ?? 0)
  const [width, height] = [Number(wide), Number(high)]
  if (all === undefined || pixels.length !== width * height)
    throw new LabError('data', 'a bank image is damaged: no such grey file')
  return { width, height, pixels }
}
