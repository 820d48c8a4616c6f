import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSafetensors, type StoredTensor, writeSafetensors } from '../../../src/core/models/index.ts'
import { LabError } from '../../../src/core/shared/errors.ts'

const fixture = (name: string) => readFileSync(new URL(`../../../fixtures/weights/${name}`, import.meta.url))

/** A file with this header text and this many bytes of data. */
function fileOf(header: string | Uint8Array, data = 8): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header
  const file = new Uint8Array(8 + text.length + data)
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true)
  file.set(text, 8)
  return file
}

/** A file of one tensor whose entry is changed. */
function damaged(entry: object, data = 8): Uint8Array {
  return fileOf(JSON.stringify({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...entry } }), data)
}

function refusal(file: Uint8Array): LabError {
  try {
    readSafetensors(file, 'bad.safetensors')
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(LabError)
    return thrown as LabError
  }
  throw new Error('was read')
}

describe('a file that Python wrote', () => {
  const golden = JSON.parse(fixture('dtypes.golden.json').toString())
  const { tensors, metadata } = readSafetensors(fixture('dtypes.safetensors'), 'x')

  it.each(['f16', 'bf16', 'f32', 'empty'])("gives %s as torch's float32, bit for bit", name => {
    const tensor = tensors.get(name)!
    expect(tensor).toMatchObject({ dtype: 'F32', shape: golden.f32[name].shape })
    const bits = new Int32Array((tensor.data as Float32Array).buffer)
    const isNan = (value: number) => Number.isNaN(new Float32Array(Int32Array.of(value).buffer)[0])
    const differing = [...bits].filter((value, i) => {
      const expected = golden.f32[name].bits[i]
      return value !== expected && !(isNan(value) && isNan(expected)) // torch quiets a signalling NaN, which is one still
    })
    expect(differing).toEqual([])
    expect(bits.length).toBe(golden.f32[name].bits.length)
  })

  it.each(['i64', 'scalar'])('gives %s exactly', name => {
    const { shape, values } = golden.i64[name]
    expect(tensors.get(name)).toEqual({ dtype: 'I64', shape, data: BigInt64Array.from(values.map(BigInt)) })
  })

  it('gives the metadata and no tensor more', () => {
    expect(metadata).toEqual(golden.metadata)
    expect([...tensors.keys()].sort()).toEqual([...Object.keys(golden.f32), ...Object.keys(golden.i64)].sort())
  })
})

describe('a damaged file is refused by name', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['too short', new Uint8Array(4), /shorter than its header/],
    ['a header past the end', Uint8Array.of(255, 0, 0, 0, 0, 0, 0, 0, 1), /header of 255 bytes/],
    ['a header of 2^63 bytes', Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 128, 1), /header of 9223372036854775808 bytes/],
    ['no JSON', fileOf('{'), /no JSON/],
    ['no UTF-8', fileOf(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)), /no JSON/],
    ['a byte order mark', fileOf('\ufeff{}', 0), /no JSON/],
    ['no object', fileOf('[]'), /no JSON object/],
    ['no strings as metadata', fileOf('{"__metadata__": {"a": 1}}', 0), /__metadata__/],
    ['unknown dtype', damaged({ dtype: 'Q7' }), /'w' has dtype Q7; F32, F16, BF16, I64 are read/],
    ['a known dtype that is not read', damaged({ dtype: 'F64', shape: [1] }), /'w' has dtype F64/],
    ['a dtype from the prototype', damaged({ dtype: 'toString' }), /'w' has dtype toString/],
    ['past the end', damaged({ data_offsets: [0, 16], shape: [4] }), /'w' ends at 16/],
    ['a gap', damaged({ data_offsets: [4, 8], shape: [1] }), /'w' starts at 4/],
    ['an end before the start', damaged({ data_offsets: [0, -8] }), /'w' has a malformed entry/],
    ['shape and bytes disagree', damaged({ shape: [3] }), /'w' of shape \[3\]/],
    ['shape and dtype disagree', damaged({ dtype: 'F16' }), /'w' of shape \[2\] and dtype F16/],
    ['a shape past all bounds', damaged({ shape: [2 ** 40, 2 ** 40, 2 ** 40] }), /'w' of shape/],
    ['bytes left over', damaged({}, 12), /4 bytes follow/],
    ['negative size', damaged({ shape: [-2] }), /'w' has a malformed entry/],
    ['a broken size', damaged({ shape: [0.5, 4] }), /'w' has a malformed entry/],
    [
      'overlapping tensors',
      fileOf('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}'),
      /'b' starts at 4, but 8 bytes come before/,
    ],
    [
      'one range for two tensors',
      fileOf('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'),
      /'b' starts at 0/,
    ],
    [
      'a name twice, once in escapes',
      fileOf(
        '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"\\u0061":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}',
      ),
      /names 'a' twice/,
    ],
    ['a field twice', fileOf('{"a":{"dtype":"I64","dtype":"F32","shape":[2],"data_offsets":[0,8]}}'), /names 'dtype' twice/],
  ])('%s', (_, file, message) => {
    const { kind, message: text } = refusal(file)
    expect(kind).toBe('data')
    expect(text).toMatch(message)
    expect(text).toMatch(/^bad\.safetensors: /)
  })

  it('in a message of bounded length', () => {
    expect(refusal(fileOf(JSON.stringify({ ['n'.repeat(1e6)]: 1 }))).message.length).toBeLessThan(300)
    expect(refusal(damaged({ dtype: 'n'.repeat(1e6) })).message.length).toBeLessThan(300)
    expect(refusal(damaged({ shape: Array(1e5).fill(1e9) })).message.length).toBeLessThan(300)
  })

  it('a header over the limit of 100 MB, in no time', () => {
    const file = new Uint8Array(100_000_016)
    new DataView(file.buffer).setBigUint64(0, 100_000_001n, true)
    const start = performance.now()
    expect(refusal(file).message).toMatch(/header of 100000001 bytes/)
    expect(performance.now() - start).toBeLessThan(100)
  })
})

