import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomStream } from '../../../../src/core/shared/random.ts'
import {
  candidatesOf,
  confirmationStudy,
  findWinner,
  parseSearch,
  type Search,
} from '../../../../src/core/study/search/index.ts'
import { fewestRuns, halvingRounds, rank, runsOf } from '../../../../src/core/study/search/rounds.ts'
import { parseSpec, type Spec, specJson } from '../../../../src/core/study/spec.ts'
import { labError } from '../../../store/laboratory.ts'

const CLASSES = ['A', 'B', 'C']
const json = (search: object = {}, fields: object = {}) => ({
  ...{ name: 'which', dataset: 'toy', models: ['cnn'], ...fields },
  search: { budget: { runs: 200 }, confirm: 7, ...search },
})
const parsed = (search: object = {}, fields: object = {}): Search => parseSearch(json(search, fields), 'w.json')
const names = (search: object) => candidatesOf(parsed(search).space, CLASSES, 1).candidates.map(one => one.name)

describe('a search spec', () => {
  it('fills in what it leaves out', () => {
    expect(parsed()).toMatchObject({
      ...{ model: 'cnn', policy: 'none', metric: 'loss', keepOneOf: 2, confirm: 7, tune: null },
      space: { classes: 'subsets', real: [1], synthetic: [0.2], generators: ['morph'], candidates: null },
      base: { sources: 'per-run', epochs: { cnn: 100 } },
    })
    expect(parsed({}, { policies: ['flip'], size: 32 }).base.size.cnn).toBe(32)
  })

  it.each<[object, RegExp]>([
    [json({ budget: { runs: 0 } }), /^w.json: search.budget/],
    [json({ budget: { runs: 9, hours: 1 } }), /^w.json: search.budget/],
    [json({ budget: undefined }), /^w.json: search.budget/],
    [json({ confirm: 3 }), /^w.json: search.confirm: must be 7 or more/],
    [json({ classes: 'all' }), /^w.json: search.classes: must be 'subsets', 'each', or a list/],
    [json({ synthetic: [0.2, 0.2] }), /^w.json: search.synthetic/],
    [json({ generators: ['duplicate'] }), /^w.json: search.generators: 'duplicate' is the control/],
    [json({ what: 1 }), /^w.json: search.*what/],
    [json({ classes: 'each', synthetic: { A: [0.2] } }), /^w.json: search.classes: goes without/],
    [json({ tune: { runs: 3 } }), /^w.json: search.tune: needs learningRate or batch/],
    [json({}, { scenarios: [] }), /^w.json: scenarios: is for the search to choose/],
    [json({}, { runs: 3 }), /^w.json: runs: is for the search/],
    [json({}, { models: ['cnn', 'vit'] }), /^w.json: models: must be one model/],
    [json({}, { policies: ['none', 'flip'] }), /^w.json: policies: must be one policy/],
    [json({}, { epochs: 0 }), /^w.json: epochs/],
    [{ name: 'x', dataset: 'toy', models: ['cnn'] }, /^w.json: search: is missing/],
    [[], /^w.json: search spec: must be a JSON object/],
  ])('%j is refused with its field', (given, line) => {
    expect(() => parseSearch(given, 'w.json')).toThrow(line)
    expect(() => parseSearch(given, 'w.json')).toThrow(labError('usage'))
  })
})

describe('candidates', () => {
  it('are all sets of classes, the smaller ones first, or each class and all, or those named', () => {
    expect(names({})).toEqual(['100/20 A', '100/20 B', '100/20 C', '100/20 A+B', '100/20 A+C', '100/20 B+C', '100/20 all'])
    expect(names({ classes: 'each' })).toEqual(['100/20 A', '100/20 B', '100/20 C', '100/20 all'])
    expect(names({ classes: [['B', 'A'], ['C']], synthetic: [0.1, 0.5], real: [0.8, 1] })).toEqual([
      ...['80/10 B+A', '100/10 B+A', '80/50 B+A', '100/50 B+A', '80/10 C', '100/10 C', '80/50 C', '100/50 C'],
    ])
  })

  it('have fractions of their own for each class', () => {
    const { candidates } = candidatesOf(
      parsed({ synthetic: { A: [0, 0.2], B: [0, 0.5] }, real: { C: [0.5] } }).space,
      CLASSES,
      1,
    )
    expect(candidates.map(({ real, synthetic }) => [real, synthetic])).toEqual([
      [
        { A: 1, B: 1, C: 0.5 },
        { A: 0, B: 0.5 },
      ],
      [
        { A: 1, B: 1, C: 0.5 },
        { A: 0.2, B: 0 },
      ],
      [
        { A: 1, B: 1, C: 0.5 },
        { A: 0.2, B: 0.5 },
      ],
    ])
  })

  it('are no two alike, have short names of their own, and are drawn by the seed where there are too many', () => {
    const long = {
      classes: [['NonDemented', 'VeryMildDemented', 'MildDemented', 'ModerateDemented', 'Other'].slice(0, 4)],
      synthetic: [0.2, 0.25],
    }
    const all = ['NonDemented', 'VeryMildDemented', 'MildDemented', 'ModerateDemented', 'Other']
    const { candidates } = candidatesOf(parsed(long).space, all, 1)
    expect(new Set(candidates.map(({ name }) => name)).size).toBe(2)
    for (const { name } of candidates) expect(name.length).toBeLessThanOrEqual(50)
    expect(
      names({
        classes: [
          ['A', 'B', 'C'],
          ['C', 'B', 'A'],
        ],
      }),
    ).toEqual(['100/20 all'])
    const some = parsed({ candidates: 3 }).space
    const drawn = (seed: number) => candidatesOf(some, CLASSES, seed)
    expect(drawn(1)).toEqual(drawn(1))
    expect(drawn(1)).toMatchObject({ of: 7, candidates: { length: 3 } })
    expect(new Set([1, 2, 3, 4, 5].map(seed => JSON.stringify(drawn(seed)))).size).toBeGreaterThan(1)
  })

  it('of a class that there is not are refused', () => {
    expect(() => names({ classes: [['A', 'D']] })).toThrow(labError('usage', "no class 'D'"))
    expect(() => names({ synthetic: [0] })).toThrow(labError('usage', 'no candidate'))
  })
})

