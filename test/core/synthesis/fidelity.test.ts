import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Dataset, GreyImage } from '../../../src/core/dataset/index.ts'
import { makePhantom } from '../../../src/core/dataset/phantom.ts'
import { randomStream } from '../../../src/core/shared/random.ts'
import { bootstrapInterval, clustering, shareInterval, weightedMean } from '../../../src/core/synthesis/fidelity/clusters.ts'
import { foldsOf, withinFoldArea } from '../../../src/core/synthesis/fidelity/detector.ts'
import { symmetricEigen } from '../../../src/core/synthesis/fidelity/eigen.ts'
import { ssim } from '../../../src/core/synthesis/fidelity/ssim.ts'
import { type Fidelity, measureFidelity, type SyntheticImage } from '../../../src/core/synthesis/index.ts'

let dataset: Dataset
let pack: Uint8Array
beforeAll(async () => {
  const made = await makePhantom({ name: 'heads', images: 96, seed: 3 })
  dataset = made.dataset
  pack = made.pixels
})

const imageAt = (place: number): GreyImage => {
  const { width, height, offset } = dataset.images[place]!
  return { width, height, pixels: pack.slice(offset, offset + width * height) }
}
const placesOf = (part: string, label = 0): number[] =>
  [...dataset.images.keys()].filter(i => dataset.images[i]!.part === part && dataset.images[i]!.label === label)

/** Images of the first class, each from a training image of it, as `pixels` makes them. */
function made(count: number, pixels: (source: number, n: number) => GreyImage): SyntheticImage[] {
  const sources = placesOf('train').slice(0, count)
  return sources.map((source, n) => {
    const { sha256 } = dataset.images[source]!
    return { id: n + 1, class: dataset.classes[0]!, parents: [sha256], image: pixels(source, n) }
  })
}
const measured = (synthetic: readonly SyntheticImage[], seed = 1): Promise<Fidelity> =>
  measureFidelity({ dataset, pack, generator: 'test', synthetic, seed, classifier: null })

