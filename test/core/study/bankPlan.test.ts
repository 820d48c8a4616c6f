import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Dataset, DatasetImage } from '../../../src/core/dataset/index.ts'
import {
  type BankPlan,
  type PlannedRun,
  parseSpec,
  planBank,
  planRuns,
  type Spec,
  scenariosOf,
  trainingTask,
} from '../../../src/core/study/index.ts'
import type { BankImage, Order } from '../../../src/core/synthesis/index.ts'

const CLASSES = ['NonDemented', 'MildDemented', 'ModerateDemented']
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** As many training images of each class, and two of each held out. */
function datasetOf(counts: readonly number[]): Dataset {
  const image = (label: number, part: DatasetImage['part'], n: number): DatasetImage => {
    const sha256 = hashOf(`${label} ${part} ${n}`)
    const place = { label, part, sourcePart: null, width: 8, height: 8, offset: 0, origin: '' }
    return { id: `${sha256}-1`, sha256, ...place }
  }
  const images = counts.flatMap((count, label) => [
    ...Array.from({ length: count }, (_, n) => image(label, 'train', n)),
    ...[0, 1].map(n => image(label, 'validation', n)),
    image(label, 'test', 0),
  ])
  const split = { kind: 'parity', validationFraction: 0.2, testFraction: 0.2, seed: 1 } as const
  const rest = { name: 'd', fingerprint: 'f', classes: CLASSES.slice(0, counts.length), split, simulatedLabels: false }
  return { ...rest, pixels: 'p', images, rejected: [] }
}

function specOf(scenarios: readonly object[], given: object = {}): Spec {
  const least = { name: 's', dataset: 'd', models: ['cnn'], policies: ['none'] }
  return parseSpec({ ...least, scenarios, controls: true, runs: 3, ...given }, 'spec')
}

/** As `morph`: the source and one other image, here the last of the pool by hash. */
const companions = () => (source: string, pool: readonly string[]) =>
  pool
    .filter(other => other !== source)
    .toSorted()
    .slice(-1)

function stored(orders: readonly Order[], given: Partial<BankImage> = {}, from = 1): BankImage[] {
  return orders.map((order, i) => ({
    ...{ id: from + i, dataset: 'd', generator: 'morph', class: order.class, parents: order.parents, trainedOn: [] },
    ...{ variation: order.variation, parameters: {}, cost: 0, terms: null, created: '', width: 8, height: 8 },
    sha256: hashOf(`image ${order.class} ${order.parents} ${order.variation}`),
    ...given,
  }))
}

const missingOf = (plan: BankPlan): readonly Order[] => plan.generators.flatMap(({ missing }) => missing)

/** The bank that holds all that the spec's runs want. */
function wholeBank(spec: Spec, dataset: Dataset): { images: BankImage[]; plan: BankPlan } {
  const images = stored(missingOf(planBank(spec, [dataset], [], companions)))
  return { images, plan: planBank(spec, [dataset], images, companions) }
}

function trained(spec: Spec, dataset: Dataset, plan: BankPlan, scenario: string, index: number) {
  const run = { cell: { model: 'cnn', policy: 'none', scenario }, index } as PlannedRun
  return trainingTask(spec, dataset, run, () => 0, {}, plan)
}

const MIXES = [
  { name: '100/0', real: 1 },
  { name: '80/0', real: 0.8 },
  { name: '100/20', real: 1, synthetic: 0.2, generator: 'morph' },
  { name: '80/20', real: 0.8, synthetic: 0.2, generator: 'morph' },
]
const synthetic = (spec: Spec) => scenariosOf(spec).filter(({ generator }) => generator === 'morph')

const anyCounts = fc.array(fc.integer({ min: 4, max: 25 }), { minLength: 2, maxLength: 3 })
const anyFraction = fc.integer({ min: 1, max: 10 }).map(tenth => tenth / 10)
const anySpec = fc
  .record({
    mixes: fc.array(fc.record({ real: anyFraction.filter(x => x > 0.1), synthetic: anyFraction }), {
      minLength: 1,
      maxLength: 3,
    }),
    sources: fc.constantFrom('per-run', 'fixed'),
    seed: fc.integer({ min: 0, max: 1000 }),
  })
  .map(({ mixes, ...rest }) =>
    specOf(
      mixes.map((mix, i) => ({ name: `s${i}`, ...mix, generator: 'morph' })),
      rest,
    ),
  )

