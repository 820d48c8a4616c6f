import { describe, expect, it } from 'vitest'
import { signedRanks } from '../../../src/core/stats/index.ts'
import type { Contrast } from '../../../src/core/study/contrast.ts'
import { formatContrasts } from '../../../src/core/study/contrastFormats.ts'
import { type ContrastRequest, familiesOf, makeContrasts } from '../../../src/core/study/contrastResults.ts'
import { contrastProblem } from '../../../src/core/study/contrastSpec.ts'
import { type Contrasting, contrastsOf } from '../../../src/core/study/contrasts.ts'
import type { Run, TestResult } from '../../../src/core/study/run.ts'
import type { Scenario } from '../../../src/core/study/scenario.ts'

const CLASSES = ['NonDemented', 'VeryMildDemented', 'MildDemented', 'ModerateDemented']
const CHOSEN = ['MildDemented', 'ModerateDemented']

function scenario(name: string, real: number, synthetic = 0, classes: readonly string[] | null = null): Scenario {
  return { name, real, synthetic, generator: synthetic > 0 ? 'morph' : null, classes }
}

const dissertation: Contrasting = {
  models: ['cnn', 'vit'],
  policies: ['none', 'flip', 'autoaugment'],
  scenarios: [
    scenario('100/0', 1),
    scenario('80/0', 0.8),
    scenario('100/20 mild+moderate', 1, 0.2, CHOSEN),
    scenario('80/20 mild+moderate', 0.8, 0.2, CHOSEN),
    scenario('100/20 all', 1, 0.2),
    scenario('80/20 all', 0.8, 0.2),
  ],
  controls: true,
  contrasts: 'default',
}

function sides(spec: Contrasting, question: string, policy = 'none'): string[] {
  return contrastsOf(spec, CLASSES)
    .filter(one => one.model === spec.models[0] && one.question === question && one.to.policy === policy)
    .map(({ from, to }) => `${from.policy} ${from.scenario} -> ${to.policy} ${to.scenario}`)
}

