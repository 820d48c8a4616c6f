/** A study's contrasts of one model: differences with intervals, corrected p, and the sentence of the one at the cursor. */
import type { Contrast } from '../../core/study/index.ts'
import { Blank } from '../components/Blank.tsx'
import { Lines } from '../components/Lines.tsx'
import { Message } from '../components/Message.tsx'
import { type DataColumn, Table } from '../components/Table.tsx'
import { formatNumber } from '../format/number.ts'
import { wrapped } from '../format/wrapped.ts'
import { useCursor } from '../hooks/useCursor.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useListFilter } from '../hooks/useListFilter.tsx'
import { SYMBOLS } from '../theme.ts'
import type { TableViewProps } from './tablesViews.ts'

const COLUMNS: readonly DataColumn[] = [
  { title: '', width: 1 },
  { title: 'from → to', width: 26, grow: true },
  { title: 'pairs', width: 5, align: 'right', drop: 3 },
  { title: 'difference', width: 10, align: 'right' },
  { title: '95 % interval', width: 19, drop: 4 },
  { title: 'p', width: 8, align: 'right', drop: 2 },
  { title: 'corrected', width: 9, align: 'right' },
]
/** Contrasts in sight at least. */
const LEAST_ROWS = 3

export function ContrastsView({ width, height, active, results: { contrasts }, model }: TableViewProps) {
  const filter = useListFilter(`contrasts.filter ${contrasts.study}`, width)
  const ofModel = contrasts.contrasts.filter(one => one.model === model)
  const shown = ofModel.filter(one => filter.accepts([one.question, sideWords(one.from), sideWords(one.to), one.verdict]))
  const texts = shown.map(one => [
    `${one.question}: ${sideWords(one.from)} → ${sideWords(one.to)}`,
    one.sentence,
    ...powerLines(one),
  ])
  // As long as the longest, so that the list keeps its height while the cursor moves.
  const longest = Math.max(0, ...texts.map(lines => lines.reduce((sum, text) => sum + wrapped(text, width - 6).length, 0)))
  const listRows = Math.max(LEAST_ROWS, Math.min(shown.length, height - longest - 2))
  const cursor = useCursor(`contrasts ${contrasts.study} ${model}`, shown.length, listRows)
  useKeys(
    'tables',
    { ...(shown.length > 0 ? cursor.handlers : {}), ...(ofModel.length > 0 ? filter.handlers : {}) },
    { active },
  )
  const here = shown[cursor.at]
  if (here === undefined && filter.some) {
    return (
      <>
        <Message width={width} height={3} text={['No contrast is called that.']} />
        {filter.line}
      </>
    )
  }
  if (here === undefined) {
    const text = [
      `The study declares no contrasts of ${model}.`,
      'The field "contrasts" of a spec does; \'default\' makes the usual ones.',
    ]
    return <Message width={width} height={height} text={text} />
  }
  const lines = texts[cursor.at] ?? []
  return (
    <>
      <Table
        width={width}
        height={listRows + 1}
        columns={COLUMNS}
        count={shown.length}
        row={at => contrastRow(shown[at]!, at)}
        cursor={cursor.at}
        top={cursor.top}
      />
      {filter.line ?? <Blank />}
      <Lines
        width={width}
        height={Math.max(0, height - listRows - 2)}
        lines={lines.flatMap((text, i) =>
          wrapped(text, width - 6).map(line => [{ text: `    ${line}`, bold: i === 0, dim: i > 1 }]),
        )}
      />
    </>
  )
}

function sideWords({ policy, scenario }: Contrast['from']): string {
  return `${scenario}, ${policy}`
}

function contrastRow(contrast: Contrast, at: number) {
  const { from, to, pairs, verdict, medianDifference, low, high, p, pHolm } = contrast
  const words =
    from.policy === to.policy
      ? `${from.scenario} → ${to.scenario}, ${to.policy}`
      : `${from.policy} → ${to.policy}, ${to.scenario}`
  const shown = verdict === 'lower' || verdict === 'higher'
  const interval = low === null || high === null ? SYMBOLS.unknown : `[${formatNumber(low, 3)} ${formatNumber(high, 3)}]`
  const mark = shown ? SYMBOLS.good : SYMBOLS.unknown
  return {
    key: at,
    cells: [
      mark,
      words,
      String(pairs),
      formatNumber(medianDifference),
      interval,
      formatNumber(p, 2),
      formatNumber(pHolm, 2),
    ],
    tone: verdict === 'open' ? ('dim' as const) : undefined,
  }
}

function powerLines({ power, verdict }: Contrast): string[] {
  if (power === null || verdict === 'lower' || verdict === 'higher') return []
  const runs = power.runs === null ? 'no number of runs would show' : `some ${power.runs} runs a cell would show`
  return [`${runs} a difference of ${formatNumber(power.difference, 3)} with a chance of 80 %.`]
}
