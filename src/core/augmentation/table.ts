/**
 * Changes that look at one pixel at a time, as a table of the 256 grey levels. Buffers are this thread's own and used again: the loops know
 * their places and lengths, and a table within reach costs half of one passed in.
 */

/** Pixels to be: bytes, or the floats that an engine takes (the same whole numbers). */
export type Pixels = Uint8Array | Float32Array

const BYTES = new Uint8Array(256)
const FLOATS = new Float32Array(256)

/** Writes `table[pixel]` for each pixel of `source` to `target`, which has its length. */
export function lookUp(table: Uint8Array, source: Uint8Array, target: Pixels): void {
  if (target instanceof Float32Array) lookUpFloats(table, source, target)
  else lookUpBytes(table, source, target)
}

function lookUpBytes(table: Uint8Array, source: Uint8Array, target: Uint8Array): void {
  BYTES.set(table)
  let i = 0
  if (source.byteOffset % 4 === 0 && target.byteOffset % 4 === 0) {
    const from = new Int32Array(source.buffer, source.byteOffset, source.length >> 2)
    const to = new Int32Array(target.buffer, target.byteOffset, source.length >> 2)
    for (let word = 0; word < from.length; word++) {
      const four = from[word]!
      to[word] =
        BYTES[four & 255]! |
        (BYTES[(four >>> 8) & 255]! << 8) |
        (BYTES[(four >>> 16) & 255]! << 16) |
        (BYTES[four >>> 24]! << 24)
    }
    i = 4 * from.length
  }
  for (; i < source.length; i++) target[i] = BYTES[source[i]!]!
}

/** The lowest byte of a word is its first pixel: on all processors that Node.js runs on but IBM's Z. */
function lookUpFloats(table: Uint8Array, source: Uint8Array, target: Float32Array): void {
  FLOATS.set(table)
  let i = 0
  if (source.byteOffset % 4 === 0) {
    const from = new Int32Array(source.buffer, source.byteOffset, source.length >> 2)
    for (let word = 0; word < from.length; word++, i += 4) {
      const four = from[word]!
      target[i] = FLOATS[four & 255]!
      target[i + 1] = FLOATS[(four >>> 8) & 255]!
      target[i + 2] = FLOATS[(four >>> 16) & 255]!
      target[i + 3] = FLOATS[four >>> 24]!
    }
  }
  for (; i < source.length; i++) target[i] = FLOATS[source[i]!]!
}