describe('the usual contrasts', () => {
  it('of the dissertation: synthetic added, all against chosen, policies, controls', () => {
    expect(sides(dissertation, 'synthetic added')).toEqual([
      'none 100/0 -> none 100/20 mild+moderate',
      'none 80/0 -> none 80/20 mild+moderate',
      'none 100/0 -> none 100/20 all',
      'none 80/0 -> none 80/20 all',
    ])
    expect(sides(dissertation, 'all classes against chosen', 'flip')).toEqual([
      'flip 100/20 mild+moderate -> flip 100/20 all',
      'flip 80/20 mild+moderate -> flip 80/20 all',
    ])
    expect(sides(dissertation, 'policy', 'flip')).toEqual(
      dissertation.scenarios.map(({ name }) => `none ${name} -> flip ${name}`),
    )
    expect(sides(dissertation, 'against the control', 'autoaugment')).toEqual(
      dissertation.scenarios.slice(2).map(({ name }) => `autoaugment ${name} control -> autoaugment ${name}`),
    )
  })

  it('are families by model and question, never across models', () => {
    const families = familiesOf(contrastsOf(dissertation, CLASSES), 20)
    expect(families.map(({ family, contrasts }) => [family, contrasts])).toEqual(
      ['cnn', 'vit'].flatMap(model => [
        [`${model}: synthetic added`, 12],
        [`${model}: all classes against chosen`, 6],
        [`${model}: policy`, 12],
        [`${model}: against the control`, 12],
      ]),
    )
    expect(families[0]).toMatchObject({ smallestP: 12 * 2 ** -19, fewestRuns: 9 })
    expect(familiesOf(contrastsOf(dissertation, CLASSES), 3)[1]!.smallestP).toBe(1)
  })

  it('look at what scenarios are, not at their names', () => {
    const byClass = { MildDemented: 0.2, ModerateDemented: 0.2 }
    const spec: Contrasting = {
      ...dissertation,
      policies: ['none'],
      controls: false,
      scenarios: [
        {
          name: 'plain',
          real: { ...Object.fromEntries(CLASSES.map(name => [name, 1])) },
          synthetic: 0,
          generator: null,
          classes: null,
        },
        { name: 'some', real: 1, synthetic: byClass, generator: 'morph', classes: null },
        { name: 'everything', real: 1, synthetic: 0.2, generator: 'morph', classes: CLASSES },
        { name: 'more', real: 1, synthetic: 0.4, generator: 'morph', classes: null },
        { name: 'other', real: 1, synthetic: 0.2, generator: 'autoencoder', classes: null },
        { name: 'copies', real: 1, synthetic: 0.2, generator: 'duplicate', classes: CHOSEN },
        { name: 'half', real: 0.5, synthetic: 0.2, generator: 'morph', classes: null },
      ],
    }
    expect(sides(spec, 'synthetic added').map(line => line.split('-> none ')[1])).toEqual([
      'some',
      'everything',
      'more',
      'other',
    ])
    expect(sides(spec, 'all classes against chosen')).toEqual(['none some -> none everything'])
    expect(sides(spec, 'against the control')).toEqual(['none copies -> none some'])
    expect(sides(spec, 'policy')).toEqual([])
  })

  it('ask each scenario against one control: its own, else the first that is made as it is', () => {
    const of = (name: string, generator: string): Scenario => ({ ...scenario(name, 1, 0.2), generator })
    const spec: Contrasting = {
      ...dissertation,
      policies: ['none'],
      scenarios: [scenario('100/0', 1), of('morph', 'morph'), of('diffusion', 'diffusion')],
    }
    expect(sides(spec, 'against the control')).toEqual([
      'none morph control -> none morph',
      'none diffusion control -> none diffusion',
    ])
    expect(familiesOf(contrastsOf(spec, CLASSES), 20).find(one => one.family.endsWith('the control'))!.contrasts).toBe(2)
    // Written out once, it serves all of its mix; one of a like name and another mix does not.
    const written = [...spec.scenarios, of('copies', 'duplicate'), of('copies again', 'duplicate')]
    const other = { ...scenario('morph control', 0.8, 0.2), generator: 'duplicate' }
    for (const scenarios of [written, [...written, other]])
      expect(sides({ ...spec, controls: false, scenarios }, 'against the control')).toEqual([
        'none copies -> none morph',
        'none copies -> none diffusion',
      ])
  })

  it("stand beside one's own, which have the family of their question", () => {
    const from = { policy: 'none', scenario: '80/0' }
    const to = { policy: 'none', scenario: '100/0' }
    const contrasts = ['default' as const, { question: 'fewer images', models: ['vit' as const], from, to }]
    const all = contrastsOf({ ...dissertation, contrasts }, CLASSES)
    expect(all.filter(one => one.question === 'fewer images')).toEqual([
      { family: 'vit: fewer images', model: 'vit', question: 'fewer images', from, to },
    ])
    const twice = contrastsOf({ ...dissertation, contrasts: [{ question: 'policy', from, to }, 'default'] }, CLASSES)
    expect(twice.filter(one => one.family === 'cnn: policy')).toHaveLength(13)
    expect(contrastsOf({ ...dissertation, contrasts: [] }, CLASSES)).toEqual([])
  })

  it('of no policy are asked under each of the spec', () => {
    const one = { question: 'more real images', from: { scenario: '80/0' }, to: { scenario: '100/0' } }
    expect(
      contrastsOf({ ...dissertation, models: ['cnn'], contrasts: [one] }, CLASSES).map(({ from, to }) => [from, to]),
    ).toEqual(
      ['none', 'flip', 'autoaugment'].map(policy => [
        { policy, scenario: '80/0' },
        { policy, scenario: '100/0' },
      ]),
    )
    const half = { ...one, to: { policy: 'flip', scenario: '100/0' } }
    expect(contrastProblem({ ...dissertation, contrasts: [half] })).toMatchObject({ path: ['contrasts', 0] })
    expect(contrastProblem({ ...dissertation, contrasts: [one] })).toBeNull()
  })
})

