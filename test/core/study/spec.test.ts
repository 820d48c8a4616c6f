import { describe, expect, it } from 'vitest'
import { LabError } from '../../../src/core/shared/errors.ts'
import { growthProblem } from '../../../src/core/study/growth.ts'
import { applyOverrides } from '../../../src/core/study/overrides.ts'
import { PRESETS, preset, presetJson } from '../../../src/core/study/presets.ts'
import { parseSpec, specJson } from '../../../src/core/study/spec.ts'

const least = { dataset: 'sample', models: ['cnn'], policies: ['none'], scenarios: [{ name: '100/0', real: 1 }] }

/** The one line that refusing `json` gives. */
function refusal(json: unknown, parse = parseSpec): string {
  try {
    parse(json, 'spec.json')
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(LabError)
    expect((thrown as LabError).kind).toBe('usage')
    return (thrown as LabError).message
  }
  throw new Error('was accepted')
}

const own = { from: { policy: 'none', scenario: '100/0' }, to: { policy: 'flip', scenario: '100/0' } }
const two = { ...least, policies: ['none', 'flip'] }

describe('a spec', () => {
  it('takes the values of the contract for fields left out', () => {
    expect(parseSpec(least, 'spec.json')).toEqual({
      name: 'mild-and-moderate',
      dataset: 'sample',
      split: 'parity',
      splits: 1,
      models: ['cnn'],
      policies: ['none'],
      scenarios: [{ name: '100/0', real: 1, synthetic: 0, generator: null, classes: null }],
      controls: false,
      contrasts: 'default',
      sources: 'per-run',
      runs: 20,
      epochs: { cnn: 100, resnet18: 100, vit: 100 },
      patience: 2,
      batch: { cnn: 32, resnet18: 32, vit: 32 },
      microBatch: {},
      optimizer: { name: 'adam', learningRate: { cnn: 0.001, resnet18: 0.0001, vit: 0.00003 } },
      size: { cnn: 128, resnet18: 256, vit: 256 },
      configuration: {},
      weights: {},
      fineTune: 'all',
      seed: 1,
    })
  })

  it('takes one value for all models, or one by model with the others left at their default', () => {
    expect(parseSpec({ ...least, size: 64 }, 's').size).toEqual({ cnn: 64, resnet18: 64, vit: 64 })
    expect(parseSpec({ ...least, size: { vit: 224 } }, 's').size).toEqual({ cnn: 128, resnet18: 256, vit: 224 })
    const rate = parseSpec({ ...least, optimizer: { learningRate: { cnn: 0.01 } } }, 's').optimizer
    expect(rate).toEqual({ name: 'adam', learningRate: { cnn: 0.01, resnet18: 0.0001, vit: 0.00003 } })
  })

  it('takes a micro-batch for all models or some, prints it only where there is one, and needs another study for another', () => {
    expect(parseSpec({ ...least, microBatch: 8 }, 's').microBatch).toEqual({ cnn: 8, resnet18: 8, vit: 8 })
    const some = parseSpec({ ...least, microBatch: { vit: 4 } }, 's')
    expect(some.microBatch).toEqual({ vit: 4 })
    expect(parseSpec(specJson(some), 's')).toEqual(some)
    expect(specJson(parseSpec(least, 's'))).not.toHaveProperty('microBatch')
    expect(growthProblem(parseSpec(least, 's'), some)).toMatchObject({ field: 'microBatch' })
    expect(refusal({ ...least, microBatch: 0 })).toContain('microBatch')
  })

  it("takes contrasts of one's own beside the usual ones, which may be added to and not taken away", () => {
    const plain = parseSpec(two, 's')
    const more = parseSpec({ ...two, contrasts: ['default', own] }, 's')
    expect(more.contrasts).toEqual(['default', { question: 'declared', ...own }])
    expect(parseSpec(JSON.parse(JSON.stringify(specJson(more))), 's')).toEqual(more)
    expect(growthProblem(plain, more)).toBeNull()
    expect(growthProblem(more, plain)).toMatchObject({ field: 'contrasts' })
    expect(growthProblem(plain, parseSpec({ ...two, contrasts: [own] }, 's'))).toMatchObject({ field: 'contrasts' })
    const control = { policy: 'none', scenario: 'x control' }
    const mixed = { ...two, controls: true, scenarios: [{ name: 'x', real: 1, synthetic: 0.2, generator: 'morph' }] }
    const against = { from: control, to: { policy: 'none', scenario: 'x' } }
    expect(parseSpec({ ...mixed, contrasts: [against] }, 's').contrasts).toHaveLength(1)
    expect(refusal({ ...mixed, controls: false, contrasts: [against] })).toContain("no scenario 'x control'")
  })

  it('parses to itself when printed', () => {
    for (const name of PRESETS) {
      const spec = parseSpec(presetJson(name), name)
      expect(parseSpec(JSON.parse(JSON.stringify(specJson(spec))), name)).toEqual(spec)
    }
    expect(specJson(parseSpec({ ...least, epochs: { cnn: 7 } }, 's')).epochs).toEqual({ cnn: 7, resnet18: 100, vit: 100 })
    expect(specJson(parseSpec({ ...least, epochs: 7 }, 's')).epochs).toBe(7)
  })

  it.each([
    [{ ...least, dataset: undefined }, /^spec\.json: dataset: /],
    [{ ...least, model: ['cnn'] }, /^spec\.json: model: is no field/],
    [{ ...least, models: [] }, /^spec\.json: models: /],
    [{ ...least, models: ['cnn', 'cnn'] }, /twice/],
    [{ ...least, models: ['resnet'] }, /^spec\.json: models\[0\]: /],
    [{ ...least, scenarios: [...least.scenarios, ...least.scenarios] }, /same name/],
    [{ ...least, scenarios: [{ name: 'x', real: 1.5 }] }, /^spec\.json: scenarios\[0\]\.real: /],
    [{ ...least, scenarios: [{ name: 'x', real: 0 }] }, /mixes no images/],
    [{ ...least, scenarios: [{ name: 'x', real: 1, synthetic: 0.2 }] }, /scenarios\[0\]\.generator: needs/],
    [{ ...least, runs: 0 }, /^spec\.json: runs: /],
    [{ ...least, runs: 2.5 }, /^spec\.json: runs: /],
    [{ ...least, seed: -1 }, /^spec\.json: seed: /],
    [{ ...least, batch: { cnn: 0 } }, /^spec\.json: batch\.cnn: /],
    [{ ...least, name: 'a\u001bb' }, /^spec\.json: name: .*control/],
    [{ ...least, fineTune: 'none' }, /^spec\.json: fineTune: must be 'all' or 'head'/],
    [{ ...least, configuration: { vit: { filters: 3 } } }, /^spec\.json: configuration\.vit\.filters: is no field/],
    [{ ...least, configuration: { vit: { depth: 0 } } }, /^spec\.json: configuration\.vit\.depth: /],
    [{ ...least, weights: { resnet: 'x' } }, /^spec\.json: weights/],
    [{ ...least, contrasts: 'all' }, /^spec\.json: contrasts: must be 'default', or a list/],
    [{ ...least, contrasts: ['all'] }, /^spec\.json: contrasts\[0\]: must be 'default' or an object/],
    [{ ...least, contrasts: [{ from: own.from }] }, /^spec\.json: contrasts\[0\]\.to: /],
    [{ ...least, contrasts: [{ ...own, model: 'cnn' }] }, /^spec\.json: contrasts\[0\]\.model: is no field/],
    [
      { ...least, contrasts: [own] },
      /^spec\.json: contrasts\[0\]\.to\.policy: there is no policy 'flip' in this spec; there are none/,
    ],
    [
      { ...two, contrasts: ['default', { ...own, from: { policy: 'none', scenario: '80/0' } }] },
      /^spec\.json: contrasts\[1\]\.from\.scenario: there is no scenario '80\/0'/,
    ],
    [{ ...two, contrasts: [{ ...own, to: own.from }] }, /^spec\.json: contrasts\[0\]: compares a cell with itself/],
    [{ ...two, contrasts: [own, own] }, /^spec\.json: contrasts\[1\]: is declared twice/],
    [{ ...two, contrasts: [{ ...own, models: ['vit'] }] }, /^spec\.json: contrasts\[0\]\.models: there is no model 'vit'/],
    [{ ...least, splits: 3 }, /^spec\.json: splits: there is one parity split/],
    [[], /^spec\.json: spec: /],
    [null, /^spec\.json: spec: /],
  ])('is refused with its field named: %#', (json, line) => {
    expect(refusal(json)).toMatch(line)
  })

  it('may train copies of real images: a control written out', () => {
    const scenario = { name: 'x', real: 1, synthetic: 0.2, generator: 'duplicate', classes: ['MildDemented'] }
    expect(parseSpec({ ...least, scenarios: [scenario] }, 's').scenarios).toEqual([scenario])
  })

  it('stands on five splits where they are grouped', () => {
    expect(parseSpec({ ...least, split: 'grouped' }, 's').splits).toBe(5)
  })
})

