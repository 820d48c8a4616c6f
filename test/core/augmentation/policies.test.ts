import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  IMAGENET,
  isScaled,
  isSigned,
  OPERATION_NAMES,
  operationsOf,
  perform,
  policyNamed,
  policyOf,
  type Step,
} from '../../../src/core/augmentation/index.ts'
import { randomStream } from '../../../src/core/shared/random.ts'
import { augmentedPixels } from '../../../src/core/training/batches.ts'

const DRAWS = 20_000
const stream = (at: number) => randomStream(7, 0, 'augmentation', 1 + Math.floor(at / 1000), `image-${at % 1000}`)
const words = (steps: readonly Step[]) =>
  steps.map(({ operation, magnitude, sign }) => `${operation} ${magnitude} ${sign}`).join(', ')

/** Pearson's statistic of counts against probabilities that sum to 1; cells of under 5 expected are taken together. */
function chiSquare(seen: ReadonlyMap<string, number>, expected: ReadonlyMap<string, number>) {
  const cells = [...expected].map(([key, share]) => ({ seen: seen.get(key) ?? 0, expected: share * DRAWS }))
  const rare = cells.filter(cell => cell.expected < 5)
  const sum = {
    seen: rare.reduce((all, cell) => all + cell.seen, 0),
    expected: rare.reduce((all, cell) => all + cell.expected, 0),
  }
  const tested = [...cells.filter(cell => cell.expected >= 5), ...(sum.expected > 0 ? [sum] : [])]
  const freedom = tested.length - 1
  // the 99.9th percentile, by Wilson and Hilferty (1931)
  const limit = freedom * (1 - 2 / (9 * freedom) + 3.0902 * Math.sqrt(2 / (9 * freedom))) ** 3
  return {
    statistic: tested.reduce((all, cell) => all + (cell.seen - cell.expected) ** 2 / cell.expected, 0),
    limit,
    freedom,
  }
}

function tally<T>(items: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>()
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1)
  return counts
}

/** Every outcome of autoaugment with its probability: by sub-policy, what is applied, and signs. */
function outcomes(): Map<string, number> {
  const found = new Map<string, number>()
  for (const subPolicy of IMAGENET) {
    let partial: { steps: Step[]; share: number }[] = [{ steps: [], share: 1 / IMAGENET.length }]
    for (const [operation, probability, magnitude] of subPolicy) {
      const signs = isSigned(operation) ? ([1, -1] as const) : ([1] as const)
      partial = partial.flatMap(({ steps, share }) => [
        { steps, share: share * (1 - probability) },
        ...signs.map(sign => {
          return { steps: [...steps, { operation, magnitude, sign }], share: (share * probability) / signs.length }
        }),
      ])
    }
    for (const { steps, share } of partial) found.set(words(steps), (found.get(words(steps)) ?? 0) + share)
  }
  return new Map([...found].filter(([, share]) => share > 0))
}

describe('autoaugment', () => {
  it('draws sub-policies, operations and signs as often as they are to be drawn (chi-square)', () => {
    const policy = policyNamed('autoaugment')
    const seen = tally(Array.from({ length: DRAWS }, (_, at) => words(policy.draw(stream(at)))))
    const expected = outcomes()
    expect([...seen.keys()].filter(key => !expected.has(key))).toEqual([])
    const { statistic, limit, freedom } = chiSquare(seen, expected)
    expect(freedom).toBeGreaterThan(50)
    expect(statistic).toBeLessThan(limit)
  })
  it('draws each of 25 sub-policies equally often (chi-square)', () => {
    const marks = Array.from(
      { length: 25 },
      (_, at) =>
        [
          ['Rotate', 1, Math.floor(at / 10)],
          ['ShearX', 1, at % 10],
        ] as const,
    )
    const policy = policyOf({ name: 'marks', flip: 0, subPolicies: marks })
    const drawn = Array.from({ length: DRAWS }, (_, at) => policy.draw(stream(at)))
    const seen = tally(drawn.map(([first, second]) => `${10 * first!.magnitude! + second!.magnitude!}`))
    const { statistic, limit } = chiSquare(seen, new Map(marks.map((_, at) => [`${at}`, 1 / 25])))
    expect(statistic).toBeLessThan(limit)
  })
  it('shows its ten operations with the highest magnitude that each is used with', () => {
    expect(operationsOf(policyNamed('autoaugment'))).toEqual([
      ['Posterize', 8],
      ['Rotate', 9],
      ['Solarize', 8],
      ['AutoContrast', null],
      ['Equalize', null],
      ['Color', 8],
      ['Invert', null],
      ['Contrast', 8],
      ['Sharpness', 7],
      ['ShearX', 5],
    ])
  })
})

