/** From runs to what a study's contrasts show. */
import {
  fewestPairs,
  hodgesLehmann,
  holm,
  median,
  medianInterval,
  pairedDifferences,
  pairsNeeded,
  signedRanks,
  smallestP,
  smallestSeen,
} from '../stats/index.ts'
import type { Contrast, ContrastFamily, ContrastPower, Contrasts, Verdict } from './contrast.ts'
import { type ContrastScope, sentenceOf } from './contrastSentence.ts'
import type { ContrastSide } from './contrastSpec.ts'
import type { PlannedContrast } from './contrasts.ts'
import { type Metric, type On, scoreOf, worstOf } from './metrics.ts'
import type { Cell, Run } from './run.ts'

/** What contrasts are made from. */
export interface ContrastRequest {
  readonly study: string
  readonly metric: Metric
  readonly on: On
  readonly contrasts: readonly PlannedContrast[]
  /** The split the numbers stand on, for people. */
  readonly split: string
  /** How many splits the runs are spread over. */
  readonly splits: number
  /** Runs that each cell is meant to have. */
  readonly runsOfCell: number
  /** Runs of any status. */
  readonly runs: readonly Run[]
  /** What is to be said of all of them: `simulated labels`. */
  readonly marks: readonly string[]
  /** What is to be said of one cell. */
  readonly marksOf?: (cell: Cell) => readonly string[]
  /** The difference that the power is told for, in the metric's unit. Default: a tenth of `from`'s median. */
  readonly difference?: number | undefined
}

/** Below it a corrected p is a claim, where the intervals exclude 0 too. */
const LEVEL = 0.05

/** The families of contrasts, with what so many runs a cell can show at best: for the preview of a plan, before any run. */
export function familiesOf(contrasts: readonly PlannedContrast[], runsOfCell: number): ContrastFamily[] {
  return [...Map.groupBy(contrasts, one => one.family)].map(([family, { length }]) => ({
    family,
    contrasts: length,
    smallestP: Math.min(1, length * smallestP(runsOfCell)),
    fewestRuns: fewestPairs(LEVEL / length),
  }))
}

/** All contrasts of a request, in its order. */
export function makeContrasts(request: ContrastRequest): Contrasts {
  const { study, metric, on, split, splits, runsOfCell, marks, contrasts } = request
  const families = familiesOf(contrasts, runsOfCell)
  const byName = new Map(families.map(one => [one.family, one]))
  const cells = Map.groupBy(request.runs, ({ cell }) => keyOf(cell.model, cell))
  const measured = contrasts.map(planned => measure(planned, request, cells, byName.get(planned.family)!))
  const corrected = new Map<Measured, number | null>()
  for (const family of Map.groupBy(measured, one => one.family).values()) {
    for (const [i, p] of holm(family.map(one => one.p)).entries()) corrected.set(family[i]!, p)
  }
  const scope: ContrastScope = { metric, on, splits, runsOfCell, marks }
  return {
    ...{ study, metric, on, split, splits, runsOfCell, marks, families },
    contrasts: measured.map(one => {
      const judged = { ...one, pHolm: corrected.get(one)! }
      const whole = { ...judged, verdict: verdictOf(judged) }
      return { ...whole, sentence: sentenceOf(whole, byName.get(one.family)!, scope) }
    }),
  }
}

type Measured = Omit<Contrast, 'pHolm' | 'verdict' | 'sentence'>

/** `lower` only with a corrected p under 0.05 and intervals, of the median and of the test, that exclude 0. */
function verdictOf({ complete, pHolm, low, high, hlLow, hlHigh }: Measured & Pick<Contrast, 'pHolm'>): Verdict {
  if (!complete) return 'open'
  if (pHolm === null || pHolm >= LEVEL || low === null || high === null || hlLow === null || hlHigh === null) {
    return 'not shown'
  }
  if (high < 0 && hlHigh < 0) return 'lower'
  return low > 0 && hlLow > 0 ? 'higher' : 'not shown'
}

