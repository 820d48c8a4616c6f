/** Class weights, oversampling and another scenario's steps: what runs of such scenarios are, and what the rest of a study makes of them. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Dataset, DatasetImage } from '../../../src/core/dataset/index.ts'
import { LabError } from '../../../src/core/shared/errors.ts'
import {
  contrastsOf,
  growthProblem,
  imagesOf,
  type PlannedRun,
  parseSpec,
  planBank,
  planRuns,
  publishedValue,
  type Spec,
  type StoredProvenance,
  scenarioMarks,
  scenariosOf,
  specJson,
  storedTask,
  trainingTask,
  twinControls,
} from '../../../src/core/study/index.ts'
import { legendOf } from '../../../src/core/study/markMeanings.ts'
import type { BankImage } from '../../../src/core/synthesis/index.ts'

const CLASSES = ['NonDemented', 'MildDemented', 'ModerateDemented']
const COUNTS = [20, 10, 4]
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

function image(label: number, part: DatasetImage['part'], n: number): DatasetImage {
  const sha256 = hashOf(`${label} ${part} ${n}`)
  const place = { label, part, sourcePart: null, width: 8, height: 8, offset: 0, origin: '' }
  return { id: `${sha256}-1`, sha256, ...place }
}

const dataset: Dataset = {
  ...{ name: 'd', fingerprint: 'f', classes: CLASSES, simulatedLabels: false, pixels: 'p', rejected: [] },
  split: { kind: 'parity', validationFraction: 0.2, testFraction: 0.2, seed: 1 },
  images: COUNTS.flatMap((count, label) => [
    ...Array.from({ length: count }, (_, n) => image(label, 'train', n)),
    image(label, 'validation', 0),
  ]),
}
const CHOSEN = ['MildDemented', 'ModerateDemented']
const plain = { name: '100/0', real: 1 }
const morph = { name: '100/50', real: 1, synthetic: 0.5, generator: 'morph', classes: CHOSEN }

function specOf(scenarios: readonly object[], given: object = {}): Spec {
  const least = { name: 's', dataset: 'd', models: ['cnn'], policies: ['none', 'flip'], runs: 2, batch: 8 }
  return parseSpec({ ...least, scenarios, ...given }, 'spec.json')
}

/** With a bank that holds all that the spec wants. */
function trained(spec: Spec, scenario: string, index = 0) {
  const missing = planBank(spec, [dataset], [], () => null).generators.flatMap(one => one.missing)
  const images = missing.map(
    (order, i): BankImage => ({
      ...{ id: i + 1, dataset: 'd', generator: 'morph', class: order.class, parents: order.parents, trainedOn: [] },
      ...{ variation: order.variation, parameters: {}, cost: 0, terms: null, created: '', width: 8, height: 8 },
      sha256: hashOf(`made ${i}`),
    }),
  )
  const bank = planBank(spec, [dataset], images, () => null)
  const run = { cell: { model: 'cnn', policy: 'none', scenario }, index } as PlannedRun
  const places: string[] = []
  const placeOf = (id: string) => (places.includes(id) ? places.indexOf(id) : places.push(id) - 1)
  return { ...trainingTask(spec, dataset, run, placeOf, {}, bank), places }
}

const countsOf = ({ training }: ReturnType<typeof trained>) =>
  Object.values(training).map(({ real, synthetic, copies }) => [real, synthetic, copies])

describe('class weights', () => {
  it('are n / (K n_c) of all images that a run trains on, and change nothing else of it', () => {
    const spec = specOf([plain, { ...plain, name: 'w', balance: 'weights' }, { ...morph, name: 'mw', balance: 'weights' }])
    const [usual, weighted, mixed] = ['100/0', 'w', 'mw'].map(name => trained(spec, name))
    expect(weighted!.task.classWeights).toEqual([34 / 60, 34 / 30, 34 / 12])
    expect(mixed!.task.classWeights).toEqual([41 / 60, 41 / 45, 41 / 18]) // 20, 10 + 5, 4 + 2
    expect(Object.values(weighted!.training).map(({ weight }) => weight)).toEqual(weighted!.task.classWeights)
    const { classWeights: _, ...rest } = weighted!.task
    expect(rest).toEqual(usual!.task)
  })
})

