/**
 * How often each grey level occurs. Four pixels are read at once and counted apart: neighbours of one level, as the black around a scan,
 * would otherwise wait for each other. Buffers are this thread's own and used again.
 */

const FIRST = new Int32Array(256)
const SECOND = new Int32Array(256)
const THIRD = new Int32Array(256)
const FOURTH = new Int32Array(256)

/** Writes the counts of `pixels` to `counts`, 256 numbers. */
export function countLevels(pixels: Uint8Array, counts: Int32Array): void {
  FIRST.fill(0)
  SECOND.fill(0)
  THIRD.fill(0)
  FOURTH.fill(0)
  let i = 0
  if (pixels.byteOffset % 4 === 0) {
    const words = new Int32Array(pixels.buffer, pixels.byteOffset, pixels.length >> 2)
    for (let word = 0; word < words.length; word++) {
      const four = words[word]!
      FIRST[four & 255]!++
      SECOND[(four >>> 8) & 255]!++
      THIRD[(four >>> 16) & 255]!++
      FOURTH[four >>> 24]!++
    }
    i = 4 * words.length
  }
  for (; i < pixels.length; i++) FIRST[pixels[i]!]!++
  for (let level = 0; level < 256; level++) counts[level] = FIRST[level]! + SECOND[level]! + THIRD[level]! + FOURTH[level]!
}
