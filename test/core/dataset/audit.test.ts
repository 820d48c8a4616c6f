import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { auditDataset, groupCounts } from '../../../src/core/dataset/audit.ts'
import type { Dataset, DatasetImage } from '../../../src/core/dataset/dataset.ts'
import { alikePairs, duplicateGroups } from '../../../src/core/dataset/duplicates.ts'
import { contentHash } from '../../../src/core/dataset/fingerprint.ts'
import { type ImportedDataset, importDataset } from '../../../src/core/dataset/index.ts'
import { nearestNeighbours } from '../../../src/core/dataset/neighbours.ts'
import { likeness, mayBeNear, NEAR, SmallVersionsMaker, smallVersions } from '../../../src/core/dataset/similarity.ts'
import { datasetUnder } from '../../../src/core/dataset/split.ts'
import { fixture } from './golden.ts'

/** What NumPy and scikit-learn say of the sample: fixtures/dataset/make_audit_golden.py. */
const golden = JSON.parse(readFileSync(fixture('dataset/audit.golden.json'), 'utf8')) as {
  readonly pairs: readonly [string, string, number][]
  readonly neighbourAccuracy: number
  readonly baselineLoss: number
  readonly baselineAccuracy: number
}
let sample: ImportedDataset
beforeAll(async () => {
  sample = await importDataset({ name: 'sample', paths: [fixture('sample')], seed: 1 })
})

interface Drawn {
  readonly label: number
  readonly part: DatasetImage['part']
  readonly pixels: Uint8Array
  readonly width?: number
  readonly height?: number
  readonly group?: string
}

/** A data set of images given as pixels; its files' contents are the pixels. */
function made(images: readonly Drawn[]): { dataset: Dataset; pack: Uint8Array } {
  let offset = 0
  const rows = images.map(({ label, part, pixels, width = 32, height = 32, group }, i): DatasetImage => {
    const sha256 = contentHash(pixels)
    const image = {
      id: `${sha256}-${i}`,
      sha256,
      label,
      part,
      sourcePart: null,
      width,
      height,
      offset,
      origin: `image ${i}`,
    }
    offset += pixels.length
    return group === undefined ? image : { ...image, group }
  })
  return {
    dataset: { ...sample.dataset, name: 'made', classes: ['A', 'B'], images: rows },
    pack: Buffer.concat(images.map(({ pixels }) => pixels)),
  }
}

/** A picture that only its number decides: blobs at a few places. */
function blobs(number: number, side = 32): Uint8Array {
  const at = [1, 2, 3, 4].map(k => [((number * 7 * k) % 29) / 29, ((number * 11 * k + 5) % 31) / 31] as const)
  return Uint8Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [(i % side) / side, Math.floor(i / side) / side]
    return 20 + at.reduce((sum, [u, v]) => sum + 55 * Math.exp(-60 * ((x - u) ** 2 + (y - v) ** 2)), 0)
  })
}

