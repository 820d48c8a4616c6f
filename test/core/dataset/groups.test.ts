import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DatasetImage, SplitSpec } from '../../../src/core/dataset/dataset.ts'
import { groupOf } from '../../../src/core/dataset/groupedSplit.ts'
import { groupsOf, patternGroups } from '../../../src/core/dataset/groups.ts'
import { SmallVersionsMaker } from '../../../src/core/dataset/similarity.ts'
import { splitParts } from '../../../src/core/dataset/split.ts'

type Splittable = Pick<DatasetImage, 'id' | 'sha256' | 'label' | 'sourcePart' | 'group'>

/** Images of groups: each group's labels in a list; images of `null` groups have none. */
function imagesOf(groups: readonly (readonly number[])[], loners: readonly number[] = []): Splittable[] {
  const image = (name: string, label: number): Splittable => ({ id: `${name}-1`, sha256: name, label, sourcePart: null })
  return [
    ...groups.flatMap((labels, g) => labels.map((label, k) => ({ ...image(`g${g}k${k}`, label), group: String(g) }))),
    ...loners.map((label, k) => image(`alone${k}`, label)),
  ]
}
const grouped = (given: Partial<SplitSpec> = {}): SplitSpec => {
  return { kind: 'grouped', validationFraction: 0.2, testFraction: 0.2, seed: 1, ...given }
}
const someGroups = fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 9 }), {
  minLength: 3,
  maxLength: 60,
})
const someSplit = fc.record({
  validationFraction: fc.double({ min: 0.05, max: 0.4, noNaN: true }),
  testFraction: fc.oneof(fc.constant(0), fc.double({ min: 0.05, max: 0.4, noNaN: true })),
  seed: fc.nat(),
  number: fc.nat(9),
})

describe('a grouped split', () => {
  test('puts every image in one part and no group in two; a part that is asked for has images, another has none', () => {
    fc.assert(
      fc.property(someGroups, fc.array(fc.nat(3), { maxLength: 5 }), someSplit, (groups, loners, split) => {
        const images = imagesOf(groups, loners)
        const parts = splitParts(images, grouped(split))
        expect(parts).toHaveLength(images.length)
        const homes = new Map<string, string>()
        for (const [i, image] of images.entries()) {
          const home = homes.get(groupOf(image)) ?? parts[i]!
          homes.set(groupOf(image), home)
          expect(parts[i]).toBe(home)
        }
        expect(new Set(parts)).toEqual(new Set(['train', 'validation', ...(split.testFraction > 0 ? ['test'] : [])]))
      }),
    )
  })

  test('does not depend on the order of images', () => {
    fc.assert(
      fc.property(
        someGroups,
        someSplit,
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (groups, split, draws) => {
          const images = imagesOf(groups)
          const shuffled = images
            .map(image => ({ image, at: draws.next().value }))
            .sort((a, b) => a.at - b.at)
            .map(({ image }) => image)
          const byId = (of: readonly Splittable[]) => {
            const parts = splitParts(of, grouped(split))
            return new Map(of.map(({ id }, i) => [id, parts[i]]))
          }
          const [first, second] = [byId(images), byId(shuffled)]
          for (const [id, part] of first) expect(second.get(id)).toBe(part)
        },
      ),
    )
  })

  test('of groups of one class: each class lies within half a group of its shares, and no class misses a part', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 5, max: 40 }), { minLength: 2, maxLength: 4 }),
        fc.integer({ min: 1, max: 12 }),
        fc.nat(),
        (counts, size, seed) => {
          const groups = counts.flatMap((count, label) =>
            Array.from({ length: count }, () => Array<number>(size).fill(label)),
          )
          const images = imagesOf(groups)
          const parts = splitParts(images, grouped({ seed }))
          for (const [label, count] of counts.entries()) {
            for (const [part, share] of [
              ['train', 0.6],
              ['validation', 0.2],
              ['test', 0.2],
            ] as const) {
              const held = images.filter((image, i) => image.label === label && parts[i] === part).length
              expect(held).toBeGreaterThan(0)
              expect(Math.abs(held - share * count * size)).toBeLessThanOrEqual(size + 1)
            }
          }
        },
      ),
    )
  })

  test('a class of two groups trains and validates; numbers give other splits, and are the same again', () => {
    const images = imagesOf([...Array.from({ length: 20 }, () => [0, 0, 0]), [1, 1, 1], [1, 1, 1]])
    const split = (number: number) => splitParts(images, grouped({ number }))
    for (let number = 0; number < 5; number++) {
      const ofSecond = split(number).filter((_, i) => images[i]!.label === 1)
      expect(new Set(ofSecond)).toEqual(new Set(['train', 'validation']))
    }
    expect(new Set([0, 1, 2, 3, 4].map(number => split(number).join())).size).toBe(5)
    expect(split(3)).toEqual(split(3))
  })

  test('copies of a file whose group nothing tells stay together', () => {
    const [first, ...rest] = imagesOf([], [0, 0, 0, 0, 1, 1, 1, 1])
    const images = [first!, { ...first!, id: 'alone0-2' }, ...rest]
    for (let number = 0; number < 8; number++) {
      const parts = splitParts(images, grouped({ number }))
      expect(parts[0]).toBe(parts[1])
    }
  })

  test('of fewer groups than parts is refused', () => {
    expect(() =>
      splitParts(
        imagesOf([
          [0, 1],
          [0, 1],
        ]),
        grouped(),
      ),
    ).toThrow(/3 parts needs as many groups/)
    expect(
      splitParts(
        imagesOf([
          [0, 1],
          [0, 1],
        ]),
        grouped({ testFraction: 0 }),
      ),
    ).toContain('validation')
  })
})

describe('groups by file name', () => {
  const names = (...fileNames: string[]) => fileNames.map(fileName => ({ origin: `/x/${fileName}`, fileName }))

  test('are the first capture group, else the whole match', () => {
    expect(patternGroups(names('p12_s3.jpg', 'p7_s1.jpg'), '^(p\\d+)_')).toEqual(['p12', 'p7'])
    expect(patternGroups(names('p12_s3.jpg', 'p7_s1.jpg'), 'p\\d+')).toEqual(['p12', 'p7'])
  })

  test.each([
    ['matches not every name', '^p(\\d+)', ['p1.jpg', 'other.jpg'], 'data', /no group in 1 of 2 .* 'other\.jpg'/],
    ['captures nothing', '^p(\\d*)', ['p.jpg', 'p1.jpg'], 'data', /1 of 2/],
    ['is no expression', '(', ['p.jpg'], 'usage', /--group-pattern \(: /],
    ['never ends', '^(a+)+$', [`${'a'.repeat(50)}b`], 'usage', /takes more than 0\.2 s/],
  ])('a pattern that %s is refused', (_, pattern, fileNames, kind, message) => {
    expect(() => patternGroups(names(...fileNames), pattern, 200)).toThrow(
      expect.objectContaining({ kind, message: expect.stringMatching(message) }),
    )
  })

  test('images without file names, and a column that nothing has, are refused', async () => {
    expect(() => patternGroups([{ origin: 'row 1' }], '.')).toThrow(/--group-column/)
    const none = new SmallVersionsMaker(0).done()
    await expect(groupsOf([{ sha256: 'a', origin: 'x' }], { column: 'patient' }, none)).rejects.toThrow(/--group-pattern/)
  })
})