describe('fidelity', () => {
  it('calls duplicates copies of their parents, and cannot tell them apart', async () => {
    const found = await measured(made(20, imageAt))
    expect(found.nearest).toMatchObject({ images: 20, copies: 20, copiesOfParents: 20, copiesOfOthers: 0, withParents: 20 })
    expect(found.images.map(({ copyOf }) => copyOf)).toEqual(Array(20).fill('parent'))
    expect(found.nearest.nearerToValidation).toEqual({ correlation: 0, ssim: 0 })
    for (const one of found.images)
      expect(one.train).toMatchObject({ correlation: { parent: true, likeness: 1 }, ssim: { parent: true, likeness: 1 } })
    const [row] = found.synthetic
    expect(row).toMatchObject({ class: dataset.classes[0], real: placesOf('train').length, images: 20 })
    expect(row!.precision!.value).toBe(1)
    expect(row!.precision!.low).toBeGreaterThan(0.4)
    expect(row!.detector!.auc).toBeGreaterThan(0.3)
    expect(row!.detector!.auc).toBeLessThan(0.7)
    expect(found.classesWithout).toEqual(dataset.classes.slice(1))
  })

  it('tells copies of training images that they were not made from, which speak of memory, from those of parents', async () => {
    const train = placesOf('train')
    const found = await measured(made(6, (source, n) => imageAt(n < 2 ? train.at(-1 - n)! : source)))
    expect(found.nearest).toMatchObject({ copies: 6, copiesOfParents: 4, copiesOfOthers: 2 })
    expect(found.images.map(({ copyOf }) => copyOf)).toEqual(['other', 'other', 'parent', 'parent', 'parent', 'parent'])
  })

  it('tells noise from real images, and calls it no copy', async () => {
    const random = randomStream('noise')
    const found = await measured(
      made(20, () => ({
        width: 128,
        height: 128,
        pixels: Uint8Array.from({ length: 128 * 128 }, () => random.uint32() & 255),
      })),
    )
    const [row] = found.synthetic
    const [real] = found.validation
    expect(found.nearest.copies).toBe(0)
    expect(row!.precision!.value).toBe(0)
    expect(row!.coverage!.value).toBe(0)
    expect(row!.detector!.auc).toBe(1)
    expect(row!.kid!.low).toBeGreaterThan(real!.kid!.high)
  })

  it('sees images that are nearer to a validation image than to their parents', async () => {
    const held = placesOf('validation')
    const found = await measured(made(6, (source, n) => imageAt(n < 4 ? held[n]! : source)))
    expect(found.nearest.nearerToValidation).toEqual({ correlation: 4, ssim: 4 })
    const leaked = dataset.images[held[0]!]!.id
    expect(found.images[0]!.validation).toMatchObject({ correlation: { image: leaked, likeness: 1, parent: false } })
  })

  it('asks nothing about parents that nobody named, and measures no share of a handful', async () => {
    const found = await measured(made(4, imageAt).map(one => ({ ...one, parents: [] })))
    expect(found.nearest).toMatchObject({ withParents: 0, copies: 4, copiesOfParents: 0, copiesOfOthers: 4 })
    expect(found.synthetic[0]).toMatchObject({
      precision: null,
      recall: null,
      density: null,
      coverage: null,
      detector: null,
    })
  })

  it('gives the same numbers again, and other draws by another seed', async () => {
    const synthetic = made(12, imageAt).map((one, n) => ({ ...one, image: blurred(one.image, n) }))
    const found = await measured(synthetic)
    expect(await measured(synthetic)).toEqual(found)
    const other = await measured(synthetic, 2)
    expect(other.synthetic[0]!.kid).toEqual(found.synthetic[0]!.kid)
    expect(other.synthetic[0]!.coverage!.value).toBe(found.synthetic[0]!.coverage!.value)
    expect(other).not.toEqual(found)
  })

  it('does not look at the test part', async () => {
    const synthetic = made(6, imageAt)
    const test = new Set(placesOf('test'))
    const changed = pack.slice()
    for (const place of test) changed.fill(7, dataset.images[place]!.offset, dataset.images[place]!.offset + 128 * 128)
    expect(
      await measureFidelity({ dataset, pack: changed, generator: 'test', synthetic, seed: 1, classifier: null }),
    ).toEqual(await measured(synthetic))
  })

  it('says how a classifier agrees, and apart for images whose parents it never saw', async () => {
    const synthetic = made(12, imageAt)
    const known = synthetic.filter((_, i) => ![3, 7, 10, 11].includes(i)) // each of three subjects has one that is unseen
    const classify = async (images: readonly GreyImage[]) => ({
      features: {
        rows: images.length,
        width: 2,
        values: Float64Array.from({ length: 2 * images.length }, (_, i) => (i * 37) % 101),
      },
      predicted: Int32Array.from(images, (_, i) => (i < images.length - 3 ? 0 : 1)), // the last three synthetic ones are wrong
    })
    const learned = new Set(known.flatMap(({ parents }) => parents))
    const classifier = { run: 5, model: 'cnn', learned, classify }
    const found = await measureFidelity({ dataset, pack, generator: 'test', synthetic, seed: 1, classifier })
    expect(found.featureSpace).toEqual({ name: 'penultimate layer of run 5 (cnn)', width: 2, run: 5 })
    expect(found.synthetic[0]!.agreement).toMatchObject({ images: 12, share: 0.75 })
    expect(found.synthetic[0]!.unseen).toMatchObject({ images: 4, share: 0.5 })
  })
})

function blurred({ width, height, pixels }: GreyImage, by: number): GreyImage {
  return { width, height, pixels: pixels.map((value, i) => (value + (pixels[i + 1 + by] ?? 0)) >> 1) }
}

