/**
 * A search from its spec to its winner, round by round. What trains is given: so it can be a lab, or a simulation. It keeps no state of its own: done again
 * over runs that exist, it asks for the same studies and comes to the same end.
 */

import { median } from '../../stats/index.ts'
import { worstOf } from '../metrics.ts'
import type { Spec } from '../spec.ts'
import { SpecRefusal } from '../specProblem.ts'
import { fewestRuns, halvingRounds, type Ranked, type Round, rank, runsOf } from './rounds.ts'
import { type Candidate, candidatesOf } from './space.ts'
import type { Search } from './spec.ts'
import { BASELINE } from './spec.ts'
import { PILOT_RUNS, pilotStudy, roundStudies, type Setting, settingsOf, tuningStudies, withSetting } from './studies.ts'

/** By scenario, the score of each run in the order of their indices; NaN where it diverged. */
export type Scores = ReadonlyMap<string, readonly number[]>

/** What a search has done for it. */
export interface SearchWork {
  /** Trains what of the study is not trained yet, and gives its scores in the search's metric. */
  train(spec: Spec): Promise<Scores>
  /** Runs that some hours are, by the time that the runs of this study, which are done, took. */
  runsIn(hours: number, pilot: Spec): number
  /** Told when the number of all runs is known: tuning, search and confirmation. */
  planned?(plan: SearchPlan): void
}

/** What a search will train. */
export interface SearchPlan {
  readonly candidates: number
  /** That the space has; more than `candidates` where those were drawn. */
  readonly of: number
  readonly tuning: readonly Round[]
  readonly rounds: readonly Round[]
  /** Fresh runs of each of three cells. */
  readonly confirm: number
  /** All of them. */
  readonly runs: number
}

export interface RoundResult<T> extends Round {
  readonly studies: readonly string[]
  /** Best first; the first `kept` go on. */
  readonly ranked: readonly Ranked<T>[]
}

export interface Found {
  readonly plan: SearchPlan
  /** Null where nothing was tuned. */
  readonly tuning: { readonly rounds: readonly RoundResult<Setting>[]; readonly chosen: Setting } | null
  readonly rounds: readonly RoundResult<Candidate>[]
  readonly winner: Candidate
  /** The search with what was tuned. */
  readonly search: Search
}

/**
 * @param classes the dataset's
 * @throws SpecRefusal where the budget does not pay for one run of each candidate in each round
 */
export async function findWinner(given: Search, classes: readonly string[], work: SearchWork): Promise<Found> {
  const hours = 'hours' in given.budget ? given.budget.hours : null
  let budget = 'runs' in given.budget ? given.budget.runs : Number.NaN
  const { candidates, of } = candidatesOf(given.space, classes, given.base.seed)
  if (hours !== null) {
    const pilot = pilotStudy(given)
    await work.train(pilot)
    budget = Math.max(PILOT_RUNS, work.runsIn(hours, pilot))
  }
  const plan = planSearch(given, { candidates: candidates.length, of }, budget)
  work.planned?.(plan)
  const tuning = await tuned(given, plan, work)
  const search = tuning === null ? given : withSetting(given, tuning.chosen)
  const rounds: RoundResult<Candidate>[] = []
  let left: readonly Candidate[] = candidates
  for (const [i, round] of plan.rounds.entries()) {
    const scores = new Map<Candidate, readonly number[]>()
    let against: readonly number[] = []
    const studies = roundStudies(search, left, i + 1, round.runs)
    for (const { spec, arms } of studies) {
      const found = counted(await work.train(spec), search)
      against = found.get(BASELINE.name) ?? []
      for (const [name, candidate] of arms) scores.set(candidate, found.get(name) ?? [])
    }
    const inOrder = new Map(left.map(candidate => [candidate, scores.get(candidate) ?? []]))
    const ranked = rank(inOrder, against, betterOf(search))
    rounds.push({ ...round, studies: studies.map(({ spec }) => spec.name), ranked })
    left = ranked.slice(0, round.kept).map(({ candidate }) => candidate)
  }
  return { plan, tuning, rounds, winner: left[0]!, search }
}

/** @throws SpecRefusal where `runs` do not suffice */
export function planSearch(
  { tune, confirm, keepOneOf }: Search,
  { candidates, of }: { readonly candidates: number; readonly of: number },
  runs: number,
): SearchPlan {
  const arms = tune === null ? 0 : Math.max(1, tune.learningRate.length) * Math.max(1, tune.batch.length)
  const tuning = tune === null ? [] : halvingRounds(arms, tune.runs, { keepOneOf, beside: 0 })
  if (tuning === null) {
    const fewest = fewestRuns(arms, { keepOneOf, beside: 0 })
    const message = `${arms} settings need at least ${fewest} runs, one of each in each round`
    throw new SpecRefusal({ path: ['search', 'tune', 'runs'], message })
  }
  const fixed = runsOf(tuning, { beside: 0 }) + 3 * confirm
  const options = { keepOneOf, beside: 1 }
  const rounds = halvingRounds(candidates, runs - fixed, options)
  if (rounds === null) {
    const needed = fixed + fewestRuns(candidates, options)
    throw new SpecRefusal({
      path: ['search', 'budget'],
      message: `${runs} runs are too few for ${candidates} candidates: ${needed} are the fewest, ${3 * confirm} of them for the confirmation; give more, or fewer candidates`,
    })
  }
  return { candidates, of, tuning, rounds, confirm, runs: fixed + runsOf(rounds, options) }
}

async function tuned(search: Search, plan: SearchPlan, work: SearchWork): Promise<Found['tuning']> {
  if (search.tune === null) return null
  const rounds: RoundResult<Setting>[] = []
  let left: readonly Setting[] = settingsOf(search, search.tune)
  for (const round of plan.tuning) {
    const scores = new Map<Setting, readonly number[]>()
    const studies = tuningStudies(search, left, round.runs)
    for (const { spec, arms } of studies) {
      const found = counted(await work.train(spec), search)
      for (const [name, setting] of arms) scores.set(setting, found.get(name) ?? [])
    }
    const ranked = rank(scores, middles([...scores.values()]), betterOf(search))
    rounds.push({ ...round, studies: studies.map(({ spec }) => spec.name), ranked })
    left = ranked.slice(0, round.kept).map(({ candidate }) => candidate)
  }
  return { rounds, chosen: left[0]! }
}

/** The median over several of each run's score: what settings without a baseline are compared with, run by run. */
function middles(all: readonly (readonly number[])[]): number[] {
  return (all[0] ?? []).map((_, i) => finite(median(all.map(scores => scores[i]!))))
}

function finite(value: number | null): number {
  return value === null || !Number.isFinite(value) ? 0 : value
}

/** With a diverged run as the worst there is. */
function counted(scores: Scores, { metric }: Search): Scores {
  const worst = worstOf(metric)
  return new Map([...scores].map(([name, own]) => [name, own.map(score => (Number.isNaN(score) ? worst : score))]))
}

export function betterOf({ metric }: Pick<Search, 'metric'>): 'lower' | 'higher' {
  return metric === 'loss' ? 'lower' : 'higher'
}