describe('oversampling', () => {
  const spec = specOf([
    plain,
    { ...plain, name: 'o', balance: 'oversample' },
    { ...morph, name: 'mo', balance: 'oversample' },
  ])

  it('copies real and synthetic images up to the greatest class, counted apart', () => {
    expect(countsOf(trained(spec, '100/0'))).toEqual([
      [20, 0, undefined],
      [10, 0, undefined],
      [4, 0, undefined],
    ])
    expect(countsOf(trained(spec, 'o'))).toEqual([
      [20, 0, undefined],
      [10, 0, 10],
      [4, 0, 16],
    ])
    expect(countsOf(trained(spec, 'mo'))).toEqual([
      [20, 0, undefined],
      [10, 5, 5],
      [4, 2, 14],
    ])
  })

  it("gives a copy its original's pixels and label, and an id, and so draws, of its own", () => {
    for (const name of ['o', 'mo']) {
      const { task, training } = trained(spec, name, 1)
      const byId = new Map(task.train.map(one => [one.id, one]))
      expect(byId.size).toBe(60)
      for (const [label, { real, synthetic, images }] of Object.values(training).entries()) {
        for (const id of images.slice(real + synthetic)) {
          const original = byId.get(id.replace(/s\d+$/, ''))!
          expect(byId.get(id)).toEqual({ ...original, id })
          expect(original.label).toBe(label)
        }
      }
      expect(task.train.map(({ id }) => id)).toEqual(Object.values(training).flatMap(({ images }) => images))
    }
  })
})

describe("another scenario's steps", () => {
  const spec = specOf(
    [
      plain,
      morph,
      { ...plain, name: 'more', stepsOf: '100/50' },
      { ...plain, name: 'control steps', stepsOf: '100/50 control' },
      { ...morph, name: 'fewer', stepsOf: '100/0' },
      { ...plain, name: 'even', balance: 'oversample' },
      { ...plain, name: 'as even', stepsOf: 'even' },
    ],
    { controls: true },
  )

  it('are those of as many images an epoch, whichever images the run has', () => {
    const images = Object.fromEntries(
      scenariosOf(spec).map(({ name }) => {
        const { task } = trained(spec, name)
        return [name, [task.train.length, task.epochImages]]
      }),
    )
    expect(images).toEqual({
      '100/0': [34, undefined],
      '100/50': [41, undefined],
      '100/50 control': [41, undefined],
      more: [34, 41],
      'control steps': [34, 41],
      fewer: [41, 34],
      'fewer control': [41, 34],
      even: [60, undefined],
      'as even': [34, 60],
    })
  })

  it('counts images as runs have them', () => {
    for (const scenario of scenariosOf(spec)) {
      expect(imagesOf(scenario, dataset)).toBe(trained(spec, scenario.name, 1).task.train.length)
    }
  })
})

it('is made again, to the last image and weight, from what is kept of a run', () => {
  const further = [
    { ...morph, name: 'mo', balance: 'oversample' },
    { ...morph, name: 'mw', balance: 'weights', stepsOf: 'mo' },
    { ...plain, name: 'o', balance: 'oversample' },
  ]
  const spec = specOf([plain, morph, ...further], { controls: true })
  for (const { name } of scenariosOf(spec)) {
    const { task, training, places } = trained(spec, name)
    const { train: _train, validation: _validation, ...settings } = task
    const kept = JSON.parse(JSON.stringify({ settings })) as StoredProvenance
    const placeOf = (id: string) => (places.includes(id) ? places.indexOf(id) : undefined)
    expect(storedTask(kept, training, dataset, placeOf)).toEqual(task)
  }
})

it('controls of one mix are the same training, run by run, and are named; others, and those written out, are not', () => {
  const scenarios = [
    plain,
    morph,
    { ...morph, name: 'other maker', generator: 'mine' },
    { ...morph, name: 'all of them', generator: 'mine', classes: null },
    { ...morph, name: 'weighed', generator: 'mine', balance: 'weights' },
    { ...morph, name: 'less real', real: 0.8 },
  ]
  const spec = specOf(scenarios, { controls: true })
  expect(twinControls(spec, CLASSES)).toEqual([{ control: 'other maker control', same: '100/50 control' }])
  for (const index of [0, 1])
    expect(trained(spec, 'other maker control', index)).toEqual(trained(spec, '100/50 control', index))
  expect(trained(spec, 'less real control').task).not.toEqual(trained(spec, '100/50 control').task)
  const written = [...scenarios, { ...morph, name: 'copies', generator: 'duplicate' }]
  expect(twinControls(specOf(written), CLASSES)).toEqual([])
  expect(twinControls(specOf(scenarios), CLASSES)).toEqual([])
})

it('each of them has keys of its own', () => {
  const engine = { engine: 'onnx-cpu', lowering: '1' } as const
  const keyOf = (scenario: object) =>
    planRuns(specOf([{ ...plain, name: 'x' }, { name: '50/0', real: 0.5 }, scenario]), [dataset], engine).at(-1)!.key
  const same = { ...plain, name: 'y' }
  const others = [
    same,
    { ...same, balance: 'weights' },
    { ...same, balance: 'oversample' },
    { ...same, stepsOf: '50/0' },
    { ...same, stepsOf: 'x' },
    { ...same, stepsOf: '50/0', balance: 'weights' },
  ]
  expect(new Set(others.map(keyOf)).size).toBe(others.length)
  expect(keyOf({ ...same, balance: undefined, stepsOf: undefined })).toBe(keyOf(same))
})

