/**
 * How often intervals cover and claims err, by simulation: correlated pairs, ties, contrasts that share a cell. Some minutes. The frequencies are
 * printed; limits leave three standard errors.
 */
import { describe, expect, it } from 'vitest'
import { type RandomStream, randomStream } from '../../../src/core/shared/random.ts'
import {
  hodgesLehmann,
  holm,
  medianInterval,
  pairedDifferences,
  pairsNeeded,
  signedRanks,
} from '../../../src/core/stats/index.ts'
import { makeContrasts } from '../../../src/core/study/contrastResults.ts'
import { contrastsOf } from '../../../src/core/study/contrasts.ts'
import type { Cell, Run } from '../../../src/core/study/run.ts'

const REPETITIONS = 4000

/** A standard normal draw (Box and Muller 1958). */
function normal(stream: RandomStream): number {
  return Math.sqrt(-2 * Math.log(1 - stream.uniform())) * Math.cos(2 * Math.PI * stream.uniform())
}

/** Three standard errors of a frequency `share` over the repetitions. */
function slack(share: number, of = REPETITIONS): number {
  return 3 * Math.sqrt((share * (1 - share)) / of)
}

interface Setting {
  readonly name: string
  readonly n: number
  /** The true centre of to - from; on the grid, where there is one. */
  readonly shift: number
  /** Values are rounded to multiples of it: 0 for none. */
  readonly grid: number
  /** Share of the variance that the two runs of a pair have in common. */
  readonly common: number
}

const SETTINGS: readonly Setting[] = [
  { name: '20 pairs, correlated', n: 20, shift: 0.3, grid: 0, common: 0.7 },
  { name: '20 pairs, independent', n: 20, shift: 0, grid: 0, common: 0 },
  { name: '20 pairs, correlated, ties', n: 20, shift: 0.5, grid: 0.25, common: 0.7 },
  { name: '20 pairs, correlated, many ties and zeros', n: 20, shift: 0, grid: 1, common: 0.7 },
  { name: '12 pairs, correlated, ties and zeros', n: 12, shift: 0, grid: 0.5, common: 0.5 },
  { name: '6 pairs, correlated', n: 6, shift: 1, grid: 0, common: 0.5 },
]

function pairsOf({ n, shift, grid, common }: Setting, stream: RandomStream): Float64Array {
  const rounded = (value: number): number => (grid === 0 ? value : Math.round(value / grid) * grid)
  const from = new Float64Array(n)
  const to = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const shared = Math.sqrt(common) * normal(stream)
    const own = Math.sqrt(1 - common)
    from[i] = rounded(shared + own * normal(stream))
    to[i] = rounded(shared + own * normal(stream)) + shift // two runs alike but for the shift: symmetric about it
  }
  return pairedDifferences(from, to)
}

describe('intervals cover at least 95 %', () => {
  it.each(SETTINGS)('$name', setting => {
    const stream = randomStream(1, 'coverage', setting.name)
    let [median, inverted, rejected] = [0, 0, 0]
    for (let repetition = 0; repetition < REPETITIONS; repetition++) {
      const differences = pairsOf(setting, stream)
      const { shift } = setting
      const covers = (interval: { readonly low: number; readonly high: number } | null): boolean =>
        interval !== null && interval.low <= shift + 1e-9 && shift - 1e-9 <= interval.high
      if (covers(medianInterval(differences))) median++
      if (covers(hodgesLehmann(differences)!.interval)) inverted++
      if (signedRanks(differences, 2 * shift).p < 0.05) rejected++
    }
    const share = (count: number): number => count / REPETITIONS
    console.log(
      `${setting.name}: median ${share(median)}, Hodges-Lehmann ${share(inverted)}, p < 0.05 of a true centre ${share(rejected)}`,
    )
    expect(share(median)).toBeGreaterThan(0.95 - slack(0.95))
    expect(share(inverted)).toBeGreaterThan(0.95 - slack(0.95))
    expect(share(rejected)).toBeLessThan(0.05 + slack(0.05))
  })

  it('of a median of skewed runs too', () => {
    const stream = randomStream(1, 'coverage', 'skewed')
    let covered = 0
    for (let repetition = 0; repetition < REPETITIONS; repetition++) {
      const values = Float64Array.from({ length: 20 }, () => Math.exp(normal(stream)))
      const { low, high } = medianInterval(values)!
      if (low <= 1 && 1 <= high) covered++
    }
    console.log(`20 lognormal values: median ${covered / REPETITIONS}`)
    expect(covered / REPETITIONS).toBeGreaterThan(0.95 - slack(0.95))
  })
})

const POLICIES = ['none', 'flip', 'autoaugment'] as const
const REAL = [1, 0.8, 0.6, 0.4]
const SCENARIOS = REAL.map(real => ({ name: `${100 * real}/0`, real, synthetic: 0, generator: null, classes: null }))

