/** Safetensors files as tensors in memory, and back. safetensorsHeader.ts checks what is read. */
import { fromBf16, fromF16 } from './halfFloats.ts'
import { readHeader, type TensorEntry } from './safetensorsHeader.ts'

/** A stored tensor, C order. */
export type StoredTensor =
  | { readonly dtype: 'F32'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: 'I64'; readonly shape: readonly number[]; readonly data: BigInt64Array }

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>
  /** The header's `__metadata__`: strings to strings. */
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * Parses a safetensors file; `origin` names it in errors. F16 and BF16 become F32, exactly.
 * @throws LabError `data` that names the tensor: bad header, unsupported dtype, offsets out of range, overlapping or with gaps.
 */
export function readSafetensors(bytes: Uint8Array, origin: string): SafetensorsFile {
  const { entries, metadata } = readHeader(bytes, origin)
  return { tensors: new Map(entries.map(entry => [entry.name, tensorOf(entry, bytes)])), metadata }
}

function tensorOf({ dtype, shape, start, length }: TensorEntry, bytes: Uint8Array): StoredTensor {
  const copy = new Uint8Array(bytes.subarray(start, start + length)).buffer // aligned, whatever the header's length
  if (dtype === 'I64') return { dtype, shape, data: new BigInt64Array(copy) }
  if (dtype === 'F32') return { dtype, shape, data: new Float32Array(copy) }
  const halves = new Uint16Array(copy)
  return { dtype: 'F32', shape, data: dtype === 'F16' ? fromF16(halves) : fromBf16(halves) }
}

/**
 * The bytes of a safetensors file. I64 tensors first, as the reference implementation does, so that each starts at a multiple of its element's
 * size; then in name order, so that equal content gives equal bytes.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const isWide = (name: string) => Number(tensors.get(name)?.dtype === 'I64')
  const names = [...tensors.keys()].sort((a, b) => isWide(b) - isWide(a) || (a < b ? -1 : 1))
  const header = new Map<string, unknown>()
  if (Object.keys(metadata).length > 0) header.set('__metadata__', metadata)
  let offset = 0
  for (const name of names) {
    const { dtype, shape, data } = tensors.get(name)!
    header.set(name, { dtype, shape, data_offsets: [offset, offset + data.byteLength] })
    offset += data.byteLength
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)))
  const padded = Math.ceil(text.length / 8) * 8 // the format pads with spaces so that the data is aligned
  const out = new Uint8Array(8 + padded + offset)
  new DataView(out.buffer).setBigUint64(0, BigInt(padded), true)
  out.set(text, 8)
  out.fill(0x20, 8 + text.length, 8 + padded)
  let at = 8 + padded
  for (const name of names) {
    const { data } = tensors.get(name)!
    out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
  }
  return out
}