describe('a spec with them', () => {
  const further = [
    { ...plain, name: 'weights', balance: 'weights' },
    { ...plain, name: 'even', balance: 'oversample' },
    { ...plain, name: 'steps', stepsOf: '100/50' },
  ]
  const spec = specOf([plain, morph, ...further], { controls: true })

  it('parses to itself when printed, and says neither where it has neither', () => {
    expect(parseSpec(JSON.parse(JSON.stringify(specJson(spec))), 's')).toEqual(spec)
    expect(JSON.stringify(specJson(specOf([plain, morph])))).not.toMatch(/balance|stepsOf/)
  })

  it('may be grown by them, but a scenario does not change', () => {
    const before = specOf([plain, morph], { controls: true })
    expect(growthProblem(before, spec)).toBeNull()
    const changed = specOf([{ ...plain, balance: 'weights' }, morph], { controls: true })
    expect(growthProblem(before, changed)).toMatchObject({ field: 'scenarios' })
  })

  it('is marked, whatever the scenarios are called', () => {
    const legend = legendOf(['steps of a', 'oversampled', 'steps of b', 'oversampled'])
    expect(legend.map(line => line.split(':')[0])).toEqual(['steps of another scenario', 'oversampled'])
    expect(scenariosOf(spec).map(scenarioMarks)).toEqual([
      [],
      [],
      [],
      ['class weights'],
      ['oversampled'],
      ['steps of 100/50'],
    ])
  })

  it('has the usual contrasts of the spec without them; their own are declared', () => {
    const usual = contrastsOf(specOf([plain, morph], { controls: true }), CLASSES)
    expect(contrastsOf(spec, CLASSES)).toEqual(usual)
    const sides = { from: { policy: 'none', scenario: 'steps' }, to: { policy: 'none', scenario: '100/50' } }
    const declared = specOf([plain, morph, ...further], {
      controls: true,
      contrasts: ['default', { question: 'q', ...sides }],
    })
    expect(contrastsOf(declared, CLASSES)).toEqual([...usual, { family: 'cnn: q', model: 'cnn', question: 'q', ...sides }])
  })

  it('compares scenarios that are all evened out with each other, and only where they are alike', () => {
    const all = [plain, morph].map(one => ({ ...one, balance: 'weights' }))
    const sides = (scenarios: readonly object[]) =>
      contrastsOf(specOf(scenarios, { controls: true, policies: ['none'] }), CLASSES).map(
        ({ question, from, to }) => `${question}: ${from.scenario} -> ${to.scenario}`,
      )
    const expected = ['synthetic added: 100/0 -> 100/50', 'against the control: 100/50 control -> 100/50']
    expect(sides(all)).toEqual(expected)
    expect(sides([plain, all[1]!])).toEqual(expected.slice(1))
  })

  it('has no published value', () => {
    const query = { model: 'cnn', policy: 'none', fingerprint: 'f', scenario: specOf([plain]).scenarios[0]! }
    const classes = ['NonDemented', 'VeryMildDemented', 'MildDemented', 'ModerateDemented']
    expect(publishedValue({ ...query, classes })).not.toBeNull()
    for (const scenario of spec.scenarios.slice(2)) expect(publishedValue({ ...query, classes, scenario })).toBeNull()
  })

  it.each([
    [[{ ...plain, balance: 'both' }], /^spec\.json: scenarios\[0\]\.balance: must be 'weights' or 'oversample'/],
    [[{ ...plain, steps: '100/0' }], /^spec\.json: scenarios\[0\]\.steps: /],
    [
      [plain, { ...plain, name: 'x', stepsOf: 'y' }],
      /^spec\.json: scenarios\[1\]\.stepsOf: there is no scenario 'y'.*100\/0, x$/,
    ],
    [[plain, { ...plain, name: 'x', stepsOf: 'x' }], /scenarios\[1\]\.stepsOf: names its own scenario/],
    [
      [plain, { ...plain, name: 'x', stepsOf: '100/0' }, { ...plain, name: 'y', stepsOf: 'x' }],
      /scenarios\[2\]\.stepsOf: 'x' takes the steps of '100\/0': name that one/,
    ],
    [[{ ...morph, stepsOf: '100/50 control' }], /scenarios\[0\]\.stepsOf: '100\/50 control' takes the steps of/],
  ])('is refused with its field named: %#', (scenarios, line) => {
    const parse = () => specOf(scenarios, { controls: true })
    expect(parse).toThrow(LabError)
    expect(parse).toThrow(line)
  })
})