describe('how alike images are', () => {
  test('how much pairs of the sample correlate, and which do by 0.85 or more, as NumPy finds them', async () => {
    const { images } = sample.dataset
    const versions = smallVersions(sample.pixels, images)
    const name = (i: number): string => relative(fixture('sample'), images[i]!.origin)
    const places = new Map(images.map((_, i) => [name(i), i]))
    for (const [a, b, value] of golden.pairs) {
      expect(likeness(versions, places.get(a)!, places.get(b)!)).toBeCloseTo(value, 12)
    }
    const found: string[] = []
    await alikePairs(images, versions, ({ a, b }) => found.push([name(a), name(b)].sort().join()), {}, 0.85)
    const expected = golden.pairs.filter(([, , value]) => value >= 0.85).map(([a, b]) => [a, b].sort().join())
    expect(found.sort()).toEqual(expected.sort())
    expect(found.length).toBeGreaterThan(5)
  })

  test('an image compressed anew, at another size, brighter, noisier or shifted by a pixel is a near duplicate', async () => {
    const chosen = sample.dataset.images.filter((_, i) => i % 61 === 0)
    for (const { width, height, offset } of chosen) {
      const pixels = sample.pixels.subarray(offset, offset + width * height)
      const image = () => sharp(pixels, { raw: { width, height, channels: 1 } })
      const changed = [
        await sharp(await image().jpeg({ quality: 30 }).toBuffer()),
        image().resize(64, 64),
        image().resize(217, 217),
        image().linear(1.2, 10),
        image().gamma(1.5),
        image().blur(0.8),
        image()
          .extract({ left: 1, top: 0, width: width - 1, height })
          .extend({ right: 1, background: 'black' }),
      ]
      for (const one of changed) {
        const { data, info } = await one.toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
        const maker = new SmallVersionsMaker(2)
        maker.add(pixels, width, height)
        maker.add(data, info.width, info.height)
        expect(likeness(maker.done(), 0, 1)).toBeGreaterThan(NEAR)
        expect(mayBeNear(maker.done(), 0, 1)).toBe(true)
      }
    }
  })

  test('images without contrast are like nothing', () => {
    const maker = new SmallVersionsMaker(3)
    for (const value of [0, 90]) maker.add(new Uint8Array(64).fill(value), 8, 8)
    maker.add(blobs(1), 32, 32)
    expect([likeness(maker.done(), 0, 1), likeness(maker.done(), 0, 2)]).toEqual([0, 0])
  })

  test('clusters do not depend on the order of images, and reach over what lies between', async () => {
    const shift = (pixels: Uint8Array) => Uint8Array.from(pixels, (_, i) => pixels[i + 1] ?? 0)
    const chain = [blobs(3, 64)]
    for (let k = 0; k < 6; k++) chain.push(shift(chain.at(-1)!))
    const { dataset, pack } = made(
      [...chain, blobs(8, 64), blobs(9, 64)].map(pixels => ({ label: 0, part: 'train', pixels, width: 64, height: 64 })),
    )
    const groups = async (images: readonly DatasetImage[]) => {
      const names = await duplicateGroups(images, smallVersions(pack, images))
      return new Map(images.map(({ id }, i) => [id, names[i]]))
    }
    const forward = await groups(dataset.images)
    const backward = await groups(dataset.images.toReversed())
    expect(backward).toEqual(new Map([...forward].reverse()))
    expect([...new Set(forward.values())]).toHaveLength(3)
    const versions = smallVersions(pack, dataset.images)
    expect(likeness(versions, 0, 6)).toBeLessThan(NEAR)
    expect(forward.get(dataset.images[0]!.id)).toBe(forward.get(dataset.images[6]!.id))
  })
})

describe('what a split gives away', () => {
  test('nearest neighbour and class frequencies as scikit-learn has them', async () => {
    const { audit } = await auditDataset(sample.dataset, sample.pixels)
    expect(audit.neighbours.accuracy).toBe(golden.neighbourAccuracy)
    expect(audit.baselineLoss).toBeCloseTo(golden.baselineLoss, 12)
    expect(audit.baselineAccuracy).toBe(golden.baselineAccuracy)
  })

  test('the random split of the sample leaks, the grouped one does not: by its subjects', async () => {
    const subjects = new Map(
      readFileSync(fixture('sample/manifest.csv'), 'utf8')
        .trim()
        .split('\n')
        .slice(1)
        .map(line => [line.split(',')[0]!, line.split(',')[3]!]),
    )
    const dataset: Dataset = {
      ...sample.dataset,
      groups: { by: 'column', column: 'subject' },
      images: sample.dataset.images.map(image => ({
        ...image,
        group: subjects.get(relative(fixture('sample'), image.origin))!,
      })),
    }
    const random = datasetUnder(dataset, 'random')
    const grouped = datasetUnder(dataset, 'grouped')
    expect(groupCounts(random.images)).toEqual({ count: 122, acrossSplits: expect.any(Number) })
    expect(groupCounts(random.images).acrossSplits).toBeGreaterThan(90)
    expect(groupCounts(grouped.images).acrossSplits).toBe(0)
    const versions = smallVersions(sample.pixels, dataset.images)
    const [leaking, clean] = [
      await nearestNeighbours(random.images, versions),
      await nearestNeighbours(grouped.images, versions),
    ]
    expect(leaking.sameGroup).toBeGreaterThan(0.15)
    expect(clean.sameGroup).toBe(0)
    expect(leaking.accuracy!).toBeGreaterThan(clean.accuracy!)
  })

  test('a class that train lacks: the baseline loss is infinite, and said to be none', async () => {
    const { dataset, pack } = made([
      { label: 0, part: 'train', pixels: blobs(1) },
      { label: 1, part: 'validation', pixels: blobs(2) },
    ])
    const { audit } = await auditDataset(dataset, pack)
    expect(audit).toMatchObject({ baselineLoss: null, baselineAccuracy: 0, neighbours: { accuracy: 0 } })
  })
})