describe('laws of mixing', () => {
  it('all parents of every bank image of a run are in its own real sample, and its source is the place it stands in', () => {
    fc.assert(
      fc.property(anySpec, anyCounts, (spec, counts) => {
        const dataset = datasetOf(counts)
        const { images, plan } = wholeBank(spec, dataset)
        expect(missingOf(plan)).toEqual([])
        const byFile = new Map(images.map(image => [image.sha256, image]))
        for (const { name } of synthetic(spec)) {
          for (let index = 0; index < spec.runs; index++) {
            for (const held of Object.values(trained(spec, dataset, plan, name, index).training)) {
              const sample = new Set(held.images.slice(0, held.real).map(id => id.slice(0, 64)))
              expect(held.bank ?? []).toHaveLength(held.synthetic) // none are named where none are held
              for (const [k, file] of (held.bank ?? []).entries()) {
                const { parents, variation } = byFile.get(file)!
                expect(parents.every(parent => sample.has(parent))).toBe(true)
                expect(held.images[held.real + k]).toBe(`${parents[0]}-1s${variation}`)
              }
            }
          }
        }
      }),
      { numRuns: 40 },
    )
  })

  it('an image from outside a run never enters it, however the plan came to name it', () => {
    const dataset = datasetOf([20, 20])
    const spec = specOf([{ name: '80/20', real: 0.8, synthetic: 0.2, generator: 'morph' }])
    const { plan } = wholeBank(spec, dataset)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 }), fc.constantFrom('train', 'validation', 'test'), (index, part) => {
        const { training } = trained(spec, dataset, plan, '80/20', index)
        const sample = new Set(Object.values(training).flatMap(({ images }) => images.map(id => id.slice(0, 64))))
        const outside = dataset.images.find(image => image.part === part && !sample.has(image.sha256))!
        const smuggled = (change: (image: BankImage) => BankImage): BankPlan => ({
          ...plan,
          imagesOf: (scenario, run) => plan.imagesOf(scenario, run).map(all => all.map(one => one && change(one))),
        })
        const parents = smuggled(image => ({ ...image, parents: [...image.parents, outside.sha256] }))
        expect(() => trained(spec, dataset, parents, '80/20', index)).toThrow(
          /made from images that are not in the run's sample/,
        )
        const unknown = smuggled(image => ({ ...image, parents: [] }))
        expect(() => trained(spec, dataset, unknown, '80/20', index)).toThrow(/may not enter/)
        const learned = smuggled(image => ({ ...image, trainedOn: [outside.sha256] }))
        const enter = () => trained(spec, dataset, learned, '80/20', index)
        if (part === 'train') expect(enter().marks).toEqual(['generator learned from more than the sample'])
        else expect(enter).toThrow(/learned from images of the validation or test part/)
      }),
    )
  })

  it('80/0 lies inside 100/0; 100/20 and 80/20 hold the same synthetic images; a control copies exactly their sources', () => {
    fc.assert(
      fc.property(
        anyCounts,
        fc.integer({ min: 0, max: 99 }),
        fc.constantFrom('per-run', 'fixed'),
        (counts, seed, sources) => {
          const dataset = datasetOf(counts)
          const spec = specOf(MIXES, { seed, sources })
          const { plan } = wholeBank(spec, dataset)
          for (let index = 0; index < spec.runs; index++) {
            const [all, most, more, mixed, moreControl, mixedControl] = [
              ...['100/0', '80/0', '100/20', '80/20', '100/20 control', '80/20 control'],
            ].map(name => trained(spec, dataset, plan, name, index).training)
            for (const name of dataset.classes) {
              const ids = (held: typeof all) => held![name]!.images
              const added = (held: typeof all) => ids(held).slice(held![name]!.real)
              expect(ids(all)).toEqual(expect.arrayContaining([...ids(most)]))
              expect(ids(all).slice(0, ids(most).length)).toEqual(ids(most))
              expect(added(mixed)).toEqual(added(more))
              expect(mixed![name]!.bank).toEqual(more![name]!.bank)
              expect(added(moreControl)).toEqual(added(more))
              expect(added(mixedControl)).toEqual(added(mixed))
              expect(moreControl![name]!.bank).toBeUndefined()
            }
          }
        },
      ),
      { numRuns: 30 },
    )
  })

  it('rounds a class’s own count: 724 at 20 % is 145, 49 is 10; chosen classes alone get synthetic images', () => {
    const dataset = datasetOf([30, 724, 49])
    const classes = ['MildDemented', 'ModerateDemented']
    const spec = specOf([{ name: 'm', real: 0.8, synthetic: 0.2, generator: 'morph', classes }], { runs: 1 })
    const { training } = trained(spec, dataset, wholeBank(spec, dataset).plan, 'm', 0)
    const counts = Object.values(training).map(({ real, synthetic }) => [real, synthetic])
    expect(counts).toEqual([
      [24, 0],
      [579, 145],
      [39, 10],
    ])
  })
})

