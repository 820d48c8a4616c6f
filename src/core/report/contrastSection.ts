/** The declared comparisons: what they show, run by run, and what may be concluded. */
import { pairedDifferences } from '../stats/index.ts'
import {
  type Contrast,
  type Contrasts,
  conclusions,
  METRIC_NAMES,
  probability,
  type Run,
  scopeSentence,
  scoreOf,
  significant,
  worstOf,
} from '../study/index.ts'
import type { ReportContent } from './content.ts'
import { count, figure, list, type Numbers, type Section, table } from './layout.ts'
import { datum, html, type Markup, named } from './markup.ts'
import { rowsChart } from './rowsChart.ts'

export function contrastSection(content: ReportContent, numbers: Numbers): Section {
  const [first] = content.contrasts
  if (first === undefined || first.contrasts.length === 0) {
    return {
      id: 'contrasts',
      title: 'Declared contrasts',
      body: html`<p>The study declares no contrast that its cells have.</p>\n`,
    }
  }
  const body = [
    html`<p>A contrast compares two cells of one model, run by run of equal index: both runs of a pair share their seed, and with it the sample of real images and their order. The difference is the second cell less the first. p is that of the exact two-sided signed-rank test (zeros after Pratt); within a family, the contrasts of one model and one question, it is corrected by Holm's method. Intervals are exact: of the median by order statistics, of the Hodges-Lehmann estimate by inverting the test. A difference is called lower or higher only where the corrected p is below 0.05 and both intervals exclude 0; where it is not, that is no proof of equality. Nothing is concluded before both cells are complete.</p>\n`,
    ...content.contrasts.flatMap(one => ofMeasure(content, one, numbers)),
  ]
  return { id: 'contrasts', title: 'Declared contrasts', body }
}

function ofMeasure(content: ReportContent, all: Contrasts, numbers: Numbers): Markup[] {
  const { metric, on, splits, runsOfCell, marks } = all
  const scope = { metric, on, splits, runsOfCell, marks }
  return [
    html`<h3>${on === 'validation' ? 'Validation' : 'Test'} ${METRIC_NAMES[metric].word}</h3>\n<p>${scopeSentence(scope)}</p>\n`,
    ...all.families.map(family => {
      const mine = all.contrasts.filter(one => one.family === family.family)
      const claims = conclusions(mine, family, scope).map(({ words }) => words)
      const number = numbers.figure()
      const rows = mine.map(one => ({
        ...rowWords(one),
        note: one.verdict === 'not shown' ? null : verdictWord(one),
        values: differencesOf(content.runs, one, all),
        ...{ median: one.medianDifference, low: one.low, high: one.high },
      }))
      const words = {
        id: number.replace(' ', '-').toLowerCase(),
        title: `${family.family}: paired differences in ${on} ${METRIC_NAMES[metric].word}`,
        description: claims.join(' '),
      }
      return html`<h4>${named(family.family)}</h4>
${list(claims, 'claims')}${figure(
  number,
  html`${named(family.family)}: difference in ${on} ${METRIC_NAMES[metric].word} of each pair of runs (points), median (upright bar) and its 95 % interval (line). ${count(family.contrasts, 'contrast')} corrected together; with ${count(runsOfCell, 'run')} a cell the smallest corrected p is ${probability(family.smallestP)}.`,
  rowsChart(words, rows, { axis: `difference in ${on} ${METRIC_NAMES[metric].word}`, zero: true }),
  'wide',
)}${numbersOf(mine, all, numbers)}`
    }),
  ]
}

/** In a chart, what contrasts of a family share stands above them. */
function rowWords({ from, to }: Contrast): { readonly heading: string; readonly label: string } {
  if (from.policy === to.policy) return { heading: `${from.scenario} → ${to.scenario}`, label: to.policy }
  if (from.scenario === to.scenario) return { heading: to.scenario, label: `${from.policy} → ${to.policy}` }
  return { heading: `${from.scenario} ${from.policy} → ${to.scenario} ${to.policy}`, label: '' }
}

/** The same in one line. */
function sides(contrast: Contrast): string {
  const { heading, label } = rowWords(contrast)
  return contrast.from.scenario === contrast.to.scenario
    ? `${label}, ${heading}`
    : [heading, label].filter(Boolean).join(', ')
}

function verdictWord({ verdict }: Contrast): string {
  return { lower: '↓ lower', higher: '↑ higher', 'not shown': 'not shown', open: 'open' }[verdict]
}

function numbersOf(contrasts: readonly Contrast[], { metric, on }: Contrasts, numbers: Numbers): Markup {
  const number = (value: number | null) => datum(value, significant(value))
  const range = (value: number | null, low: number | null, high: number | null) =>
    html`${number(value)} ${low === null ? null : html`<span class="interval">[${number(low)}, ${number(high)}]</span>`}`
  return table({
    number: numbers.table(),
    caption: html`${named(contrasts[0]!.family)}: differences in ${on} ${METRIC_NAMES[metric].word}, the second cell less the first.`,
    head: ['contrast', 'verdict', 'pairs', 'median difference', 'Hodges-Lehmann', 'relative', 'p', 'p corrected'],
    rows: contrasts.map(one => [
      named(sides(one)),
      verdictWord(one),
      datum(one.pairs, String(one.pairs)),
      range(one.medianDifference, one.low, one.high),
      range(one.hodgesLehmann, one.hlLow, one.hlHigh),
      one.relative === null ? '·' : datum(one.relative, `${(100 * one.relative).toFixed(1)} %`),
      datum(one.p, probability(one.p)),
      datum(one.pHolm, probability(one.pHolm)),
    ]),
    words: 2,
    kind: 'contrasts',
  })
}

/** Of runs that both cells have with a number, in the order of their index; a diverged one counts as the worst there is. */
function differencesOf(
  runs: readonly Run[],
  { model, from, to }: Contrast,
  { metric, on, runsOfCell }: Contrasts,
): number[] {
  const scores = (side: Contrast['from']) =>
    new Map(
      runs
        .filter(({ cell, status, index }) => status === 'done' && index < runsOfCell && cell.model === model)
        .filter(({ cell }) => cell.policy === side.policy && cell.scenario === side.scenario)
        .flatMap(run => {
          const score = scoreOf(run, metric, on)
          return score === null ? [] : [[run.index, Number.isNaN(score) ? worstOf(metric) : score] as const]
        }),
    )
  const [before, after] = [scores(from), scores(to)]
  const indices = [...before.keys()].filter(index => after.has(index)).sort((a, b) => a - b)
  return [
    ...pairedDifferences(
      indices.map(index => before.get(index)!),
      indices.map(index => after.get(index)!),
    ),
  ]
}
