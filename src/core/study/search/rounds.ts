/**
 * Successive halving: all candidates get a few runs, the better ones go on, and get as many more as the dropped ones would have had.
 *
 * Jamieson and Talwalkar 2016 (arXiv 1502.07943, algorithm 1, the inner loop of Hyperband, Li et al. 2018); Karnin, Koren and Somekh 2013, "Almost Optimal
 * Exploration in Multi-Armed Bandits", algorithm 3. A candidate's earlier runs count in later rounds.
 */
import { hodgesLehmannEstimate, pairedDifferences } from '../../stats/index.ts'

export interface Round {
  /** That begin it. */
  readonly candidates: number
  /** Of each of them, by its end, those of earlier rounds included. */
  readonly runs: number
  /** Of each of them and of what they are compared with, in this round. */
  readonly added: number
  /** That go on. */
  readonly kept: number
}

export interface HalvingOptions {
  /** One of so many is kept. */
  readonly keepOneOf: number
  /** Cells that get every round's runs beside the candidates: 1 for the baseline. */
  readonly beside: number
}

/**
 * The rounds that `budget` runs pay for: each gets an equal share of what is left, at least one run of each candidate. Null where that is too much, see
 * {@link fewestRuns}. One candidate needs no round.
 */
export function halvingRounds(candidates: number, budget: number, options: HalvingOptions): Round[] | null {
  if (budget < fewestRuns(candidates, options)) return null
  const sizes = sizesOf(candidates, options.keepOneOf)
  let [left, runs] = [budget, 0]
  return sizes.map((size, i) => {
    const cells = size + options.beside
    const added = Math.max(1, Math.floor(left / (sizes.length - i) / cells))
    left -= added * cells
    runs += added
    return { candidates: size, runs, added, kept: sizes[i + 1] ?? 1 }
  })
}

/** The fewest runs with which all rounds can be run: one of each candidate in each. */
export function fewestRuns(candidates: number, { keepOneOf, beside }: HalvingOptions): number {
  return sizesOf(candidates, keepOneOf).reduce((sum, size) => sum + size + beside, 0)
}

/** Runs that rounds train. */
export function runsOf(rounds: readonly Round[], { beside }: Pick<HalvingOptions, 'beside'>): number {
  return rounds.reduce((sum, { added, candidates }) => sum + added * (candidates + beside), 0)
}

function sizesOf(candidates: number, keepOneOf: number): number[] {
  const sizes: number[] = []
  for (let size = candidates; size > 1; size = Math.ceil(size / keepOneOf)) sizes.push(size)
  return sizes
}

/** What a round found of a candidate. */
export interface Ranked<T> {
  readonly candidate: T
  /** Hodges-Lehmann estimate of its scores less those of the same runs of what it is compared with, in the metric's unit. */
  readonly estimate: number
  readonly pairs: number
}

/**
 * Best first; of equal ones the earlier.
 *
 * @param scores of each candidate, and `against`, of the same runs in the same order; a diverged run's is the worst there is, no NaN
 * @param better which way is
 */
export function rank<T>(
  scores: ReadonlyMap<T, readonly number[]>,
  against: readonly number[],
  better: 'lower' | 'higher',
): Ranked<T>[] {
  const ranked = [...scores].map(([candidate, own]) => {
    const differences = pairedDifferences(against.slice(0, own.length), own)
    return { candidate, estimate: hodgesLehmannEstimate(differences) ?? Number.NaN, pairs: own.length }
  })
  const sign = better === 'lower' ? 1 : -1
  const key = ({ estimate }: Ranked<T>): number => (Number.isNaN(estimate) ? Number.POSITIVE_INFINITY : sign * estimate)
  return ranked.toSorted((a, b) => (key(a) === key(b) ? 0 : key(a) < key(b) ? -1 : 1))
}