describe('planning', () => {
  it('goes on after any part of it was made, to the same bank', () => {
    fc.assert(
      fc.property(anySpec, anyCounts, fc.double({ min: 0, max: 1, noNaN: true }), (spec, counts, share) => {
        const dataset = datasetOf(counts)
        const orders = missingOf(planBank(spec, [dataset], [], companions))
        const half = stored(orders.slice(0, Math.floor(share * orders.length)))
        const rest = missingOf(planBank(spec, [dataset], half, companions))
        expect(rest).toEqual(orders.slice(half.length))
      }),
      { numRuns: 40 },
    )
  })

  it('takes from the bank what serves, whoever asked for it, and keeps to it when the bank grows', () => {
    const dataset = datasetOf([20, 20])
    const all = specOf([MIXES[2]!])
    const fewer = specOf([MIXES[3]!])
    const { images, plan } = wholeBank(all, dataset)
    const missing = missingOf(planBank(fewer, [dataset], images, companions))
    expect(missing.length).toBeLessThan(missingOf(planBank(fewer, [dataset], [], companions)).length)
    const grown = [...images, ...stored(missing, {}, images.length + 1)]
    const before = planRuns(all, [dataset], { engine: 'reference', lowering: '' }, {}, plan)
    const after = planRuns(
      all,
      [dataset],
      { engine: 'reference', lowering: '' },
      {},
      planBank(all, [dataset], grown, companions),
    )
    expect(after).toEqual(before)
  })

  it('leaves out, and counts, images whose generator learned from held-out ones', () => {
    const dataset = datasetOf([20, 20])
    const spec = specOf([MIXES[2]!])
    const { images } = wholeBank(spec, dataset)
    const heldOut = dataset.images.find(({ part }) => part === 'test')!.sha256
    const leaking = images.map(image => ({ ...image, trainedOn: [heldOut] }))
    const [plan] = planBank(spec, [dataset], leaking, companions).generators
    expect(plan).toMatchObject({ present: [], missing: { length: images.length } })
    expect([...plan!.refused]).toEqual([[expect.stringContaining('learned from'), images.length]])
  })

  describe('of a generator that learns', () => {
    const first = datasetOf([30, 20])
    const second: Dataset = {
      ...first,
      images: first.images.map((image, i) => ({
        ...image,
        part: (['train', 'validation', 'test', 'train'] as const)[i % 4]!,
      })),
    }
    const splits = [first, second]
    const spec = specOf([MIXES[2]!], { runs: 4, sources: 'fixed' })
    const learns = () => true
    const learnedOf = (split: Dataset) => split.images.filter(({ part }) => part === 'train').map(({ sha256 }) => sha256)
    const planned = (bank: readonly BankImage[]) => planBank(spec, splits, bank, () => null, learns)

    it('plans each split images of its own, and is whole when their models made them', () => {
      const orders = missingOf(planned([]))
      const ofSplit = [0, 1].map(number => orders.filter(({ split }) => split === number))
      expect(ofSplit.map(list => list.length)).toEqual(
        splits.map(split =>
          [0, 1].reduce((sum, label) => {
            const count = split.images.filter(image => image.part === 'train' && image.label === label).length
            return sum + Math.floor(0.2 * count + 0.5)
          }, 0),
        ),
      )
      const bank = ofSplit.flatMap((list, number) =>
        stored(list, { trainedOn: learnedOf(splits[number]!) }, 1 + 1000 * number),
      )
      const plan = planned(bank)
      expect(missingOf(plan)).toEqual([])
      for (let index = 0; index < 4; index++) {
        const { marks } = trained(spec, splits[index % 2]!, plan, '100/20', index)
        expect(marks).toEqual([])
      }
      expect(missingOf(planned(bank.slice(3))).map(({ split }) => split)).toEqual([0, 0, 0])
    })

    it('refuses images of one model for all splits: it has seen what some of them hold out', () => {
      const all = [...new Set(splits.flatMap(learnedOf))]
      const bank = stored(missingOf(planned([])), { trainedOn: all })
      const [plan] = planned(bank).generators
      expect(plan).toMatchObject({ present: [], missing: { length: bank.length } })
    })

    it('marks runs whose sample is smaller than what the model learned from', () => {
      const both = specOf([MIXES[2]!, MIXES[3]!])
      const bank = stored(missingOf(planBank(both, [first], [], () => null, learns)), { trainedOn: learnedOf(first) })
      const plan = planBank(both, [first], bank, () => null, learns)
      expect(trained(both, first, plan, '100/20', 0).marks).toEqual([])
      expect(trained(both, first, plan, '80/20', 0).marks).toEqual(['generator learned from more than the sample'])
      expect(trained(both, first, plan, '80/20 control', 0).marks).toEqual([])
    })
  })

  it('gives runs that hold other bank images other keys, and leaves those without alone', () => {
    const dataset = datasetOf([20, 20])
    const spec = specOf([MIXES[0]!, MIXES[2]!])
    const engine = { engine: 'reference', lowering: '' } as const
    const { images, plan } = wholeBank(spec, dataset)
    const other = images.map(image => ({ ...image, sha256: hashOf(`other ${image.sha256}`) }))
    const keys = (bank: BankPlan) => planRuns(spec, [dataset], engine, {}, bank).map(({ key }) => key)
    const differ = keys(plan).map((key, i) => key !== keys(planBank(spec, [dataset], other, companions))[i])
    expect(differ).toEqual(spec.runs === 3 ? [false, true, false, false, true, false, false, true, false] : [])
  })

  it('holds one list of sources in every run and cell where they are fixed', () => {
    const dataset = datasetOf([20, 20])
    const spec = specOf(MIXES, { sources: 'fixed', runs: 5 })
    const { plan } = wholeBank(spec, dataset)
    const sources = [0, 1, 2, 3, 4].flatMap(index =>
      plan.imagesOf('100/20', index).map(images => images.map(image => image!.parents[0])),
    )
    expect(new Set(sources.map(list => JSON.stringify(list))).size).toBe(2) // a class each
  })
})