describe("a policy of one's own", () => {
  const policy = policyOf({
    name: 'mine',
    flip: 0.25,
    subPolicies: [
      [
        ['TranslateX', 0.3, 4],
        ['Equalize', 0, null],
        ['Invert', 1, null],
      ],
    ],
  })
  it('flips first, and applies each operation with its probability, a sign even and only where there are two', () => {
    const seen = tally(Array.from({ length: DRAWS }, (_, at) => words(policy.draw(stream(at)))))
    const expected = new Map<string, number>()
    for (const [flipped, f] of [
      ['', 0.75],
      ['Flip null 1, ', 0.25],
    ] as const)
      for (const [moved, m] of [
        ['', 0.7],
        ['TranslateX 4 1, ', 0.15],
        ['TranslateX 4 -1, ', 0.15],
      ] as const)
        expected.set(`${flipped}${moved}Invert null 1`, f * m)
    expect([...seen.keys()].sort()).toEqual([...expected.keys()].sort())
    const { statistic, limit } = chiSquare(seen, expected)
    expect(statistic).toBeLessThan(limit)
  })
  it('of no flip draws nothing for it, so that it is autoaugment where it has its sub-policies', () => {
    const same = policyOf({ name: 'same', flip: 0, subPolicies: IMAGENET })
    for (let at = 0; at < 200; at++) expect(same.draw(stream(at))).toEqual(policyNamed('autoaugment').draw(stream(at)))
  })
})

const step: fc.Arbitrary<Step> = fc
  .record({
    operation: fc.constantFrom(...OPERATION_NAMES),
    magnitude: fc.nat(9),
    sign: fc.constantFrom(1 as const, -1 as const),
  })
  .map(one => ({ ...one, magnitude: isScaled(one.operation) ? one.magnitude : null }))
const image = fc
  .record({ width: fc.integer({ min: 1, max: 23 }), height: fc.integer({ min: 1, max: 23 }) })
  .chain(({ width, height }) => {
    const size = width * height
    return fc.uint8Array({ minLength: size, maxLength: size }).map(pixels => ({ width, height, pixels }))
  })

describe('steps', () => {
  const changed = (steps: readonly Step[], given: { width: number; height: number; pixels: Uint8Array }) => {
    const pixels = new Uint8Array(given.pixels.length)
    perform(steps, given, pixels)
    return { ...given, pixels }
  }
  it('together are the same as one by one, whatever waits for the next', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 5 }), image, (steps, given) => {
        let one = given
        for (const each of steps) one = changed([each], one)
        expect(changed(steps, given).pixels).toEqual(one.pixels)
      }),
      { numRuns: 500 },
    )
  })
  it('leave the image as it was, and write the same numbers as floats, at any place of an array', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 3 }), image, fc.nat(3), (steps, given, offset) => {
        const before = given.pixels.slice()
        const floats = new Float32Array(given.pixels.length + offset)
        perform(steps, given, floats.subarray(offset))
        expect(given.pixels).toEqual(before)
        const shifted = new Uint8Array(given.pixels.length + offset)
        shifted.set(given.pixels, offset)
        expect([...floats.subarray(offset)]).toEqual([
          ...changed(steps, { ...given, pixels: shifted.subarray(offset) }).pixels,
        ])
      }),
    )
  })
  it('flip twice is the image again, and its rows are reversed', () => {
    fc.assert(
      fc.property(image, given => {
        const flip: Step = { operation: 'Flip', magnitude: null, sign: 1 }
        expect(changed([flip, flip], given).pixels).toEqual(given.pixels)
        const rows = Array.from({ length: given.height }, (_, row) =>
          given.pixels.slice(row * given.width, (row + 1) * given.width),
        )
        expect([...changed([flip], given).pixels]).toEqual(rows.flatMap(row => [...row.reverse()]))
      }),
    )
  })
  it('are refused for an image beyond fixed point', () => {
    const wide = { width: 20_000, height: 1, pixels: new Uint8Array(20_000) }
    expect(() => changed([], wide)).toThrow(/sides up to 16384/)
  })
})

describe('batches under autoaugment', () => {
  it('give an image the same pixels in whatever batch, order and company', () => {
    const size = 12
    const images = Array.from({ length: 40 }, (_, place) => ({ id: `image-${place}`, place, pass: 5 }))
    const bytes = Uint8Array.from({ length: 40 * size * size }, (_, i) => (i * 91) % 256)
    const policy = policyNamed('autoaugment')
    const at = { seed: 3, index: 2 }
    const together = augmentedPixels(images, { bytes, size }, policy, at)
    const backwards = augmentedPixels(images.toReversed(), { bytes, size }, policy, at)
    const pixels = (all: Float32Array, place: number) => all.slice(place * 144, (place + 1) * 144)
    for (const { place } of images) {
      expect(pixels(backwards, 39 - place)).toEqual(pixels(together, place))
      expect(augmentedPixels([images[place]!], { bytes, size }, policy, at)).toEqual(pixels(together, place))
    }
    const later = images.map(image => ({ ...image, pass: 6 }))
    expect(augmentedPixels(later, { bytes, size }, policy, at)).not.toEqual(together)
  })
})
