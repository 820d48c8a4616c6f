import { replaceFile } from '../shared/replaceFile.ts'
import type { Size } from './resizeBilinear.ts'

/** Magic, version 1.0; a 2-byte little-endian header length follows. */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]
/** The data starts at a multiple of this many bytes. */
const ALIGNMENT = 64

/**
 * A map as the bytes of a NumPy .npy file, version 1.0: little-endian float32, C order, shape `[height, width]`. Read it by
 * `numpy.load`. Format: numpy/lib/format.py ("NPY format", version 1.0).
 *
 * @throws RangeError where the size does not fit.
 */
export function encodeNpy(map: Float32Array, { height, width }: Size): Uint8Array {
  if (map.length !== height * width) throw new RangeError(`${map.length} values for ${height} x ${width}`)
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${height}, ${width}), }`
  const start = MAGIC.length + 2
  const length = Math.ceil((start + header.length + 1) / ALIGNMENT) * ALIGNMENT
  const bytes = new Uint8Array(length + 4 * map.length).fill(0x20, 0, length)
  const view = new DataView(bytes.buffer)
  bytes.set(MAGIC)
  view.setUint16(MAGIC.length, length - start, true)
  bytes.set(new TextEncoder().encode(header), start)
  bytes[length - 1] = 0x0a
  for (let i = 0; i < map.length; i++) view.setFloat32(length + 4 * i, map[i]!, true)
  return bytes
}

/** Writes a map to a .npy file, whole or not at all. Throws LabError `failed` where the file cannot be written. */
export async function writeNpy(path: string, map: Float32Array, size: Size): Promise<void> {
  await replaceFile(path, encodeNpy(map, size))
}
