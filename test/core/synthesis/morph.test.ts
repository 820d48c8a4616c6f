import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GreyImage } from '../../../src/core/dataset/index.ts'
import { randomStream } from '../../../src/core/shared/random.ts'
import { type GeneratorContext, generatorNamed, type Made, type Order } from '../../../src/core/synthesis/index.ts'
import { demons } from '../../../src/core/synthesis/morphing/demons.ts'
import { LATTICE } from '../../../src/core/synthesis/morphing/lattice.ts'
import { smoothField } from '../../../src/core/synthesis/morphing/smoothField.ts'

/** A bright disc on black, as a head in air. */
function disc(width: number, height: number, at: readonly [number, number], radius: number): GreyImage {
  const pixels = Uint8Array.from({ length: width * height }, (_, p) => {
    const distance = Math.hypot((p % width) - at[0], Math.floor(p / width) - at[1])
    return Math.round(200 / (1 + Math.exp((distance - radius) / 2)))
  })
  return { width, height, pixels }
}

const hashOf = ({ pixels }: GreyImage): string => createHash('sha256').update(pixels).digest('hex')
const IMAGES = [0, 1, 2, 3, 4].map(n => disc(64, 64, [30 + n, 32], 14 + 2 * n))
const READ = new Map(IMAGES.map(image => [hashOf(image), image]))
const morph = generatorNamed('morph')

function context(given: Partial<GeneratorContext> = {}): GeneratorContext {
  const image = (sha256: string): GreyImage => READ.get(sha256)!
  return {
    ...{ seed: 1, settings: {}, image, training: [], classes: [], clock: () => 0 },
    signal: new AbortController().signal,
    ...given,
  }
}

async function made(orders: readonly Order[], given?: Partial<GeneratorContext>): Promise<Made[]> {
  const all: Made[] = []
  for await (const one of morph.make(orders, context(given))) all.push(one)
  return all
}

const order = (variation = 1, seen = IMAGES): Order => {
  return { class: 'c', parents: [hashOf(seen[0]!), hashOf(seen[1]!)], variation }
}
const far = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length