let id = 0
function run(policy: string, index: number, loss: number, rest: Partial<Run> = {}): Run {
  const measured = { accuracy: 1 - loss, balancedAccuracy: 0.5, macroF1: 0.5, auc: null, brier: 0.5, ece: 0.1 }
  const test: TestResult = { ...measured, loss, quadraticWeightedKappa: null, confusion: [], perClass: [] }
  return {
    id: ++id,
    key: `${id}`,
    study: 'a study',
    cell: { model: 'cnn', policy, scenario: '100/0' },
    index,
    seed: 1,
    status: 'done',
    result: {
      ...test,
      ...{ epochs: 3, bestEpoch: 2, stoppedBy: 'epochs', seconds: 1, weights: '' },
      validationLoss: loss,
      finalValidationLoss: loss,
    },
    test: null,
    error: null,
    engine: 'reference',
    created: '2026-11-01T00:00:00Z',
    finished: null,
    ...rest,
  }
}

const RUNS = 20
const noise = (i: number, of: number): number => 0.01 * Math.sin(of * 100 + i * 37)
const before = Array.from({ length: RUNS }, (_, i) => run('none', i, 0.5 + noise(i, 1)))
const lower = Array.from({ length: RUNS }, (_, i) => run('flip', i, 0.45 + noise(i, 2)))
const same = Array.from({ length: RUNS }, (_, i) => run('autoaugment', i, 0.5 + noise(i, 3)))
const spec: Contrasting = {
  models: ['cnn'],
  policies: ['none', 'flip', 'autoaugment'],
  scenarios: [scenario('100/0', 1)],
  controls: false,
  contrasts: 'default',
}
const request: ContrastRequest = {
  study: 'a study',
  metric: 'loss',
  on: 'validation',
  contrasts: contrastsOf(spec, CLASSES),
  split: 'parity split of sample',
  splits: 1,
  runsOfCell: RUNS,
  runs: [...before, ...lower, ...same],
  marks: [],
}

/** The contrast of a policy against none. */
function contrast(to: string, given: Partial<ContrastRequest> = {}): Contrast {
  return makeContrasts({ ...request, ...given }).contrasts.find(one => one.to.policy === to)!
}

