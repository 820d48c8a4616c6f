/** Charts of rows: values as points, their median and its interval, under headings. What strip plots and difference plots have in common. */
import { axisX, dodgeY, dot, gridX, ruleX, ruleY, text, tickX } from '#plot'
import { type ChartWords, chart, chartName, INK } from './chart.ts'
import { html, type Markup } from './markup.ts'

export interface ChartRow {
  /** Stands above the row over its whole width, once for rows that share it. */
  readonly heading: string
  /** Stands on the left. */
  readonly label: string
  /** Stands on the right, where there is something to say. */
  readonly note?: string | null
  /** NaN and infinite ones are counted, not drawn. */
  readonly values: readonly number[]
  readonly median: number | null
  readonly low: number | null
  readonly high: number | null
}

const WIDTH = 460
const ROW = 30
const LEFT = 154
const AXIS = 46
/** Room on the right for notes. */
const NOTE = 80
const LABEL_LETTERS = 19
const HEADING_LETTERS = 54
const RADIUS = 3.2

/** A line of the chart: a heading, or a row's values. `y` names it. */
type Line = { readonly y: number; readonly row: ChartRow; readonly isHeading: boolean }

/** @param axis words under the chart; @param zero whether 0 is marked */
export function rowsChart(
  words: ChartWords,
  rows: readonly ChartRow[],
  { axis, zero = false }: { readonly axis: string; readonly zero?: boolean },
): Markup {
  const lines = rows
    .flatMap((row, i) => [
      ...(row.heading === rows[i - 1]?.heading ? [] : [{ row, isHeading: true }]),
      { row, isHeading: false },
    ])
    .map((line, y): Line => ({ ...line, y }))
  const measured = lines.filter(line => !line.isHeading)
  const points = measured.flatMap(({ row, y }) => finite(row.values).map(value => ({ y, value })))
  const intervals = measured.flatMap(({ row: { low, high }, y }) =>
    low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high) ? [] : [{ y, low, high }],
  )
  const medians = measured.flatMap(({ row, y }) =>
    row.median === null ? [] : finite([row.median]).map(value => ({ y, value })),
  )
  const notes = measured.flatMap(({ row, y }) => {
    const count = row.values.length - finite(row.values).length
    const words = [row.note ?? null, count === 0 ? null : `${count} diverged`].filter(word => word !== null)
    return words.length === 0 ? [] : [{ y, words: words.join('\n') }]
  })
  const all = [...points.map(one => one.value), ...intervals.flatMap(({ low, high }) => [low, high]), ...(zero ? [0] : [])]
  if (points.length === 0) return html`<p class="missing">No run is measured yet.</p>`
  const [least, most] = [Math.min(...all), Math.max(...all)]
  const room = (most - least || Math.abs(most) || 1) / 25
  return chart(words, {
    ...{ width: WIDTH, height: lines.length * ROW + AXIS, marginTop: 0, marginBottom: AXIS, marginLeft: LEFT },
    marginRight: notes.length > 0 ? NOTE : 8,
    x: { domain: [least - room, most + room] },
    fy: { domain: lines.map(({ y }) => y), axis: null, padding: 0 },
    marks: [
      gridX({ stroke: INK.line, strokeOpacity: 1, ticks: 5 }),
      axisX({ anchor: 'bottom', ticks: 5, label: axis, labelAnchor: 'center', labelArrow: 'none', labelOffset: 40 }),
      ...(zero ? [ruleX(lines, { fy: 'y', x: 0, stroke: INK.text, strokeWidth: 1.25 })] : []),
      text(
        lines.filter(line => line.isHeading),
        {
          ...{ fy: 'y', frameAnchor: 'left', textAnchor: 'start', fontWeight: 600, dx: 2 - LEFT, dy: 4 },
          ...{ fill: INK.text, stroke: INK.paper, strokeWidth: 5 },
          text: (line: Line) => chartName(line.row.heading, HEADING_LETTERS),
        },
      ),
      text(measured, {
        ...{ fy: 'y', frameAnchor: 'left', textAnchor: 'end', fill: INK.text, dx: -8 },
        text: (line: Line) => chartName(line.row.label, LABEL_LETTERS),
      }),
      dot(
        points,
        dodgeY('middle', {
          ...{ fy: 'y', x: 'value', r: RADIUS, padding: 0 },
          ...{ fill: INK.points, fillOpacity: 0.5, stroke: INK.points, strokeWidth: 0.75 },
        }),
      ),
      ruleY(intervals, { fy: 'y', y: null, x1: 'low', x2: 'high', stroke: INK.text, strokeWidth: 1.75 }),
      tickX(medians, { fy: 'y', x: 'value', stroke: INK.text, strokeWidth: 2.75, inset: 6 }),
      text(notes, {
        ...{
          fy: 'y',
          frameAnchor: 'right',
          textAnchor: 'end',
          dx: NOTE,
          text: 'words',
          fill: INK.text,
          fontStyle: 'italic',
        },
      }),
    ],
  })
}

function finite(values: readonly number[]): number[] {
  return values.filter(Number.isFinite)
}