/** A family of 8 contrasts (two policies against none in 4 scenarios) over runs whose cells share what their seeds share. */
function claims(stream: RandomStream, shiftOf: (cell: Cell) => number, grid: number, runs: number): string[] {
  const seeds = Array.from({ length: runs }, () => normal(stream))
  const trained: Run[] = []
  for (const { name } of SCENARIOS) {
    const mixed = seeds.map(() => normal(stream))
    for (const policy of POLICIES) {
      const cell = { model: 'cnn', policy, scenario: name }
      for (let index = 0; index < runs; index++) {
        const value = 0.5 * seeds[index]! + 0.5 * mixed[index]! + 0.7 * normal(stream)
        const loss = 5 + (grid === 0 ? value : Math.round(value / grid) * grid) + shiftOf(cell)
        trained.push(runOf(cell, index, loss))
      }
    }
  }
  const spec = { models: ['cnn'], policies: POLICIES, scenarios: SCENARIOS, controls: false, contrasts: 'default' as const }
  const { contrasts } = makeContrasts({
    ...{ study: 's', metric: 'loss', on: 'validation', split: '', splits: 1, runsOfCell: runs, runs: trained, marks: [] },
    contrasts: contrastsOf(spec, ['A', 'B']),
  })
  return contrasts
    .filter(({ verdict, model, to, from }) => {
      const truth = shiftOf({ model, ...to }) - shiftOf({ model, ...from })
      return (verdict === 'lower' && truth >= 0) || (verdict === 'higher' && truth <= 0)
    })
    .map(({ sentence }) => sentence)
}

function runOf(cell: Cell, index: number, validationLoss: number): Run {
  const none = { accuracy: 0, balancedAccuracy: 0, macroF1: 0, auc: 0, brier: 0, ece: 0, quadraticWeightedKappa: null }
  return {
    ...{ id: 0, key: '', study: 's', cell, index, seed: 1, status: 'done', test: null, error: null, engine: null },
    ...{ created: '', finished: null },
    result: {
      ...none,
      ...{ epochs: 1, bestEpoch: 1, stoppedBy: 'epochs', validationLoss, finalValidationLoss: validationLoss },
      ...{ confusion: [], perClass: [], seconds: 1, weights: '' },
    },
  }
}

describe('a family of contrasts claims something false in at most 5 % of studies', () => {
  const nothing = (): number => 0
  /** Half of the contrasts have a difference to find. */
  const some = ({ policy }: Cell): number => (policy === 'flip' ? -1.5 : 0)
  it.each([
    { name: 'where nothing differs', shiftOf: nothing, grid: 0, runs: 20 },
    { name: 'where nothing differs, with ties', shiftOf: nothing, grid: 0.5, runs: 20 },
    { name: 'where half differ', shiftOf: some, grid: 0, runs: 20 },
    { name: 'where half differ, with ties', shiftOf: some, grid: 0.5, runs: 20 },
    { name: 'of 10 runs, with ties', shiftOf: nothing, grid: 0.5, runs: 10 },
  ])('$name', ({ name, shiftOf, grid, runs }) => {
    const stream = randomStream(1, 'family', name)
    const studies = REPETITIONS / 2
    let wrong = 0
    for (let study = 0; study < studies; study++) if (claims(stream, shiftOf, grid, runs).length > 0) wrong++
    console.log(`${name}: a false claim in ${wrong / studies} of ${studies} studies`)
    expect(wrong / studies).toBeLessThan(0.05 + slack(0.05, studies))
  })

  it('by p alone, over many studies', () => {
    const stream = randomStream(1, 'family', 'p')
    const studies = 5 * REPETITIONS
    let wrong = 0
    for (let study = 0; study < studies; study++) {
      const base = Float64Array.from({ length: 20 }, () => normal(stream))
      const family = Array.from({ length: 6 }, () => {
        const other = base.map(value => 0.5 * value + Math.sqrt(0.75) * normal(stream))
        return signedRanks(pairedDifferences(base, other)).p
      })
      if (holm(family).some(p => p! < 0.05)) wrong++
    }
    console.log(`p alone: a false claim in ${wrong / studies} of ${studies} studies`)
    expect(wrong / studies).toBeLessThan(0.05 + slack(0.05, studies))
  })
})

it('as many pairs as the power asks for see the difference in about 80 % of studies', () => {
  const stream = randomStream(1, 'power')
  const setting = { name: '', n: 40, grid: 0, common: 0.7 }
  const shares = [0.4, 0.7].map(shift => {
    const asked = Array.from({ length: 200 }, () => {
      const differences = pairsOf({ ...setting, shift: 0 }, stream)
      return pairsNeeded({ differences, alpha: 0.05 }, shift)!
    }).sort((a, b) => a - b)
    const n = asked[100]!
    let seen = 0
    for (let study = 0; study < 2000; study++) {
      if (signedRanks(pairsOf({ ...setting, n, shift }, stream)).p < 0.05) seen++
    }
    console.log(
      `a shift of ${shift}: ${n} pairs asked for (5 % to 95 %: ${asked[10]} to ${asked[190]}), seen in ${seen / 2000}`,
    )
    return seen / 2000
  })
  for (const share of shares) {
    expect(share).toBeGreaterThan(0.72)
    expect(share).toBeLessThan(0.95)
  }
})
