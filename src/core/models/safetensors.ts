/**
 * The safetensors format (huggingface/safetensors, README "Format"): an 8-byte little-endian header length, a JSON header of
 * `name -> { dtype, shape, data_offsets }`, then the tensors' bytes without gaps. Everything read is checked once, here.
 */
import { z } from 'zod'
import { LabError, messageOf } from '../shared/errors.ts'

/** A stored tensor, C order. */
export type StoredTensor =
  | { readonly dtype: 'F32'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: 'I64'; readonly shape: readonly number[]; readonly data: BigInt64Array }

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>
  /** The header's `__metadata__`: strings to strings. */
  readonly metadata: Readonly<Record<string, string>>
}

const BYTES = { F32: 4, I64: 8 } as const
/** The reference implementation's own limit (MAX_HEADER_SIZE). */
const MAX_HEADER = 100_000_000

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.number().int().nonnegative()),
  data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
})
const headerSchema = z.record(z.string(), z.unknown())

/**
 * Parses a safetensors file; `origin` names it in errors.
 * @throws LabError `data` that names the tensor: bad header, unsupported dtype, offsets out of range, overlapping or with gaps.
 */
export function readSafetensors(bytes: Uint8Array, origin: string): SafetensorsFile {
  const fail = (what: string, cause?: unknown): never => {
    throw new LabError('data', `${origin}: not a usable safetensors file: ${what}`, { cause })
  }
  if (bytes.byteLength < 8) fail(`${bytes.byteLength} bytes, shorter than its header`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headerLength = view.getBigUint64(0, true)
  if (headerLength > BigInt(Math.min(MAX_HEADER, bytes.byteLength - 8))) fail(`header of ${headerLength} bytes`)
  const start = 8 + Number(headerLength)

  const header = headerSchema.safeParse(parseJson(new TextDecoder().decode(bytes.subarray(8, start)), fail))
  if (!header.success) return fail('its header is no JSON object')
  const metadata = z.record(z.string(), z.string()).safeParse(header.data.__metadata__ ?? {})
  if (!metadata.success) return fail('__metadata__ must map strings to strings')

  const entries = Object.entries(header.data)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, raw]) => {
      const parsed = entrySchema.safeParse(raw)
      if (!parsed.success) return fail(`tensor '${name}' has a malformed entry`, parsed.error)
      return { name, dtype: parsed.data.dtype, shape: parsed.data.shape, offsets: parsed.data.data_offsets }
    })
    .sort((a, b) => a.offsets[0] - b.offsets[0] || a.offsets[1] - b.offsets[1])

  const tensors = new Map<string, StoredTensor>()
  let expected = 0
  for (const { name, dtype, shape, offsets } of entries) {
    const [from, to] = offsets
    if (dtype !== 'F32' && dtype !== 'I64') return fail(`tensor '${name}' has dtype ${dtype}; F32 and I64 are read`)
    const count = shape.reduce((product, size) => product * size, 1)
    if (from !== expected) fail(`tensor '${name}' starts at ${from}, but ${expected} bytes come before it`)
    if (to > bytes.byteLength - start) fail(`tensor '${name}' ends at ${to}, past the file's end`)
    if (to - from !== count * BYTES[dtype])
      fail(`tensor '${name}' of shape [${shape.join(', ')}] does not fill ${to - from} bytes`)
    const copy = new Uint8Array(bytes.subarray(start + from, start + to)).buffer // aligned, whatever the header's length
    tensors.set(
      name,
      dtype === 'F32' ? { dtype, shape, data: new Float32Array(copy) } : { dtype, shape, data: new BigInt64Array(copy) },
    )
    expected = to
  }
  if (expected !== bytes.byteLength - start) fail(`${bytes.byteLength - start - expected} bytes follow the last tensor`)
  return { tensors, metadata: metadata.data }
}

/** The bytes of a safetensors file; tensors in name order, so that equal content gives equal bytes. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const names = [...tensors.keys()].sort()
  const header: Record<string, unknown> = {}
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata
  let offset = 0
  for (const name of names) {
    const { dtype, shape, data } = tensors.get(name)!
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.byteLength] }
    offset += data.byteLength
  }
  const json = JSON.stringify(header)
  const text = new TextEncoder().encode(json)
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

function parseJson(text: string, fail: (what: string, cause?: unknown) => never): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    return fail(`its header is no JSON (${messageOf(cause)})`, cause)
  }
}