describe('a contrast', () => {
  it('says lower where it may', () => {
    const found = contrast('flip')
    expect(found).toMatchObject({ family: 'cnn: policy', pairs: 20, complete: true, verdict: 'lower', rankBiserial: -1 })
    expect(found.p).toBeCloseTo(2 ** -19, 12)
    expect(found.pHolm).toBeCloseTo(2 * 2 ** -19, 12)
    expect(found.medianDifference).toBeCloseTo(-0.05, 2)
    expect(found.low!).toBeLessThan(found.medianDifference!)
    expect(found.hlHigh!).toBeLessThan(0)
    expect(found.relative).toBeCloseTo(-0.1, 1)
    expect(found.sentence).toMatch(
      /^cnn: '100\/0' flip has a lower validation loss than none: median difference -0\.05\d+ \[.*\], -1\d\.\d % of the median \(corrected p 0\.0000038, 20 pairs\)\. Between pairs varied the seed: .* the split did not\./,
    )
    expect(contrast('flip', { splits: 5 }).sentence).toContain('and the split, 5 of these images')
    expect(contrast('flip', { marks: ['simulated labels'] }).sentence).toContain('Labels are simulated')
  })

  it('says higher of an accuracy whose loss is lower', () => {
    expect(contrast('flip', { metric: 'accuracy' })).toMatchObject({ verdict: 'higher', rankBiserial: 1 })
    expect(contrast('flip', { metric: 'accuracy' }).sentence).toContain('has a higher validation accuracy than none')
  })

  it('does not say equal where nothing is shown', () => {
    const found = contrast('autoaugment')
    expect(found).toMatchObject({ verdict: 'not shown', complete: true })
    expect(found.sentence).toMatch(
      /^cnn: no difference in validation loss is shown between .* no proof of equality: differences from -/,
    )
    expect(found.sentence).not.toMatch(/lower|higher/)
  })

  it('gives no verdict, interval or p before both cells are complete', () => {
    const runs = [...before, ...lower.slice(0, 19), ...same]
    expect(contrast('flip', { runs })).toMatchObject({
      ...{ pairs: 19, complete: false, verdict: 'open', p: null, pHolm: null },
      ...{ low: null, high: null, hlLow: null, hlHigh: null, rankBiserial: null },
      sentence: expect.stringMatching(
        /^cnn: no conclusion yet on '100\/0' flip against none: 19 of 20 pairs are measured\./,
      ),
    })
    expect(contrast('flip', { runs }).medianDifference).toBeCloseTo(-0.05, 2)
    const failed = [...before, ...lower.slice(1), run('flip', 0, 0, { status: 'failed', result: null }), ...same]
    expect(contrast('flip', { runs: failed })).toMatchObject({ pairs: 19, verdict: 'open' })
    expect(contrast('flip', { runs: [] })).toMatchObject({ pairs: 0, medianDifference: null, relative: null, power: null })
    // One that waits counts in the correction of the others, as the worst.
    expect(contrast('autoaugment', { runs: [...before, ...same] }).pHolm).toBe(
      Math.min(1, 2 * contrast('autoaugment', { runs: [...before, ...same] }).p!),
    )
  })

  it('pairs by index, whatever the order of the runs', () => {
    expect(contrast('autoaugment', { runs: [...request.runs].reverse() })).toEqual(contrast('autoaugment'))
  })

  it('needs the corrected p and both intervals', () => {
    // 14 of 20 pairs clearly lower, 6 slightly higher: the test sees it, the interval of the median holds 0
    const mixed = before.map((one, i) =>
      run('flip', i, one.result!.validationLoss + (i < 14 ? -0.05 - i / 1e4 : 0.001 + i / 1e6)),
    )
    const found = contrast('flip', { runs: [...before, ...mixed, ...same] })
    expect(found.pHolm!).toBeLessThan(0.05)
    expect(found.hlHigh!).toBeLessThan(0)
    expect(found.high!).toBeGreaterThan(0)
    expect(found).toMatchObject({ verdict: 'not shown', sentence: expect.stringContaining('but an interval holds 0') })
    const many = Array.from({ length: 99 }, () => request.contrasts[1]!)
    const burdened = makeContrasts({ ...request, contrasts: [request.contrasts[0]!, ...many] }).contrasts[0]!
    expect(burdened).toMatchObject({ verdict: 'lower', pHolm: expect.closeTo(100 * 2 ** -19, 10) })
  })

  it('says so where the planned runs could show nothing', () => {
    const few = makeContrasts({ ...request, runsOfCell: 3, runs: request.runs.filter(({ index }) => index < 3) })
    expect(few.families).toEqual([{ family: 'cnn: policy', contrasts: 2, smallestP: 0.5, fewestRuns: 7 }])
    expect(few.contrasts[0]).toMatchObject({
      p: 0.25,
      pHolm: 0.5,
      low: null,
      hlLow: null,
      verdict: 'not shown',
      power: null,
    })
    expect(few.contrasts[0]!.sentence).toContain(
      'nor could one be: with 3 runs a cell and 2 contrasts in this family no corrected p is below 0.50; from 7 runs on one can be below 0.05.',
    )
  })

  it('says once of all contrasts of a family that they could show nothing', () => {
    const runs = request.runs.filter(({ index }) => index < 3)
    const of = (some: readonly Run[]) => formatContrasts(makeContrasts({ ...request, runsOfCell: 3, runs: some }), 'text')
    const could = /nor could one be/g
    expect(of(runs).match(could)).toHaveLength(1)
    expect(of(runs)).toContain(
      '- cnn: in none of these 2 contrasts is a difference in validation loss shown, nor could one be: with 3 runs',
    )
    expect(of(runs.slice(0, -1))).toContain("is shown between '100/0' flip and none, nor could one be")
    expect(of(runs.slice(0, -1))).toContain('… cnn: no conclusion yet')
  })

  it('counts a diverged run as the worst', () => {
    const wild = lower.map(one => (one.index < 4 ? run('flip', one.index, Number.NaN) : one))
    const found = contrast('flip', { runs: [...before, ...wild, ...same] })
    const differences = Float64Array.from(before, (one, i) =>
      i < 4 ? Number.POSITIVE_INFINITY : lower[i]!.result!.validationLoss - one.result!.validationLoss,
    )
    expect(found).toMatchObject({ pairs: 20, complete: true, marks: ['diverged runs: in 4 pairs'] })
    expect(found.p).toBeCloseTo(signedRanks(differences).p, 12)
    expect(found.sentence).toContain('Marked: diverged runs: in 4 pairs.')
    const all = contrast('flip', { runs: [...before, ...lower.map(one => run('flip', one.index, Number.NaN)), ...same] })
    expect(all).toMatchObject({
      verdict: 'higher',
      medianDifference: Infinity,
      hlLow: Infinity,
      relative: null,
      power: { runs: null, seen: null },
    })
    expect(JSON.parse(formatContrasts(makeContrasts({ ...request, runs: [] }), 'json')).contrasts).toHaveLength(2)
  })

  it('has nothing to say of a metric without a value', () => {
    expect(contrast('flip', { metric: 'auc' })).toMatchObject({ pairs: 0, complete: true, p: null, verdict: 'not shown' })
    expect(contrast('flip', { metric: 'auc' }).sentence).toContain('it has no value in any pair')
  })

  it('on test takes test results, and waits for them', () => {
    expect(contrast('flip', { on: 'test' })).toMatchObject({ pairs: 0, complete: false, verdict: 'open' })
    const tested = request.runs.map(one => ({ ...one, test: { ...one.result!, loss: one.result!.validationLoss + 1 } }))
    expect(contrast('flip', { on: 'test', runs: tested })).toMatchObject({ pairs: 20, verdict: 'lower' })
  })

  it('tells how many runs would see a difference', () => {
    const usual = contrast('autoaugment').power!
    expect(usual.difference).toBeCloseTo(0.05, 3)
    expect(usual.runs!).toBeLessThanOrEqual(20)
    const small = contrast('autoaugment', { difference: 0.001 }).power!
    expect(small.difference).toBe(0.001)
    expect(small.runs!).toBeGreaterThan(80)
    expect(usual.seen!).toBeGreaterThan(0.001)
  })
})

