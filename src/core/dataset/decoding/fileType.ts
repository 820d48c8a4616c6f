/** What an encoded image is by its first bytes, whatever its file is called. */
import { LabError } from '../../shared/errors.ts'

export type FileType = 'jpeg' | 'png' | 'tiff' | 'webp' | 'bmp'

/** Formats that hold no single picture, or that no kept library reads here: what to do about each. */
const ELSEWHERE: readonly { readonly is: (bytes: Uint8Array) => boolean; readonly advice: string }[] = [
  {
    is: bytes => has(bytes, 'DICM', 128),
    advice: 'a DICOM file: convert it to PNG first, e.g. with dcm2img (DCMTK) or med2image',
  },
  {
    is: bytes => has(bytes, 'n+1\0', 344) || has(bytes, 'ni1\0', 344),
    advice: 'a NIfTI volume: cut it into PNG slices first, e.g. with med2image',
  },
  {
    is: bytes => bytes[0] === 0x1f && bytes[1] === 0x8b,
    advice: 'a gzip file: unpack it; a NIfTI volume (.nii.gz) is cut into PNG slices e.g. with med2image',
  },
  { is: bytes => has(bytes, 'GIF8'), advice: 'not a JPEG, PNG, TIFF, WebP or BMP file but a GIF: convert it to PNG' },
]

/** Throws `data` with the reason for what is none of the types. */
export function fileTypeOf(bytes: Uint8Array): FileType {
  if (bytes.length === 0) throw new LabError('data', 'the file is empty')
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg'
  if (bytes[0] === 0x89 && has(bytes, 'PNG\r\n', 1)) return 'png'
  if (has(bytes, 'II*\0') || has(bytes, 'MM\0*') || has(bytes, 'II+\0') || has(bytes, 'MM\0+')) return 'tiff'
  if (has(bytes, 'RIFF') && has(bytes, 'WEBP', 8)) return 'webp'
  if (has(bytes, 'BM')) return 'bmp'
  const advice = ELSEWHERE.find(({ is }) => is(bytes))?.advice
  throw new LabError('data', advice ?? 'not a JPEG, PNG, TIFF, WebP or BMP file')
}

function has(bytes: Uint8Array, text: string, at = 0): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false
  return true
}
