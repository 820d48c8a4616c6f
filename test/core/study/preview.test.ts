/** What a study would take and could show, before anything is trained. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../../src/core/dataset/index.ts'
import {
  cellsOf,
  type DataCounts,
  dataCountsOf,
  imagesOf,
  parseSpec,
  previewOf,
  type RunStatus,
  type Spec,
  scenariosOf,
} from '../../../src/core/study/index.ts'

const DATA: DataCounts = { classes: ['a', 'b'], train: [100, 20], validation: 30 }
/** Of both classes, every fourth image to validate on. */
const DATASET: Dataset = {
  ...{ name: 'd', fingerprint: 'f', classes: ['a', 'b'], simulatedLabels: false, pixels: 'p', rejected: [] },
  split: { kind: 'parity', validationFraction: 0.2, testFraction: 0.2, seed: 1 },
  images: Array.from({ length: 90 }, (_, i) => {
    const part = i % 4 === 0 ? ('validation' as const) : ('train' as const)
    const place = { width: 4, height: 4, offset: 16 * i, origin: `${i}.png` }
    return { id: `${i}-1`, sha256: `${i}`, label: i % 5 === 0 ? 1 : 0, part, sourcePart: null, ...place }
  }),
}
const SCENARIOS = [
  { name: '100/0', real: 1 },
  { name: '100/20', real: 1, synthetic: 0.2, generator: 'morph' },
  { name: 'evened', real: 1, balance: 'oversample' },
  { name: 'longer', real: 1, stepsOf: '100/20' },
]

function specOf(more: object = {}): Spec {
  const spec = { name: 's', dataset: 'd', models: ['cnn'], policies: ['none'], scenarios: SCENARIOS, runs: 4, size: 16 }
  return parseSpec({ ...spec, epochs: 10, ...more }, 'test')
}

const planned = (spec: Spec, statusOf: (at: number) => RunStatus | null = () => null) =>
  Array.from({ length: spec.runs }, () => cellsOf(spec))
    .flat()
    .map((cell, at) => ({ cell, status: statusOf(at) }))

const facts = (spec: Spec) => ({
  data: DATA,
  planned: planned(spec),
  bank: [],
  paceOf: () => null,
  speedOf: () => null,
  workers: 2,
})

describe('the preview of a study', () => {
  it('counts cells, runs by how they stand, and the images of each scenario', () => {
    const spec = specOf()
    const statuses: (RunStatus | null)[] = ['done', 'done', 'failed', 'stopped', 'queued']
    const preview = previewOf(spec, { ...facts(spec), planned: planned(spec, at => statuses[at] ?? null) })
    expect(preview).toMatchObject({ study: 's', cells: 4, runs: { all: 16, toTrain: 14, new: 11, found: 2, failed: 1 } })
    expect(preview.images).toEqual({
      // 20 % of 100 and of 20; oversampling brings the second class up to the first's 100.
      train: [
        { scenario: '100/0', images: 120 },
        { scenario: '100/20', images: 144 },
        { scenario: 'evened', images: 200 },
        { scenario: 'longer', images: 120 },
      ],
      validation: 30,
    })
  })

  it('takes the time of runs that were trained here, each by its own images and steps, on all workers', () => {
    const spec = specOf({ runs: 1 })
    const paceOf = () => ({ secondsPerPixel: 1e-3, epochs: 3, runs: 7 })
    // An epoch of 'longer' takes as many images as one of 100/20.
    const images = 120 + 144 + 200 + 144
    expect(previewOf(spec, { ...facts(spec), paceOf }).time).toEqual({
      seconds: expect.closeTo((3 * images * 16 ** 2 * 1e-3) / 2, 9),
      from: 'earlier runs',
      runs: 7,
    })
    // Never more epochs than the spec allows.
    const short = specOf({ runs: 1, epochs: 2 })
    expect(previewOf(short, { ...facts(short), paceOf }).time.seconds).toBeCloseTo((2 * images * 16 ** 2 * 1e-3) / 2, 9)
  })

  it('takes the measured speed where nothing was trained yet, as if no run stopped early; else says nothing', () => {
    const spec = specOf({ runs: 1 })
    expect(previewOf(spec, { ...facts(spec), speedOf: () => 50 }).time).toEqual({
      seconds: expect.closeTo((10 * (120 + 144 + 200 + 144)) / 50, 9),
      from: 'at most',
      runs: 0,
    })
    expect(previewOf(spec, facts(spec)).time).toEqual({ seconds: null, from: 'not yet measured', runs: 0 })
    const two = specOf({ runs: 1, models: ['cnn', 'vit'] })
    const speedOf = (model: string) => (model === 'cnn' ? 50 : null)
    expect(previewOf(two, { ...facts(two), speedOf }).time.seconds).toBeNull()
  })

  it('needs no time for what is done, whatever was measured', () => {
    const spec = specOf()
    const preview = previewOf(spec, { ...facts(spec), planned: planned(spec, () => 'done') })
    expect(preview.runs.toTrain).toBe(0)
    expect(preview.time.seconds).toBe(0)
  })

  it('says what each family of contrasts can show at best: 2^(1 - runs) of an exact test, times its contrasts', () => {
    const spec = specOf({ runs: 6, policies: ['none', 'flip'], scenarios: SCENARIOS.slice(0, 1) })
    expect(previewOf(spec, facts(spec)).families).toMatchObject([{ contrasts: 1, smallestP: 2 ** -5, fewestRuns: 6 }])
    const none = specOf({ contrasts: [] })
    expect(previewOf(none, facts(none)).families).toEqual([])
  })

  it('refuses a class that the data does not have', () => {
    const spec = specOf({ scenarios: [{ name: 'x', real: { a: 1, c: 1 } }] })
    expect(() => previewOf(spec, facts(spec))).toThrow("there is no class 'c'")
  })

  it('counts the images that runs are mixed of, whatever the fractions', () => {
    const share = fc.integer({ min: 1, max: 100 }).map(percent => percent / 100)
    fc.assert(
      fc.property(
        share,
        share,
        fc.constantFrom(undefined, 'oversample' as const, 'weights' as const),
        (real, synthetic, balance) => {
          const mixed = { name: 'x', real, synthetic, generator: 'morph', ...(balance && { balance }) }
          const spec = specOf({ scenarios: [mixed], controls: true })
          const { train } = previewOf(spec, { ...facts(spec), data: dataCountsOf(DATASET) }).images
          expect(train).toEqual(scenariosOf(spec).map(one => ({ scenario: one.name, images: imagesOf(one, DATASET) })))
        },
      ),
      { numRuns: 50 },
    )
  })
})