describe('formats', () => {
  const found = makeContrasts({ ...request, study: 'a, b', marks: ['simulated labels'] })

  it('JSON has the fields of the contract', () => {
    const read = JSON.parse(formatContrasts(found, 'json'))
    expect(read).toMatchObject({ study: 'a, b', metric: 'loss' })
    for (const field of 'family model from to pairs complete medianDifference low high hodgesLehmann hlLow hlHigh relative p pHolm sentence'.split(
      ' ',
    )) {
      expect(read.contrasts[0]).toHaveProperty(field)
    }
    expect(read.contrasts[0].from).toEqual({ policy: 'none', scenario: '100/0' })
  })

  it('text has a table, conclusions, power and what it all stands on', () => {
    const text = formatContrasts(found, 'text')
    expect(text).toContain("cnn: policy · validation cross entropy (nats), to - from, corrected for 2 by Holm's method\n")
    expect(text).toMatch(/^ {2}flip 100\/0 +none 100\/0 +20 +-0\.05\d+ \[/m)
    expect(text).toMatch(/^ {2}↓ cnn: '100\/0' flip has a lower validation loss/m)
    expect(text).toMatch(/^ {2}- cnn: no difference/m)
    expect(text).toMatch(/20 runs see a difference of +to see one of\n/)
    expect(text).toContain('Stands on: parity split of sample, 20 runs a cell, paired by index.')
    expect(text).toContain('Simulated labels: a program made the labels')
    expect(text.endsWith('  Research software. Not for diagnosis.\n')).toBe(true)
  })

  it('Markdown, CSV and LaTeX hold each contrast', () => {
    expect(formatContrasts(found, 'md')).toContain('| to | from | pairs |')
    const lines = formatContrasts(found, 'csv').trimEnd().split('\n')
    expect(lines).toHaveLength(3)
    expect(lines[1]).toMatch(/^"a, b",loss,validation,cnn: policy,cnn,policy,none,100\/0,flip,100\/0,20,true,-0\.05/)
    const latex = formatContrasts(found, 'latex')
    expect(latex).toContain('\\begin{tabular}{llrrrrrrr}')
    expect(latex).toMatch(/flip 100\/0 & none 100\/0 & 20 & \$-\$0\.05\d+ \[\$-\$0\.0/)
  })
})