describe('an audit', () => {
  test('counts copies within and across parts and labels at odds; what is unused lies in no part', async () => {
    const brighter = blobs(1).map(value => value + 9)
    const { dataset, pack } = made([
      { label: 0, part: 'train', pixels: blobs(1) },
      { label: 0, part: 'train', pixels: blobs(1) },
      { label: 1, part: 'validation', pixels: brighter },
      { label: 1, part: 'unused', pixels: blobs(2) },
      { label: 1, part: 'train', pixels: blobs(2) },
      { label: 0, part: 'validation', pixels: blobs(5) },
    ])
    const { audit } = await auditDataset(dataset, pack)
    expect(audit).toMatchObject({
      exactDuplicates: 2,
      nearDuplicates: 2,
      acrossSplits: 2,
      labelConflicts: 2,
      pairsLeftOut: 0,
    })
    expect(audit.pairs.map(({ a, b, exact, acrossSplits }) => [a.origin, b.origin, exact, acrossSplits])).toEqual([
      ['image 0', 'image 2', false, true],
      ['image 1', 'image 2', false, true],
      ['image 0', 'image 1', true, false],
      ['image 3', 'image 4', true, false],
    ])
    expect(audit.classes[1]).toEqual({ name: 'B', train: 1, validation: 1, test: 0, unused: 1 })
  })

  test('a thousand copies are counted, and the foremost pairs named', async () => {
    const copies = Array.from(
      { length: 300 },
      (_, i): Drawn => ({ label: 0, part: i < 299 ? 'train' : 'validation', pixels: blobs(1) }),
    )
    const { dataset, pack } = made(copies)
    const { audit } = await auditDataset(dataset, pack)
    expect(audit).toMatchObject({ exactDuplicates: 44_850, acrossSplits: 299, pairsLeftOut: 43_850 })
    expect(audit.pairs.filter(pair => pair.acrossSplits)).toHaveLength(299)
  })

  test('names blank images and those unlike the others, each once', async () => {
    const usual = Array.from({ length: 40 }, (_, i): Drawn => ({ label: i % 2, part: 'train', pixels: blobs(3 + (i % 5)) }))
    const { dataset, pack } = made([
      ...usual,
      { label: 0, part: 'train', pixels: new Uint8Array(1024).fill(7) },
      { label: 0, part: 'train', pixels: blobs(50, 16), width: 16, height: 16 },
      { label: 0, part: 'train', pixels: blobs(51).map(value => Math.min(255, value + 150)) },
    ])
    const { audit } = await auditDataset(dataset, pack)
    expect(audit.outliers.map(({ origin, kind, value }) => [origin, kind, value])).toEqual([
      ['image 40', 'blank', 0],
      ['image 41', 'size', '16x16'],
      ['image 42', 'brightness', expect.any(Number)],
    ])
  })

  test('of a data set without groups finds them; stops when asked to', async () => {
    const { dataset, pack } = made([1, 1, 2, 3].map(number => ({ label: number % 2, part: 'train', pixels: blobs(number) })))
    const { groups: _, ...old } = dataset
    const { groups } = await auditDataset(old, pack)
    expect(groups?.rule).toEqual({ by: 'duplicates', threshold: NEAR })
    expect(new Set(groups?.names).size).toBe(3)
    const stopped = AbortSignal.abort(new Error('enough'))
    await expect(auditDataset(old, pack, { signal: stopped })).rejects.toThrow('enough')
  })
})
