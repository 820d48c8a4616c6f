/** Contrasts as text for a terminal, Markdown, CSV, LaTeX or JSON. */
import type { Contrast, ContrastFamily, Contrasts } from './contrast.ts'
import { conclusions, percent, scopeSentence } from './contrastSentence.ts'
import { latexNumber, latexTable, latexText } from './latexText.ts'
import { legendOf, markMeaning } from './markMeanings.ts'
import { METRIC_NAMES } from './metrics.ts'
import {
  aligned,
  csvLine,
  intervalText,
  markdownRow,
  markdownText,
  probability,
  significant,
  UNKNOWN,
} from './numberText.ts'
import type { TableFormat } from './tableFormats.ts'
import { NOT_FOR_DIAGNOSIS, sentence } from './tableNotes.ts'

/** Writes contrasts in a format; the text ends with a newline. Digits, diverged runs and LaTeX as for tables. */
export function formatContrasts(contrasts: Contrasts, format: TableFormat): string {
  return { json, csv, md: markdown, text, latex }[format](contrasts)
}

function json(contrasts: Contrasts): string {
  return `${JSON.stringify(contrasts)}\n`
}

const HEADER = [
  'to',
  'from',
  'pairs',
  'median difference',
  'Hodges-Lehmann',
  'relative',
  'effect',
  'p',
  'corrected p',
] as const

function text(contrasts: Contrasts): string {
  const blocks = contrasts.families.map(family => {
    const own = ofFamily(contrasts, family)
    const lines = [
      title(contrasts, family),
      ...aligned([[...HEADER], ...own.map(cells)], 2),
      '',
      ...conclusions(own, family, contrasts).map(({ verdict, words }) => `${SIGNS[verdict]} ${words}`),
      ...powerLines(own, contrasts),
    ]
    return lines.map(line => `  ${line}`.trimEnd()).join('\n')
  })
  const foot = notes(contrasts).map(note => `  ${note}`)
  return `${[...blocks, foot.join('\n')].join('\n\n')}\n`
}

/** A claim stands out without colour. */
const SIGNS = { lower: '↓', higher: '↑', 'not shown': '-', open: '…' } as const

function markdown(contrasts: Contrasts): string {
  const blocks = contrasts.families.map(family => {
    const own = ofFamily(contrasts, family)
    return [
      `### ${markdownText(title(contrasts, family))}`,
      '',
      markdownRow(HEADER),
      `| --- | --- |${' ---: |'.repeat(HEADER.length - 2)}`,
      ...own.map(one => markdownRow(cells(one))),
      '',
      ...conclusions(own, family, contrasts).map(({ words }) => `- ${markdownText(words)}`),
    ].join('\n')
  })
  return `${[...blocks, ...notes(contrasts).map(markdownText)].join('\n\n')}\n`
}

const CSV_COLUMNS =
  'study,metric,on,family,model,question,fromPolicy,fromScenario,toPolicy,toScenario,pairs,complete,medianDifference,low,high,' +
  'hodgesLehmann,hlLow,hlHigh,relative,p,pHolm,rankBiserial,verdict,sentence'

function csv({ study, metric, on, contrasts }: Contrasts): string {
  const lines = contrasts.map(one => {
    const { family, model, question, from, to, pairs, complete, medianDifference, low, high } = one
    const { hodgesLehmann, hlLow, hlHigh, relative, p, pHolm, rankBiserial, verdict, sentence: words } = one
    const where = [study, metric, on, family, model, question, from.policy, from.scenario, to.policy, to.scenario]
    const shown = [hodgesLehmann, hlLow, hlHigh, relative, p, pHolm, rankBiserial, verdict, words]
    return csvLine([...where, pairs, complete, medianDifference, low, high, ...shown])
  })
  return `${[CSV_COLUMNS, ...lines].join('\n')}\n`
}

function latex(contrasts: Contrasts): string {
  const tables = contrasts.families.map(family => {
    const own = ofFamily(contrasts, family)
    const rows = own.map(one => cells(one).map((cell, i) => (i < 2 ? latexText(cell) : latexNumber(cell))))
    const under = [...conclusions(own, family, contrasts).map(({ words }) => words), ...notes(contrasts)]
    const columns = `ll${'r'.repeat(HEADER.length - 2)}`
    return latexTable(title(contrasts, family), columns, HEADER.map(latexText), rows, under)
  })
  return `% needs \\usepackage{booktabs}\n${tables.join('\n\n')}\n`
}

function ofFamily({ contrasts }: Contrasts, { family }: ContrastFamily): Contrast[] {
  return contrasts.filter(one => one.family === family)
}

function title({ metric, on }: Contrasts, { family, contrasts }: ContrastFamily): string {
  return `${family} · ${on} ${METRIC_NAMES[metric].title}, to - from, corrected for ${contrasts} by Holm's method`
}

function cells(one: Contrast): string[] {
  const { from, to, pairs, relative, rankBiserial, p, pHolm } = one
  return [
    `${to.policy} ${to.scenario}`,
    `${from.policy} ${from.scenario}`,
    String(pairs),
    `${significant(one.medianDifference)} ${intervalText(one.low, one.high)}`,
    `${significant(one.hodgesLehmann)} ${intervalText(one.hlLow, one.hlHigh)}`,
    relative === null ? UNKNOWN : percent(relative),
    rankBiserial === null ? UNKNOWN : rankBiserial.toFixed(2),
    probability(p),
    probability(pHolm),
  ]
}

/** What more runs would show: none where too few pairs are there to tell the spread. */
function powerLines(own: readonly Contrast[], { runsOfCell }: Contrasts): string[] {
  const rows = own.flatMap(({ from, to, power }) =>
    power === null
      ? []
      : [
          [
            `${to.policy} ${to.scenario}`,
            `${from.policy} ${from.scenario}`,
            power.seen === null ? 'none' : significant(power.seen),
            `${significant(power.difference)}: ${power.runs === null ? 'no number of runs' : `${power.runs} runs`}`,
          ],
        ],
  )
  if (rows.length === 0) return []
  const header = ['to', 'from', `${runsOfCell} runs see a difference of`, 'to see one of']
  return ['', 'With a chance of 80 %, if later runs spread as these (Noether 1987):', ...aligned([header, ...rows], 2)]
}

function notes(contrasts: Contrasts): string[] {
  const own = contrasts.contrasts.flatMap(({ marks }) => marks)
  return [
    `Stands on: ${contrasts.split}, ${contrasts.runsOfCell} runs a cell, paired by index. ${scopeSentence(contrasts)}`,
    "p: exact sign-flip distribution of Pratt's signed ranks (normal beyond 60 pairs), two-sided. Intervals cover with at least 95 %: the median " +
      "difference's by order statistics, Hodges-Lehmann's by inverting the test. Lower or higher is said only with a corrected p below " +
      '0.05 and both intervals beside 0.',
    'effect: matched-pairs rank-biserial correlation. A diverged run counts as the worst value there is.',
    ...contrasts.marks.map(mark => sentence(markMeaning(mark) ?? mark)),
    ...legendOf(own),
    NOT_FOR_DIAGNOSIS,
  ]
}