describe('laws', () => {
  const grey = fc.uint8Array({ minLength: 72, maxLength: 72 }).map(pixels => ({ width: 9, height: 8, pixels }))

  it('SSIM is 1 for an image and itself, at most 1 for others, and the same both ways', () => {
    fc.assert(
      fc.property(grey, grey, (a, b) => {
        expect(ssim(a, a)).toBeCloseTo(1, 12)
        expect(ssim(a, b)).toBeLessThanOrEqual(1)
        expect(ssim(a, b)).toBeCloseTo(ssim(b, a), 12)
      }),
    )
  })

  it('eigenvectors are orthonormal and make the matrix again', () => {
    const n = 6
    const entry = fc.double({ min: -9, max: 9, noNaN: true })
    fc.assert(
      fc.property(fc.array(entry, { minLength: n * n, maxLength: n * n }), entries => {
        const matrix = Float64Array.from(entries, (_, i) => entries[i]! + entries[(i % n) * n + Math.floor(i / n)]!)
        const { values, vectors } = symmetricEigen(matrix, n)
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            const sum = (of: (k: number) => number) => Array.from({ length: n }, (_, k) => of(k)).reduce((a, b) => a + b)
            expect(sum(k => vectors[i * n + k]! * vectors[j * n + k]!)).toBeCloseTo(i === j ? 1 : 0, 9)
            expect(sum(k => values[k]! * vectors[k * n + i]! * vectors[k * n + j]!)).toBeCloseTo(matrix[i * n + j]!, 8)
          }
        }
        expect([...values]).toEqual([...values].sort((a, b) => b - a))
      }),
    )
  })

  it('a cluster never lies in two folds, and those with synthetic images are spread evenly', () => {
    const rows = fc.array(fc.record({ cluster: fc.integer({ min: 0, max: 12 }), synthetic: fc.boolean() }), { minLength: 1 })
    fc.assert(
      fc.property(rows, fc.integer(), (all, seed) => {
        const clusters = clustering(all.map(({ cluster }) => String(cluster)))
        const fold = foldsOf(
          clusters,
          all.map(({ synthetic }) => synthetic),
          seed,
        )
        for (const [i, one] of all.entries())
          for (const [j, other] of all.entries()) if (one.cluster === other.cluster) expect(fold[i]).toBe(fold[j])
        const withSynthetic = new Map(all.flatMap((one, i) => (one.synthetic ? [[one.cluster, fold[i]!]] : [])))
        const counts = [0, 1, 2, 3, 4].map(part => [...withSynthetic.values()].filter(at => at === part).length)
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('counting an image twice is having it twice', () => {
    const row = fc.record({
      score: fc.integer({ min: 0, max: 5 }),
      synthetic: fc.boolean(),
      times: fc.integer({ min: 0, max: 3 }),
    })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), rows => {
        const area = (some: typeof rows) =>
          withinFoldArea(
            Float64Array.from(some, ({ score }) => score),
            some.map(({ synthetic }) => synthetic),
            new Int32Array(some.length),
          )
        const repeated = rows.flatMap(one => Array.from({ length: one.times }, () => one))
        expect(area(rows)(rows.map(({ times }) => times))).toEqual(area(repeated)())
      }),
    )
  })
})

describe('intervals', () => {
  it('are as wide as the standard error of independent clusters says, however many images a cluster has', () => {
    const random = randomStream('values')
    const clusters = Array.from({ length: 80 }, (_, c) => ({ c, value: random.uniform() }))
    const four = clusters.flatMap(one => [one, one, one, one])
    const values = four.map(({ value }) => value)
    const found = bootstrapInterval(clustering(four.map(({ c }) => String(c))), draws => weightedMean(values, draws), [
      'test',
    ])!
    const mean = clusters.reduce((sum, { value }) => sum + value, 0) / 80
    const error = Math.sqrt(clusters.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / 80 / 80)
    expect((found.high - found.low) / (2 * 1.96 * error)).toBeGreaterThan(0.9)
    expect((found.high - found.low) / (2 * 1.96 * error)).toBeLessThan(1.1)
  })

  it('of a share that is 0 or 1 are the exact binomial ones', () => {
    const clusters = clustering(Array.from({ length: 20 }, (_, i) => String(i)))
    // scipy.stats.binomtest(20, 20).proportion_ci(method='exact').low
    expect(shareInterval(new Float64Array(20).fill(1), clusters, ['test'])).toEqual({
      value: 1,
      low: expect.closeTo(0.8315665, 6),
      high: 1,
    })
    expect(shareInterval(new Float64Array(20), clusters, ['test'])).toEqual({
      value: 0,
      low: 0,
      high: expect.closeTo(0.1684335, 6),
    })
    expect(shareInterval([1, 0], clustering(['a', 'a']), ['test'])).toBeNull()
  })
})