describe('morph', () => {
  it('joins a source to the most alike image of the pool that is not its copy', () => {
    const [first, second, , fourth, fifth] = IMAGES.map(hashOf)
    const companions = morph.companions!(context().image)
    expect(companions(first!, [fifth!, second!, first!])).toEqual([second])
    expect(companions(first!, [fifth!, fourth!])).toEqual([fourth])
    expect(companions(first!, [first!])).toEqual([])
  })

  it('makes the same again from the same seed, another from another seed or variation', async () => {
    const [one] = await made([order()])
    const [again, other] = await made([order(), order(2)])
    const [seeded] = await made([order()], { seed: 2 })
    expect(again!.image).toEqual(one!.image)
    expect(one!.parameters).toMatchObject({ seed: 1, bend: 0.04 })
    for (const different of [other, seeded]) expect(different!.image.pixels).not.toEqual(one!.image.pixels)
  })

  it('stays between its parents: near both, black where both are black, of the source’s size', async () => {
    const [{ image }] = (await made([order()])) as [Made]
    const [source, neighbour] = IMAGES
    expect(far(image.pixels, source!.pixels)).toBeGreaterThan(1)
    expect(far(image.pixels, source!.pixels)).toBeLessThan(25)
    expect(far(image.pixels, neighbour!.pixels)).toBeLessThan(25)
    expect(image.pixels[0]).toBe(0)
    const wide = disc(96, 64, [45, 32], 15)
    READ.set(hashOf(wide), wide)
    const [resized] = await made([order(1, [wide, ...IMAGES])])
    expect(resized!.image).toMatchObject({ width: 96, height: 64 })
    const [shrunk] = await made([order(1, [IMAGES[0]!, wide])])
    expect(shrunk!.image).toMatchObject({ width: 64, height: 64 })
  })

  it('without way, bend and changes of grey is the source itself', async () => {
    const [same] = await made([order()], { settings: { way: [0, 0], bend: 0, gain: 0, gamma: 0, bias: 0 } })
    expect(same!.image.pixels).toEqual(IMAGES[0]!.pixels)
  })

  it('all the way has the shape of the neighbour', async () => {
    const [there] = await made([order()], { settings: { way: [1, 1], bend: 0, gain: 0, gamma: 0, bias: 0 } })
    const [source, neighbour] = IMAGES as [GreyImage, GreyImage]
    expect(far(there!.image.pixels, neighbour.pixels)).toBeLessThan(far(source.pixels, neighbour.pixels) / 4)
  })

  it('has as much noise and fine detail as its source, and none in air', async () => {
    // Noise of two pixels' width, as scanners' images have it: no resampling keeps a chessboard.
    const noisy = IMAGES.slice(0, 2).map(({ pixels, width, height }, n): GreyImage => {
      const random = randomStream(n)
      const white = pixels.map(() => 256 * random.uniform())
      const soft = white.map(
        (value, p) => (value + (white[p - 1] ?? 0) + (white[p - width] ?? 0) + (white[p - width - 1] ?? 0)) / 4,
      )
      return { width, height, pixels: pixels.map((grey, p) => Math.round(grey * (0.8 + (0.4 * soft[p]!) / 256))) }
    })
    for (const image of noisy) READ.set(hashOf(image), image)
    const grain = ({ pixels, width }: GreyImage): number =>
      pixels.reduce(
        (sum, grey, p) =>
          sum + (p <= width ? 0 : (grey - pixels[p - 1]! - pixels[p - width]! + pixels[p - width - 1]!) ** 2),
        0,
      )
    const all = await made([1, 2, 3, 4].map(variation => order(variation, noisy)))
    for (const { image, parameters } of all) {
      expect(grain(image) / grain(noisy[0]!)).toBeGreaterThan(0.7)
      expect(grain(image) / grain(noisy[0]!)).toBeLessThan(1.4)
      expect(image.pixels.slice(0, 64 * 4).every(grey => grey === 0)).toBe(true)
      expect(parameters).toMatchObject({ version: 2 })
    }
  })

  it('ends where it is stopped, and refuses settings that it has not', async () => {
    expect(await made([order()], { signal: AbortSignal.abort() })).toEqual([])
    await expect(made([order()], { settings: { bent: 1 } })).rejects.toThrow(/bent/)
  })
})

describe('smooth fields', () => {
  it('lie between -1 and 1 and change little from node to node', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 6 }), (seed, spans) => {
        const field = smoothField(randomStream(seed), spans)
        expect(field.every(value => value >= -1 && value <= 1)).toBe(true)
        const steps = field.map((value, p) => (p % LATTICE === 0 ? 0 : Math.abs(value - field[p - 1]!)))
        // The steepest B-spline falls from 1 to -1 at a rate of 2 a cell at most.
        expect(Math.max(...steps)).toBeLessThanOrEqual((2 * spans) / LATTICE + 1e-6)
      }),
    )
  })
})

describe('demons', () => {
  it('brings a disc onto another, and leave equal images alone', () => {
    const small = disc(LATTICE, LATTICE, [15, 16], 8)
    const large = disc(LATTICE, LATTICE, [16.5, 16], 9)
    const { x, y } = demons(small.pixels, large.pixels)
    const pull = (p: number, field: Float32Array): number => Math.round((p % LATTICE) + field[p]!)
    const moved = small.pixels.map((_, p) => {
      const row = Math.min(LATTICE - 1, Math.max(0, Math.round(Math.floor(p / LATTICE) + y[p]!)))
      return small.pixels[row * LATTICE + Math.min(LATTICE - 1, Math.max(0, pull(p, x)))]!
    })
    expect(far(moved, large.pixels)).toBeLessThan(far(small.pixels, large.pixels) / 2)
    expect([...demons(small.pixels, small.pixels).x].every(value => value === 0)).toBe(true)
  })
})
