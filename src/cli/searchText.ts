/** What a search found, as JSON and for people. */
import type { Contrast, Contrasts } from '../core/study/index.ts'
import { betterOf, type Ranked, type RoundResult, type Setting } from '../core/study/search/index.ts'
import { formatDuration, formatNumber } from '../ui/index.ts'
import type { SearchEnd } from './searchStudies.ts'
import { alignedTable } from './table.ts'

/** What a confirmation lets one say. */
type Confirmed = 'better than both' | 'better than 100/0 alone' | 'not confirmed'

const CURSE =
  "The rounds' estimates flatter those that were kept: they were kept because they looked good (the winner's curse). Only the confirmation counts; the search used none of its seeds."

export function searchRecord(end: SearchEnd): Record<string, unknown> {
  const { plan, tuning, rounds, winner, search, confirmation, test, cost } = end
  const { name: _, ...scenario } = winner
  const last = rounds.at(-1)?.ranked[0]
  return {
    search: search.base.name,
    dataset: search.base.dataset,
    split: search.base.split,
    model: search.model,
    policy: search.policy,
    metric: search.metric,
    budget: search.budget,
    candidates: plan.candidates,
    drawnFrom: plan.of,
    tuning: tuning && {
      ...tuning.chosen,
      rounds: tuning.rounds.map((round, i) => roundRecord(round, i, ({ candidate }) => ({ ...candidate }))),
    },
    rounds: rounds.map((round, i) => roundRecord(round, i, ({ candidate }) => ({ candidate: candidate.name }))),
    winner: { candidate: winner.name, ...scenario, searchEstimate: last?.estimate ?? null },
    confirmation: {
      study: confirmation.study,
      seed: confirmation.seed,
      runs: search.confirm,
      verdict: verdictOf(confirmation.contrasts, betterOf(search)),
      sentence: sentenceOf(end),
      contrasts: confirmation.contrasts.contrasts,
    },
    test: test && { verdict: verdictOf(test, betterOf(search)), contrasts: test.contrasts },
    cost,
    notes: [CURSE],
  }
}

function roundRecord<T>(
  { studies, ranked, runs, added, kept }: RoundResult<T>,
  i: number,
  named: (one: Ranked<T>) => object,
) {
  return {
    ...{ round: i + 1, studies, runs, added },
    results: ranked.map((one, place) => ({ ...named(one), estimate: one.estimate, pairs: one.pairs, kept: place < kept })),
  }
}

export function describeSearch(end: SearchEnd): string {
  const { plan, tuning, rounds, winner, search, confirmation, test, cost } = end
  const direction = betterOf(search)
  const blocks = [
    `search ${search.base.name}: ${search.model}, ${search.policy}, ${search.base.split} split of ${search.base.dataset}; ${plan.candidates} candidates${plan.of > plan.candidates ? `, drawn from ${plan.of}` : ''}`,
    ...(tuning === null ? [] : [tuningText(tuning)]),
    ...rounds.map((round, i) => roundText(round, i, search.metric)),
    `${rounds.length === 0 ? 'the only candidate' : 'winner'}: ${winner.name}${rounds.length === 0 ? '' : ` (${direction} ${search.metric} is better)`}`,
    [
      `confirmation (${search.confirm} fresh runs of each cell, study ${confirmation.study}): ${sentenceOf(end)}`,
      ...confirmation.contrasts.contrasts.map(one => `- ${one.sentence}`),
    ].join('\n'),
    ...(test === null ? [] : [['on the test images, once:', ...test.contrasts.map(one => `- ${one.sentence}`)].join('\n')]),
    CURSE,
    `cost: ${cost.runs} runs, ${formatDuration(cost.seconds)} of training, ${cost.images} synthetic images, ${cost.usd.toFixed(2)} USD`,
  ]
  return blocks.join('\n\n')
}

function tuningText({ rounds, chosen }: NonNullable<SearchEnd['tuning']>): string {
  const words = ({ learningRate, batch }: Setting) => `learning rate ${learningRate}, batch ${batch}`
  const tried = rounds.flatMap((round, i) =>
    round.ranked.slice(round.kept).map(one => `  round ${i + 1}: dropped ${words(one.candidate)} (${signed(one.estimate)})`),
  )
  return [`tuned on 100/0 alone, which favours it: ${words(chosen)}`, ...tried].join('\n')
}

function roundText({ ranked, runs, kept }: SearchEnd['rounds'][number], i: number, metric: string): string {
  const table = alignedTable(
    [
      { title: 'candidate' },
      { title: `${metric}, less that of 100/0`, align: 'right' },
      { title: 'pairs', align: 'right' },
      { title: '' },
    ],
    ranked.map(({ candidate, estimate, pairs }, place) => [
      candidate.name,
      signed(estimate),
      String(pairs),
      place < kept ? 'kept' : 'dropped',
    ]),
  )
  return `round ${i + 1}: ${ranked.length} candidates, ${runs} runs of each\n${table}`
}

/** What may be said of the winner. */
function sentenceOf({ winner, confirmation, search }: SearchEnd): string {
  const verdict = verdictOf(confirmation.contrasts, betterOf(search))
  if (verdict === 'better than both')
    return `${winner.name} is better than 100/0 and than copies of the same images in their place.`
  if (verdict === 'better than 100/0 alone') {
    return `${winner.name} is better than 100/0, but is not shown to be better than copies of the same images: more images of these classes may be all that it is.`
  }
  return `no gain of ${winner.name} over 100/0 is shown. That it won the search is no evidence that it is better.`
}

/** The first contrast is with the baseline, the second with the control. */
function verdictOf({ contrasts }: Contrasts, better: Contrast['verdict']): Confirmed {
  const [baseline, control] = contrasts
  if (baseline?.verdict !== better) return 'not confirmed'
  return control?.verdict === better ? 'better than both' : 'better than 100/0 alone'
}

function signed(value: number): string {
  return Number.isFinite(value) ? `${value > 0 ? '+' : ''}${formatNumber(value)}` : 'diverged'
}