describe('successive halving', () => {
  it('spends an equal share on each round: Karnin et al. 2013, 16 candidates and 256 runs', () => {
    // t_r = floor(T / (|S_r| ceil(log2 n))): 4, 8, 16, 32; earlier runs count.
    expect(halvingRounds(16, 256, { keepOneOf: 2, beside: 0 })).toEqual([
      { candidates: 16, added: 4, runs: 4, kept: 8 },
      { candidates: 8, added: 8, runs: 12, kept: 4 },
      { candidates: 4, added: 16, runs: 28, kept: 2 },
      { candidates: 2, added: 32, runs: 60, kept: 1 },
    ])
  })

  it('never spends more than it has, and leaves one', () => {
    const options = fc.record({ keepOneOf: fc.integer({ min: 2, max: 5 }), beside: fc.integer({ min: 0, max: 1 }) })
    const whole = fc.integer({ min: 1, max: 300 })
    fc.assert(
      fc.property(whole, fc.integer({ min: 0, max: 5000 }), options, (candidates, budget, given) => {
        const rounds = halvingRounds(candidates, budget, given)
        if (budget < fewestRuns(candidates, given)) {
          expect(rounds).toBe(null)
          return
        }
        expect(runsOf(rounds!, given)).toBeLessThanOrEqual(budget)
        expect(rounds!.at(-1)?.kept ?? candidates).toBe(1)
        for (const [i, round] of rounds!.entries()) {
          expect(round.added).toBeGreaterThanOrEqual(1)
          expect(round.runs).toBe((rounds![i - 1]?.runs ?? 0) + round.added)
          expect(round.candidates).toBe(rounds![i - 1]?.kept ?? candidates)
        }
      }),
    )
  })

  it('ranks by paired differences: what all runs of an index share does not count', () => {
    const shared = [5, -3, 100]
    const of = (effect: number) => shared.map((level, i) => level + effect + [0.1, -0.1, 0][i]!)
    const scores = new Map([
      ['b', of(-1)],
      ['a', of(-2)],
      ['c', of(0)],
    ])
    expect(rank(scores, shared, 'lower').map(({ candidate }) => candidate)).toEqual(['a', 'b', 'c'])
    expect(rank(scores, shared, 'higher').map(({ candidate }) => candidate)).toEqual(['c', 'b', 'a'])
    expect(rank(scores, shared, 'lower')[0]).toMatchObject({ pairs: 3, estimate: expect.closeTo(-2, 9) })
  })

  it('puts what diverged last, and of equal ones the earlier first', () => {
    const worst = Number.POSITIVE_INFINITY
    const scores = new Map([
      ['x', [worst, worst, 1]],
      ['y', [1, 1, 1]],
      ['z', [1, 1, 1]],
    ])
    expect(rank(scores, [1, 1, 1], 'lower').map(({ candidate }) => candidate)).toEqual(['y', 'z', 'x'])
  })
})

/** A lab whose runs cost nothing: a score is the seed's and index's own level, the candidate's effect, and noise. */
function simulated(effect: (scenario: string, spec: Spec) => number, noise = 0.01) {
  const trained: Spec[] = []
  const train = async (spec: Spec) => {
    trained.push(spec)
    const run = (scenario: string) =>
      Array.from({ length: spec.runs }, (_, index) => {
        const level = randomStream(spec.seed, index).uniform()
        return level + effect(scenario, spec) + noise * (randomStream(spec.seed, index, scenario).uniform() - 0.5)
      })
    return new Map(spec.scenarios.map(({ name }) => [name, run(name)]))
  }
  return { trained, work: { train, runsIn: () => 400 } }
}

