import { expect, test } from 'vitest'
import { hashOf, randomStream, sfc32 } from '../../../src/core/shared/random.ts'

test('sfc32 gives the values of PractRand', () => {
  // The first row: values that the Rust crate rand_sfc took from PractRand's own program; all rows: fixtures/dataset/sfc32.c.
  const cases: [number, number, number, number[]][] = [
    [0, 2, 1, [0x03b80bb8, 0xa87dbc7e, 0x1787178c, 0x4c7b7234, 0xc65dade2, 0x2c692349, 0xf52c2153, 0xdf098072]],
    [0xdeadbeef, 0x01234567, 0xffffffff, [0x991f9611, 0x39424f4f, 0x0a635bc4, 0xe38fdf11, 0xffa35911, 0x9c9eb6df]],
    [0, 0, 0, [0xfb52c520, 0x38802be1, 0x948279e6, 0xec4bf1d9]],
  ]
  for (const [a, b, c, expected] of cases) {
    const stream = sfc32(a, b, c)
    expect(expected.map(() => stream.uint32())).toEqual(expected)
  }
})

test('a stream is known by its name, and uniform numbers lie in [0, 1)', () => {
  const draws = (...name: (string | number)[]) => Array.from({ length: 4 }, randomStream(...name).uniform)
  expect(draws(1, 'augment', 3)).toEqual(draws(1, 'augment', 3))
  expect(draws(1, 'augment', 3)).not.toEqual(draws(1, 'augment', 4))
  expect(draws(1, 2).every(value => value >= 0 && value < 1)).toBe(true)
})

test('hashOf is the SHA-256 of the parts joined by slashes', () => {
  // printf abc/1 | sha256sum
  expect(hashOf('abc', 1)).toBe(hashOf('abc/1'))
  expect(hashOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad') // FIPS 180-2
})
