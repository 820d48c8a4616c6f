/** The draft behind Compose: presets, checks at the field, scenarios class by class, and what a study takes and promises. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PRESETS, parseSpec, preset, specJson } from '../../src/core/study/index.ts'
import { composeFacts, NO_FACTS, splitCounts, studyStatuses } from '../../src/ui/queries/compose.ts'
import { checked, draftOfSpec, firstDraft, presetDraft, withDataset } from '../../src/ui/screens/composeDraft.ts'
import { fieldsOf } from '../../src/ui/screens/composeFields.ts'
import { composePreview, type PreviewKnowledge } from '../../src/ui/screens/composePreview.ts'
import {
  type DraftScenario,
  imagesOf,
  percentOf,
  REAL_ALONE,
  scenarioName,
  withClassPercent,
  withPercent,
} from '../../src/ui/screens/composeScenario.ts'
import {
  contrastQuestions,
  toggleContrasts,
  toggleControl,
  withScenario,
  withScenarios,
} from '../../src/ui/screens/composeScenarios.ts'
import type { Draft } from '../../src/ui/screens/composeValues.ts'
import { fromScratch, lackingWeights, weightsWords } from '../../src/ui/screens/composeWeights.ts'
import { powerOf, promiseWords, workWords } from '../../src/ui/screens/composeWords.ts'
import { exampleDataset, exampleSpec, fixtureLab } from './labFixture.ts'

const CLASSES = ['NonDemented', 'VeryMildDemented', 'MildDemented', 'ModerateDemented']
const store = () => fixtureLab().store
const sample = { ...exampleDataset(), images: 32, created: '', split: exampleDataset().split }
const counts = {
  classes: CLASSES.map((name, i) => ({ name, train: [724, 549, 234, 49][i]!, validation: 9 })),
  problem: null,
}
const NO_PLAN = { value: null, waiting: false, error: null }

describe('a draft', () => {
  it('says of each preset what the preset says', () => {
    for (const name of PRESETS) {
      const { spec, problem } = checked(presetDraft(name, sample)!, NO_FACTS, counts)
      expect(problem).toBeNull()
      expect(specJson(spec!)).toEqual(specJson(preset(name)))
    }
    expect(presetDraft('no such', sample)).toBeNull()
  })

  it('keeps all that a spec says, whether the form has a field for it or not', () => {
    const json = {
      name: 'whole',
      dataset: 'sample',
      split: 'grouped',
      splits: 3,
      models: ['cnn', 'resnet18', 'vit'],
      policies: [
        'none',
        {
          name: 'own',
          subPolicies: [
            [
              ['Rotate', 0.5, 3],
              ['Equalize', 0.4, null],
            ],
          ],
        },
      ],
      scenarios: [
        { name: 'real', real: { NonDemented: 0.5, MildDemented: 1 } },
        { name: 'mixed', real: 1, synthetic: { MildDemented: 0.25 }, generator: 'morph', balance: 'oversample' },
        { name: 'weighted', real: 0.145, balance: 'weights', stepsOf: 'mixed control' },
      ],
      controls: true,
      contrasts: ['default', { question: 'q', models: ['vit'], from: { scenario: 'real' }, to: { scenario: 'weighted' } }],
      sources: 'fixed',
      runs: 7,
      epochs: { cnn: 3, resnet18: 4, vit: 5 },
      patience: 1,
      batch: { cnn: 8, resnet18: 16, vit: 32 },
      microBatch: { vit: 4 },
      optimizer: { name: 'adam', learningRate: { cnn: 0.01, resnet18: 0.0001, vit: 0.00003 } },
      size: { cnn: 64, resnet18: 96, vit: 112 },
      configuration: { vit: { depth: 2 } },
      weights: { resnet18: 'scratch' },
      fineTune: 'head',
      seed: 12,
    }
    const spec = parseSpec(json, 'test')
    const { spec: checkedSpec, problem } = checked(draftOfSpec(spec), NO_FACTS, counts)
    expect(problem).toBeNull()
    expect(specJson(checkedSpec!)).toEqual(specJson(spec))
    expect(specJson(spec)).toMatchObject(json)
  })

  it('takes its questions, and gives them back; a name that is gone is named by nothing', () => {
    const opened = presetDraft('learning-curve', sample)!
    expect(contrastQuestions(opened)).toEqual([{ question: 'more real images', count: 3, chosen: true }])
    const without = toggleContrasts(toggleContrasts(opened, 'more real images'), null)
    expect(without.contrasts).toEqual([])
    expect(contrastQuestions(without)).toEqual([{ question: 'more real images', count: 3, chosen: false }])
    const again = toggleContrasts(toggleContrasts(without, 'more real images'), null)
    expect(checked(again, NO_FACTS, counts).spec?.contrasts).toEqual(opened.contrasts)
    // 40/0 is in one of them, 60/0 in two.
    const fewer = withScenarios(opened, opened.scenarios.slice(1))
    expect(contrastQuestions(fewer)[0]).toMatchObject({ count: 2 })
    const renamed = withScenario(opened, 1, withPercent(opened.scenarios[1]!, 'real', 65))
    expect(JSON.stringify(renamed.contrasts)).not.toContain('60/0')
    expect(checked(renamed, NO_FACTS, counts).problem).toBeNull()
  })

  it('gives each scenario with synthetic images one of real images alone with its steps', () => {
    const opened = presetDraft('dissertation-cnn', sample)!
    const steps = toggleControl(opened, 'steps')
    expect(steps.scenarios.slice(6).map(scenarioName)).toEqual(
      ['100/20 mild+moderate', '80/20 mild+moderate', '100/20 all', '80/20 all'].map(
        name => `${name.split('/')[0]}/0 steps of ${name}`,
      ),
    )
    expect(checked(steps, NO_FACTS, counts).problem).toBeNull()
    expect(toggleControl(steps, 'steps').scenarios).toEqual(opened.scenarios)
    const evened = toggleControl(toggleControl(opened, 'weights'), 'oversample')
    expect(evened.scenarios.slice(6).map(scenarioName)).toEqual(['100/0 weights', '100/0 oversampled'])
    expect(imagesOf(evened.scenarios[7]!, counts).map(one => one.real + one.copies)).toEqual([724, 724, 724, 724])
  })

  it('keeps only what other images can be mixed by', () => {
    const other = { ...sample, name: 'own', classes: ['a', 'b'], split: { ...sample.split, kind: 'grouped' as const } }
    const draft = withDataset(presetDraft('dissertation-cnn', sample)!, other)
    expect(draft.scenarios.map(scenarioName)).toEqual(['100/0', '80/0', '100/20 all', '80/20 all'])
    const facts = { ...NO_FACTS, datasets: [other] }
    const { spec } = checked(draft, facts, { classes: [], problem: null })
    expect(spec).toMatchObject({ dataset: 'own', split: 'grouped', splits: 5 })
  })

  it('is checked field by field', () => {
    const facts = composeFacts(store())
    const draft = firstDraft(facts)
    const problem = (change: Partial<Draft>, given: typeof counts | null = counts) =>
      checked({ ...draft, ...change }, facts, given).problem
    const scenario = (change: Partial<DraftScenario>): DraftScenario => ({ ...REAL_ALONE, ...change })
    expect(problem({})).toBeNull()
    expect(problem({ policies: [] })?.field).toBe('policies')
    expect(problem({ models: [] })?.field).toBe('models')
    expect(problem({ name: ' ' })?.field).toBe('name')
    expect(problem({ size: { ...draft.size, cnn: 66 } })).toMatchObject({
      field: 'size',
      says: 'the cnn takes a multiple of 4',
    })
    expect(problem({ models: ['vit'], size: { ...draft.size, vit: 100 } })?.says).toContain('multiple of its patch, 16')
    expect(problem({ models: ['resnet18'], size: { ...draft.size, cnn: 66 } })).toBeNull()
    expect(problem({ runs: Number.NaN })).toMatchObject({ field: 'runs', says: 'a number is needed' })
    const two = (second: DraftScenario) => problem({ scenarios: [REAL_ALONE, second] })
    expect(two(scenario({ real: 120 }))).toMatchObject({ field: 'scenarios', scenario: 1 })
    expect(two(REAL_ALONE)).toMatchObject({ scenario: null, says: 'two scenarios have the same name' })
    expect(two(scenario({ real: Number.NaN }))).toMatchObject({ scenario: 1, says: 'a number is needed' })
    const none = scenario({ real: { NonDemented: 100 }, synthetic: 20, generator: 'morph' })
    expect(two(none)).toMatchObject({ scenario: 1, says: 'VeryMildDemented has no real images to make others from' })
    const gone = scenario({ synthetic: 20, generator: 'morph', classes: ['Gone'] })
    expect(two(gone)).toMatchObject({ scenario: 1, says: expect.stringContaining("there is no class 'Gone'") })
    expect(problem({}, null)?.field).toBe('dataset')
    // The study of that name is trained at another size.
    expect(problem({ name: 'mild-and-moderate' })?.says).toContain('give the study another name')
  })

  it('names classes that a dataset cannot be split by', () => {
    const at = store()
    const own = exampleDataset('own')
    at.datasets.add({ ...own, images: own.images.map(image => ({ ...image, sourcePart: null })) })
    expect(splitCounts(at, 'own', 'parity')?.problem).toBeNull()
    at.datasets.add({
      ...exampleDataset('other'),
      split: { ...own.split, kind: 'random' },
      images: own.images.map(image => ({ ...image, sourcePart: null })),
    })
    expect(splitCounts(at, 'other', 'parity')?.problem).toContain('parity')
    expect(splitCounts(at, 'sample', 'random')?.classes.map(one => one.train + one.validation)).toEqual([6, 6, 6, 6])
    expect(splitCounts(at, 'no such', 'random')).toBeNull()
  })

  it('stays within what a spec may say, however its numbers are stepped', () => {
    const facts = composeFacts(store())
    const given = splitCounts(store(), 'sample', 'parity')
    let draft: Draft = { ...firstDraft(facts), models: ['cnn', 'resnet18', 'vit'] }
    for (const by of [-1, 1]) {
      for (const [at] of fieldsOf(draft, facts, given).entries()) {
        for (let i = 0; i < 40; i++) {
          for (const part of fieldsOf(draft, facts, given)[at]?.parts.slice(0, 3) ?? []) draft = part.step?.(by) ?? draft
        }
      }
      const apart = { ...draft, scenarios: [draft.scenarios[0]!] }
      expect(checked(apart, facts, given).problem).toBeNull()
    }
  })
})

describe('a scenario', () => {
  it('gives each class what was set for it, whatever was set before', () => {
    const step = fc.tuple(
      fc.constantFrom('real' as const, 'synthetic' as const),
      fc.constantFrom(...CLASSES),
      fc.nat({ max: 100 }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), steps => {
        const wanted = {
          real: Object.fromEntries(CLASSES.map(name => [name, 100])),
          synthetic: {} as Record<string, number>,
        }
        let scenario = REAL_ALONE
        for (const [amount, name, value] of steps) {
          scenario = withClassPercent(scenario, amount, name, value, CLASSES)
          wanted[amount][name] = value
        }
        for (const name of CLASSES) {
          expect(percentOf(scenario, 'real', name)).toBe(wanted.real[name])
          expect(percentOf(scenario, 'synthetic', name)).toBe(wanted.synthetic[name] ?? 0)
        }
        expect(scenario.generator === null).toBe(Object.values(wanted.synthetic).every(value => value === 0))
      }),
    )
  })

  it('is named as the presets name theirs', () => {
    const some = withPercent(REAL_ALONE, 'synthetic', 20)
    expect(scenarioName(REAL_ALONE)).toBe('100/0')
    expect(scenarioName(some)).toBe('100/20 all')
    expect(scenarioName({ ...some, classes: ['MildDemented', 'ModerateDemented'] })).toBe('100/20 mild+moderate')
    expect(scenarioName({ ...some, generator: 'duplicate' })).toBe('100/20 copies')
    expect(scenarioName({ ...some, generator: 'openai-edit' })).toBe('100/20 all openai-edit')
    expect(scenarioName(withClassPercent(some, 'synthetic', 'NonDemented', 5, CLASSES))).toBe('100/5-20-20-20')
  })

  it('counts images as runs are mixed', () => {
    const scenario = { ...withPercent(REAL_ALONE, 'synthetic', 20), classes: ['MildDemented', 'ModerateDemented'] }
    expect(imagesOf(scenario, counts).map(one => [one.real, one.synthetic])).toEqual([
      [724, 0],
      [549, 0],
      [234, 47],
      [49, 10],
    ])
  })
})

describe('what a study takes', () => {
  const facts = () => composeFacts(store())
  const draft = () => firstDraft(facts())
  const spec = () => checked(draft(), facts(), counts).spec!

  const knows = (more: Partial<PreviewKnowledge> = {}): PreviewKnowledge => {
    return { counts, pace: [], speeds: {}, statuses: {}, bank: null, workers: 2, ...more }
  }

  it('is measured by what earlier runs took here, and is said in a line', () => {
    const pace = [{ model: 'cnn', secondsPerPixel: 1e-6, epochs: 5, runs: 8 }]
    const small = { classes: [{ name: 'a', train: 100, validation: 9 }], problem: null }
    const preview = composePreview(spec(), knows({ pace, counts: small }))
    expect(preview).toMatchObject({ cells: 4, runs: { all: 12, found: 0 }, images: { validation: 9 } })
    expect(workWords(preview)).toBe('4 cells, 12 runs · up to 100 images · about 11 s, by 8 runs here')
    expect(workWords(preview, 50)).toBe('4 cells, 12 runs · up to 100 images · about 11 s')
    expect(workWords(preview, 40)).toBe('4 cells, 12 runs · about 11 s')
    expect(workWords(composePreview(spec(), knows({ counts: small })))).toContain('no run to tell the time by')
    expect(workWords(composePreview(spec(), knows({ counts: small, speeds: { cnn: 50 } })))).toContain('at most 9 m')
    // 16 images at 128 pixels a side, 6.2 s an epoch.
    expect(facts().pace[0]?.secondsPerPixel).toBeCloseTo(6.2 / (16 * 128 ** 2), 9)
  })

  it('leaves out the runs that the study of that name has done', () => {
    const at = fixtureLab({ done: 40 }).store
    const statuses = studyStatuses(at, 'mild-and-moderate')
    const preview = composePreview(exampleSpec({ runs: 9 }), knows({ statuses, speeds: { cnn: 1 } }))
    expect(preview.runs).toEqual({ all: 81, toTrain: 41, new: 9, found: 40, failed: 1 })
    expect(workWords(preview)).toContain('9 cells, 81 runs, 40 there already')
    const done = composePreview(exampleSpec(), knows({ statuses: studyStatuses(store(), 'mild-and-moderate') }))
    expect(workWords(done)).toContain('72 there already · up to 1556 images · nothing to train')
    expect(studyStatuses(at, 'no such')).toEqual({})
  })

  it('comes with the smallest p that it can reach, by its worst family', () => {
    // Two contrasts of policy in one family: 2 x 2^(1 - runs).
    const at = (runs: number) => composePreview({ ...spec(), runs }, knows())
    expect(promiseWords(at(3), NO_PLAN)).toBe(
      'no synthetic images · ! too few runs to show a difference: 7 a cell are needed',
    )
    expect(promiseWords(at(3), NO_PLAN, 70)).toBe('! too few runs to show a difference: 7 a cell are needed')
    expect(promiseWords(at(20), NO_PLAN, 40)).toBe('no synthetic images')
    expect(powerOf(at(3)).weak).toBe(true)
    expect(promiseWords(at(20), NO_PLAN)).toBe('no synthetic images · smallest p after correction 3.8e-6')
  })

  it('tells which models lack their weights', () => {
    const json = { ...specJson(spec()), models: ['cnn', 'resnet18', 'vit'] }
    expect(fromScratch(parseSpec(json, 'test'), facts())).toEqual(['resnet18', 'vit'])
    expect(lackingWeights(facts(), ['cnn', 'vit'])).toEqual(['vit', 'resnet18'])
    expect(weightsWords(['vit'], ['vit', 'resnet18'])).toBe('! vit from scratch · w fetches vit (346 MB) · marked in tables')
    expect(weightsWords([], ['resnet18'])).toBe('w fetches resnet18 (46.8 MB) · weights to start from')
    expect(weightsWords([], [])).toBe('')
  })
})
