/** What contrasts come to: the shape of their results. */
import type { ContrastSide } from './contrastSpec.ts'
import type { Metric, On } from './metrics.ts'

/** `lower` and `higher` are claims; `not shown` is none, nor one of equality; `open` waits for runs. */
export type Verdict = 'lower' | 'higher' | 'not shown' | 'open'

/** How many pairs see what, at 80 % power and the level of the family's worst case, 0.05 / its contrasts. See stats/power.ts. */
export interface ContrastPower {
  readonly difference: number
  /** Null where no number would do. */
  readonly runs: number | null
  /** The smallest difference that the planned runs see; null where they see none. */
  readonly seen: number | null
}

/**
 * One contrast. Differences are `to` less `from`, in the metric's unit; an infinite one (null in JSON) falls on a diverged run. Until both
 * cells are complete there are no intervals and no p: `complete` is false.
 */
export interface Contrast {
  readonly family: string
  readonly model: string
  readonly question: string
  readonly from: ContrastSide
  readonly to: ContrastSide
  /** Runs of equal index that both cells have, with a number. */
  readonly pairs: number
  readonly complete: boolean
  readonly medianDifference: number | null
  /** Exact interval of the median difference by order statistics, at least 95 %; null below 6 pairs. */
  readonly low: number | null
  readonly high: number | null
  readonly hodgesLehmann: number | null
  /** The interval that inverts the same exact test as p, 95 %; null below 6 pairs. */
  readonly hlLow: number | null
  readonly hlHigh: number | null
  /** (median to - median from) / median from. */
  readonly relative: number | null
  /** Two-sided, exact up to 60 pairs. */
  readonly p: number | null
  /** Corrected by Holm's method for the contrasts of the family. */
  readonly pHolm: number | null
  /** Matched-pairs rank-biserial correlation, -1 to 1. */
  readonly rankBiserial: number | null
  readonly verdict: Verdict
  /** What to know of either cell before believing it. */
  readonly marks: readonly string[]
  readonly power: ContrastPower | null
  /** What may be concluded, what varied, and what not, in plain words. */
  readonly sentence: string
}

/** The JSON of `contrasts --format json`. */
export interface Contrasts {
  readonly study: string
  readonly metric: Metric
  readonly on: On
  readonly split: string
  readonly splits: number
  readonly runsOfCell: number
  readonly marks: readonly string[]
  readonly families: readonly ContrastFamily[]
  readonly contrasts: readonly Contrast[]
}

/** Contrasts that are corrected together. */
export interface ContrastFamily {
  readonly family: string
  /** How many. */
  readonly contrasts: number
  /** The smallest corrected p that so many runs a cell can have. */
  readonly smallestP: number
  /** The fewest runs a cell with which a corrected p can be below 0.05. */
  readonly fewestRuns: number
}