function measure(
  planned: PlannedContrast,
  request: ContrastRequest,
  cells: ReadonlyMap<string, readonly Run[]>,
  family: ContrastFamily,
): Measured {
  const { metric, on, runsOfCell } = request
  const of = (side: ContrastSide): ReadonlyMap<number, number | null> => {
    const done = (cells.get(keyOf(planned.model, side)) ?? []).filter(run => run.status === 'done' && run.index < runsOfCell)
    const measured = on === 'validation' ? done : done.filter(run => run.test !== null)
    return new Map(measured.map(run => [run.index, scoreOf(run, metric, on)]))
  }
  const [from, to] = [of(planned.from), of(planned.to)]
  const complete = from.size === runsOfCell && to.size === runsOfCell
  const pairs = [...from.keys()]
    .sort((a, b) => a - b)
    .flatMap(index => {
      const [a, b] = [from.get(index), to.get(index)]
      return a == null || b == null ? [] : [[counted(a, metric), counted(b, metric)] as const]
    })
  const before = pairs.map(([a]) => a)
  const differences = pairedDifferences(
    before,
    pairs.map(([, b]) => b),
  )
  const [medianFrom, medianTo] = [median(before), median(pairs.map(([, b]) => b))]
  const test = complete && pairs.length > 0 ? signedRanks(differences) : null
  const interval = complete ? medianInterval(differences) : null
  const centre = hodgesLehmann(differences)
  const inverted = complete ? (centre?.interval ?? null) : null
  return {
    ...planned,
    pairs: pairs.length,
    complete,
    medianDifference: numberOrNull(median(differences)),
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    hodgesLehmann: centre?.estimate ?? null,
    hlLow: inverted?.low ?? null,
    hlHigh: inverted?.high ?? null,
    relative: relativeChange(medianFrom, medianTo),
    p: test?.p ?? null,
    rankBiserial: test?.rankBiserial ?? null,
    marks: marksOf(planned, request, pairs),
    power: powerOf(differences, medianFrom, family, request),
  }
}

/** Those of the two cells, and how many pairs have a diverged run. */
function marksOf(
  { model, from, to }: PlannedContrast,
  request: ContrastRequest,
  pairs: readonly (readonly [number, number])[],
): string[] {
  const diverged = pairs.filter(pair => !pair.every(Number.isFinite)).length
  const cells = [from, to].flatMap(side => request.marksOf?.({ model, ...side }) ?? [])
  return [...new Set(cells), ...(diverged > 0 ? [`diverged runs: in ${diverged} pairs`] : [])]
}

/** A run's number with a diverged one as the worst there is. */
function counted(score: number, metric: Metric): number {
  return Number.isNaN(score) ? worstOf(metric) : score
}

/** The middle between -Infinity and +Infinity is no number. */
function numberOrNull(value: number | null): number | null {
  return Number.isNaN(value) ? null : value
}

function relativeChange(from: number | null, to: number | null): number | null {
  if (from === null || to === null || from === 0) return null
  const change = (to - from) / from
  return Number.isFinite(change) ? change : null
}

function powerOf(
  differences: Float64Array,
  medianFrom: number | null,
  family: ContrastFamily,
  { difference, runsOfCell }: ContrastRequest,
): ContrastPower | null {
  const size = difference ?? (medianFrom === null ? 0 : Math.abs(medianFrom) / 10)
  if (differences.length < SPREAD_FROM || !(size > 0 && Number.isFinite(size))) return null
  const question = { differences, alpha: LEVEL / family.contrasts }
  return { difference: size, runs: pairsNeeded(question, size), seen: smallestSeen(question, runsOfCell) }
}

/** Pairs from which on their spread says something of later ones. */
const SPREAD_FROM = 6

function keyOf(model: string, { policy, scenario }: ContrastSide): string {
  return JSON.stringify([model, policy, scenario])
}