describe('presets', () => {
  it('are specs, some of whose parts may be overridden', () => {
    expect(preset('quick').name).toBe('quick')
    expect(preset('learning-curve').scenarios.map(one => one.name)).toEqual(['40/0', '60/0', '80/0', '100/0'])
    const cut = preset('dissertation', {
      models: ['cnn'],
      policies: ['none', 'flip'],
      scenarios: ['100/0', '80/0'],
      runs: 2,
    })
    expect(cut.scenarios).toHaveLength(2)
    expect(cut.runs).toBe(2)
  })

  it('hold the six scenarios of the dissertation', () => {
    expect(parseSpec(presetJson('dissertation'), 'd').scenarios.map(one => one.name)).toEqual([
      '100/0',
      '80/0',
      '100/20 mild+moderate',
      '80/20 mild+moderate',
      '100/20 all',
      '80/20 all',
    ])
  })

  it('are refused by an unknown name with the known ones', () => {
    expect(() => preset('fast')).toThrow(/no preset 'fast'; there are quick/)
  })
})

describe('overrides', () => {
  it('replace fields, reach the learning rate and leave the spec alone', () => {
    const spec = { ...least, optimizer: { name: 'adam', learningRate: 1 } }
    expect(applyOverrides(spec, { runs: 3, learningRate: 0.5, seed: undefined }, 's')).toEqual({
      ...spec,
      runs: 3,
      optimizer: { name: 'adam', learningRate: 0.5 },
    })
    expect(spec.optimizer.learningRate).toBe(1)
  })

  it('choose scenarios by name, or write one of real images out', () => {
    const chosen = applyOverrides(least, { scenarios: ['100/0', '37.5/0'] }, 's').scenarios
    expect(chosen).toEqual([
      { name: '100/0', real: 1 },
      { name: '37.5/0', real: 0.375, synthetic: 0 },
    ])
    expect(() => applyOverrides(least, { scenarios: ['all'] }, 's.json')).toThrow(
      /s\.json: no scenario 'all'; give one of '100\/0'/,
    )
  })
})
