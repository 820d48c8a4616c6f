/**
 * The header of a safetensors file (huggingface/safetensors, README "Format"): 8 bytes of little-endian length, then JSON of
 * `name -> { dtype, shape, data_offsets }`. Everything is checked here, as the reference implementation does and more: names twice,
 * offsets that overlap, leave gaps or pass the end, bytes that the shape does not need.
 */
import { z } from 'zod'
import { LabError, messageOf } from '../shared/errors.ts'

/** What is read, with the bytes of an element. */
export const DTYPES = { F32: 4, F16: 2, BF16: 2, I64: 8 } as const
export type Dtype = keyof typeof DTYPES

export interface TensorEntry {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: readonly number[]
  /** Of its first byte in the file. */
  readonly start: number
  /** In bytes. */
  readonly length: number
}

export interface SafetensorsHeader {
  /** In the order of their bytes. */
  readonly entries: readonly TensorEntry[]
  /** The header's `__metadata__`: strings to strings. */
  readonly metadata: Readonly<Record<string, string>>
}

/** The reference implementation's own limit (MAX_HEADER_SIZE). */
const MAX_HEADER = 100_000_000
/** Of a name in a message: a damaged file may hold any. */
const SHOWN = 100

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.number().int().nonnegative()),
  data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
})
const metadataSchema = z.record(z.string(), z.string())

/**
 * Reads the header of a whole file; `origin` names it in errors.
 * @throws LabError `data` that names the tensor
 */
export function readHeader(bytes: Uint8Array, origin: string): SafetensorsHeader {
  const fail = (what: string, cause?: unknown): never => {
    throw new LabError('data', `${origin}: not a usable safetensors file: ${what}`, { cause })
  }
  const { json, end } = headerJson(bytes, fail)
  const metadata = metadataSchema.safeParse(json.__metadata__ ?? {})
  if (!metadata.success) return fail('__metadata__ must map strings to strings')

  const found = Object.entries(json)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, raw]) => {
      const parsed = entrySchema.safeParse(raw)
      if (!parsed.success) return fail(`tensor '${shown(name)}' has a malformed entry`, parsed.error)
      return { name, ...parsed.data }
    })
    .sort((a, b) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1])

  const entries: TensorEntry[] = []
  const room = bytes.byteLength - end
  let expected = 0
  for (const { name, dtype, shape, data_offsets } of found) {
    const [from, to] = data_offsets
    const tensor = `tensor '${shown(name)}'`
    if (!isDtype(dtype)) return fail(`${tensor} has dtype ${shown(dtype)}; ${Object.keys(DTYPES).join(', ')} are read`)
    if (from !== expected) fail(`${tensor} starts at ${from}, but ${expected} bytes come before it`)
    if (to > room) fail(`${tensor} ends at ${to}, past the file's end`)
    const count = shape.reduce((product, size) => product * size, 1) // past 2^53 it is inexact, and larger than any file
    if (to - from !== count * DTYPES[dtype]) {
      fail(`${tensor} of shape [${shown(shape.join(', '))}] and dtype ${dtype} does not fill ${to - from} bytes`)
    }
    entries.push({ name, dtype, shape, start: end + from, length: to - from })
    expected = to
  }
  if (expected !== room) fail(`${room - expected} bytes follow the last tensor`)
  return { entries, metadata: metadata.data }
}

type Fail = (what: string, cause?: unknown) => never

/** PyTorch's own files begin so. */
function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b
}

function headerJson(bytes: Uint8Array, fail: Fail): { json: Record<string, unknown>; end: number } {
  if (bytes.byteLength < 8) fail(`${bytes.byteLength} bytes, shorter than its header`)
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true)
  if (length > BigInt(Math.min(MAX_HEADER, bytes.byteLength - 8)))
    fail(
      isZip(bytes) ? "a file of torch.save: write it anew with safetensors.torch's save_file" : `header of ${length} bytes`,
    )
  const end = 8 + Number(length)
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, end))
    const json: unknown = JSON.parse(text)
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return fail('its header is no JSON object')
    const twice = duplicateKey(text)
    if (twice !== null) fail(`its header names '${shown(twice)}' twice`)
    return { json: { ...json }, end }
  } catch (cause) {
    if (cause instanceof LabError) throw cause
    return fail(`its header is no JSON (${shown(messageOf(cause))})`, cause)
  }
}

/** The first key that an object of valid JSON text has twice: JSON.parse keeps the last and says nothing. */
function duplicateKey(text: string): string | null {
  const open: (Set<string> | null)[] = [] // the keys of each open object; null for an open array
  let last = ''
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]
    if (letter === '{') open.push(new Set())
    else if (letter === '[') open.push(null)
    else if (letter === '}' || letter === ']') open.pop()
    else if (letter === '"') {
      const end = endOfString(text, at)
      last = text.slice(at, end + 1)
      at = end
    } else if (letter === ':') {
      const key: string = JSON.parse(last)
      const keys = open.at(-1)
      if (keys?.has(key)) return key
      keys?.add(key)
    }
  }
  return null
}

/** Where the string that begins at `start` has its closing quote: the first that no odd number of backslashes precedes. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text[end - 1 - slashes] === '\\') slashes++
    if (slashes % 2 === 0) return end
  }
}

function isDtype(text: string): text is Dtype {
  return Object.hasOwn(DTYPES, text)
}

function shown(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}