describe('a search', () => {
  const gain = (scenario: string) => (scenario.includes('B') ? -0.05 : 0) + (/A|C/.test(scenario) ? 0.02 : 0)

  it('finds the classes that help, by studies that are ordinary specs', async () => {
    const { trained, work } = simulated(gain)
    const found = await findWinner(parsed(), CLASSES, work)
    expect(found.winner.classes).toEqual(['B'])
    expect(trained.map(({ name, runs }) => [name, runs])).toEqual(
      found.rounds.map((round, i) => [`which round ${i + 1}`, round.runs]),
    )
    for (const spec of trained) {
      expect(parseSpec(specJson(spec), 'again')).toEqual(spec)
      expect(JSON.stringify(specJson(parseSpec(specJson(spec), 'again')))).toBe(JSON.stringify(specJson(spec)))
      expect(spec.scenarios[0]).toMatchObject({ name: '100/0', synthetic: 0 })
      expect(spec.contrasts).toEqual([])
    }
    const cells = new Set(
      trained.flatMap(spec =>
        spec.scenarios.flatMap(({ name }) => Array.from({ length: spec.runs }, (_, i) => `${name} ${i}`)),
      ),
    )
    expect(cells.size + 3 * 7).toBe(found.plan.runs)
    expect(found.plan.runs).toBeLessThanOrEqual(200)
  })

  it('asks for the same studies when it is done again, and drops the worse half', async () => {
    const [first, second] = [simulated(gain), simulated(gain)]
    const found = await findWinner(parsed(), CLASSES, first.work)
    expect(await findWinner(parsed(), CLASSES, second.work)).toEqual(found)
    expect(second.trained).toEqual(first.trained)
    expect(found.rounds[0]!.ranked.slice(0, 4).map(({ candidate }) => candidate.name)).toContain('100/20 B')
    expect(found.rounds.map(({ candidates, kept }) => [candidates, kept])).toEqual([
      [7, 4],
      [4, 2],
      [2, 1],
    ])
  })

  it('puts candidates of one mixture of real images into one study', async () => {
    const { trained, work } = simulated(gain)
    await findWinner(parsed({ classes: 'each', real: [1, 0.8], budget: { runs: 300 } }), CLASSES, work)
    const first = trained.filter(({ name }) => name.startsWith('which round 1'))
    expect(first.map(({ name, scenarios }) => [name, new Set(scenarios.slice(1).map(one => one.real))])).toEqual([
      ['which round 1 part 1', new Set([1])],
      ['which round 1 part 2', new Set([0.8])],
    ])
  })

  it('tunes on the baseline alone, and searches with what it chose', async () => {
    const { trained, work } = simulated(
      (scenario, spec) => gain(scenario) + (spec.optimizer.learningRate.cnn === 0.01 ? -0.3 : 0),
    )
    const tune = { learningRate: [0.001, 0.01], batch: [8, 16], runs: 20 }
    const found = await findWinner(parsed({ tune }), CLASSES, work)
    expect(found.tuning!.chosen.learningRate).toBe(0.01)
    const tuning = trained.filter(({ name }) => name.includes('tuning'))
    for (const { scenarios } of tuning) expect(scenarios.map(({ name }) => name)).toEqual(['100/0'])
    const rounds = trained.filter(({ name }) => name.includes('round'))
    expect(rounds.length).toBeGreaterThan(0)
    for (const { optimizer, batch } of rounds) {
      expect(optimizer.learningRate.cnn).toBe(0.01)
      expect(batch.cnn).toBe(found.tuning!.chosen.batch)
    }
  })

  it('takes hours as the runs that they are by a pilot of the baseline', async () => {
    const { trained, work } = simulated(gain)
    const found = await findWinner(parsed({ budget: { hours: 1 } }), CLASSES, work)
    expect(trained[0]).toMatchObject({ name: 'which pilot', runs: 2, scenarios: [{ name: '100/0' }] })
    expect(found.plan.runs).toBeGreaterThan(200)
    expect(found.plan.runs).toBeLessThanOrEqual(400)
  })

  it('is refused where the budget does not pay for it', async () => {
    const { trained, work } = simulated(gain)
    await expect(findWinner(parsed({ budget: { runs: 20 } }), CLASSES, work)).rejects.toThrow(
      labError('usage', '20 runs are too few for 7 candidates: 37 are'),
    )
    expect(trained).toEqual([])
  })

  it('confirms on a seed of which it used none, against the baseline and the control, in one family', async () => {
    const search = parsed()
    const { winner } = await findWinner(search, CLASSES, simulated(gain).work)
    const spec = confirmationStudy(search, winner)
    expect(spec.seed).not.toBe(search.base.seed)
    expect(spec).toMatchObject({ controls: true, runs: 7, scenarios: [{ name: '100/0' }, { name: winner.name }] })
    expect(spec.contrasts).toMatchObject([
      { question: 'confirmation', from: { scenario: '100/0' }, to: { scenario: winner.name } },
      { question: 'confirmation', from: { scenario: `${winner.name} control` }, to: { scenario: winner.name } },
    ])
  })
})
