/**
 * Random streams that anyone can make again: a stream is named by values (spec seed, run index, purpose, ...), never by the
 * order in which things happen. A name is hashed by SHA-256; the digest orders things, or seeds a generator.
 */
import { hash } from 'node:crypto'

/** Lower-case hex SHA-256 of the parts joined by `/`; sorting by it is a seeded shuffle that does not depend on the set sorted. */
export function hashOf(...parts: readonly (string | number)[]): string {
  return hash('sha256', parts.join('/'), 'hex')
}

/** Draws numbers; each call advances the stream. */
export interface RandomStream {
  /** A uniform integer in [0, 2^32). */
  uint32(): number
  /** A uniform number in [0, 1) with 32 random bits. */
  uniform(): number
}

/**
 * The stream named by `parts`: sfc32 (Chris Doty-Humphrey's Small Fast Counter generator, 32-bit, as in PractRand 0.95),
 * seeded with the first 96 bits of the name's SHA-256 and counter 1, the first 15 outputs thrown away.
 */
export function randomStream(...parts: readonly (string | number)[]): RandomStream {
  const digest = hash('sha256', parts.join('/'), 'buffer')
  return sfc32(digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8))
}

/** sfc32 from three 32-bit seeds; exported for the test against PractRand's own values. */
export function sfc32(seedA: number, seedB: number, seedC: number): RandomStream {
  let a = seedA | 0
  let b = seedB | 0
  let c = seedC | 0
  let counter = 1
  const next = (): number => {
    const out = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + out) | 0
    return out >>> 0
  }
  for (let i = 0; i < 15; i++) next()
  return { uint32: next, uniform: () => next() / 4294967296 }
}