it("names that mean something to JavaScript are names like others, and strings in the header don't confuse", () => {
  const one = { dtype: 'F32', shape: [1], data: Float32Array.of(1) } as const
  const names = ['__proto__', 'constructor', 'a"b', 'c\\', '{"x":', ': ', '0', 'é']
  const file = writeSafetensors(new Map(names.map(name => [name, one])), { 'a"b': '{"a": 1, "a": 2}' })
  const { tensors, metadata } = readSafetensors(file, 'x')
  expect([...tensors.keys()].sort()).toEqual([...names].sort())
  expect(metadata).toEqual({ 'a"b': '{"a": 1, "a": 2}' })
})

const tensors = fc.dictionary(
  fc.string(),
  fc.oneof(
    fc.array(fc.float({ noNaN: true }), { maxLength: 6 }).map((values): StoredTensor => {
      return { dtype: 'F32', shape: [values.length], data: Float32Array.from(values) }
    }),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value): StoredTensor => {
      return { dtype: 'I64', shape: [], data: BigInt64Array.of(value) }
    }),
  ),
  { maxKeys: 6 },
)

it('whatever is written comes back', () => {
  fc.assert(
    fc.property(tensors, fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }), (given, metadata) => {
      fc.pre(!Object.hasOwn(given, '__metadata__') && !Object.hasOwn(metadata, '__proto__'))
      const map = new Map(Object.entries(given))
      const back = readSafetensors(writeSafetensors(map, metadata), 'x')
      expect(new Map([...back.tensors].sort())).toEqual(new Map([...map].sort()))
      expect(back.metadata).toEqual(metadata)
    }),
  )
})

it('I64 lies at multiples of 8, whatever stands beside it', () => {
  const map = new Map<string, StoredTensor>([
    ['a', { dtype: 'F32', shape: [1], data: Float32Array.of(1) }],
    ['b', { dtype: 'I64', shape: [], data: BigInt64Array.of(1n) }],
  ])
  const file = writeSafetensors(map)
  expect(new TextDecoder().decode(file)).toContain('"b":{"dtype":"I64","shape":[],"data_offsets":[0,8]}')
  expect(new DataView(file.buffer).getBigUint64(0, true) % 8n).toBe(0n)
})

it('thousands of mutants are read or refused, with bounded time and memory', () => {
  const small = writeSafetensors(
    new Map<string, StoredTensor>([
      ['a', { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
      ['bn.num_batches_tracked', { dtype: 'I64', shape: [], data: BigInt64Array.of(5n) }],
    ]),
    { format: 'pt' },
  )
  const interesting = fc.constantFrom(
    0,
    1,
    7,
    8,
    127,
    128,
    255,
    ...'{}[]":,\\0919eE-.tn '.split('').map(one => one.charCodeAt(0)),
  )
  const edit = fc.record({
    at: fc.nat(small.length - 1),
    byte: fc.oneof(interesting, fc.nat(255)),
    how: fc.constantFrom('set', 'set', 'set', 'insert', 'delete', 'cut', 'double'),
  })
  let read = 0
  let refused = 0
  const start = performance.now()
  const before = process.memoryUsage().rss
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), edits => {
      let bytes = [...small]
      for (const { at, byte, how } of edits) {
        if (how === 'set') bytes[at] = byte
        else if (how === 'insert') bytes.splice(at, 0, byte)
        else if (how === 'delete') bytes.splice(at, 1)
        else if (how === 'cut') bytes = bytes.slice(0, at)
        else bytes = [...bytes.slice(0, at), ...bytes.slice(Math.max(0, at - byte))]
      }
      try {
        const { tensors } = readSafetensors(Uint8Array.from(bytes), 'x')
        const held = [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0)
        expect(held).toBeLessThanOrEqual(bytes.length * 2) // F16 doubles
        read++
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(LabError)
        expect(thrown).toMatchObject({ kind: 'data' })
        refused++
      }
    }),
    { numRuns: 5000, seed: 6 },
  )
  expect(read).toBeGreaterThan(50)
  expect(refused).toBeGreaterThan(2500)
  expect(performance.now() - start).toBeLessThan(20_000)
  expect(process.memoryUsage().rss - before).toBeLessThan(500e6)
})
