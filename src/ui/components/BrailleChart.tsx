import { columnsOf } from '../format/columns.ts'
import { formatMeasured } from '../format/measured.ts'
import { padded } from '../format/padded.ts'
import { useTheme } from '../theme.ts'
import { brailleRows, type Canvas, columnAt, type Line, type Range, type Segment } from './braille.ts'
import { type Piece, Row } from './Row.tsx'

/** A named line of a chart. */
export interface ChartLine extends Line {
  readonly name: string
}

interface BrailleChartProps {
  readonly width: number
  /** Lines of the screen it takes; 6 or more are legible. */
  readonly height: number
  /** The first is drawn on top of the others. */
  readonly lines: readonly ChartLine[]
  /** What x counts: `epoch`. */
  readonly across: string
  /** Draws the logarithm of y; what is not above 0 is left out. */
  readonly log?: boolean
  /** A value of x to point at, with what to say of it. */
  readonly mark?: { readonly x: number; readonly says: string }
  /** A value of x to read the lines at: a rule stands there, and the value of each line beside its name. */
  readonly at?: number | undefined
  /** After the names, where nothing is read: how to read. */
  readonly hint?: string
}

const GUTTER = 8
/** Between two labels under the chart. */
const GAP = 2

/** Lines over a common x, with the names of the lines above, values of y left and of x below. */
export function BrailleChart({ width, height, lines, across, log = false, mark, at, hint }: BrailleChartProps) {
  const { accent } = useTheme()
  const columns = Math.max(1, width - GUTTER)
  const rows = Math.max(1, height - 3)
  const shown = log ? lines.map(logarithms) : lines
  const x = rangeOf(lines.flatMap(({ points }) => points.map(([at]) => at)))
  const y = rangeOf(shown.flatMap(({ points }) => points.map(([, value]) => value)))
  if (x === null || y === null)
    return <Row width={width} pieces={[{ text: `${' '.repeat(GUTTER)}nothing to draw yet`, dim: true }]} />

  const canvas: Canvas = { columns, rows, x, y }
  const order = shown.toReversed()
  const style = (line: number | null): Partial<Piece> => {
    if (line === null || line === RULE) return {}
    if (order[line]?.dotted) return { dim: true }
    // Of many lines the first alone stands out; letters tell the others apart.
    return line < order.length - 1 && order[line]?.letter !== undefined ? {} : { color: accent }
  }
  const labels = valueLabels(y, rows, log)
  const rule = at === undefined ? null : columnAt(at, canvas)
  const names = legend(at === undefined ? lines : lines.map(line => readAt(line, at)), accent)
  const taken = names.reduce((sum, { text }) => sum + columnsOf(text), 0)
  const scale = log ? 'log' : ''
  // Over the lines, or from the edge where they do not fit there.
  const lead = GUTTER + taken <= width ? `${padded(scale, GUTTER - 1, 'right')} ` : scale.padEnd(log ? 4 : 0)
  const told = at === undefined && hint !== undefined && lead.length + taken + 2 + hint.length <= width ? `  ${hint}` : ''
  return (
    <>
      <Row width={width} pieces={[{ text: lead, dim: true }, ...names, { text: told, dim: true }]} />
      {brailleRows(order, canvas).map((segments, row) => (
        <Row
          // biome-ignore lint/suspicious/noArrayIndexKey: a row of the chart is its place
          key={row}
          width={width}
          pieces={[
            { text: `${padded(labels[row] ?? '', GUTTER - 1, 'right')} `, dim: true },
            ...ruled(segments, rule).map(({ text, line }) => ({
              text,
              ...style(line),
              ...(line === RULE ? { dim: true } : {}),
            })),
          ]}
        />
      ))}
      <Row width={width} pieces={[pointer(at === undefined ? mark : { x: at, says: `${across} ${at}` }, canvas)]} />
      <Row width={width} pieces={[{ text: ' '.repeat(GUTTER) + ticks(canvas, across), dim: true }]} />
    </>
  )
}

function logarithms(line: ChartLine): ChartLine {
  return { ...line, points: line.points.map(([x, y]) => [x, y > 0 ? Math.log10(y) : Number.NaN] as const) }
}

/** In place of a line: the rule's. */
const RULE = -1

/** The rule in a column, behind the lines: where they leave it free. */
function ruled(segments: readonly Segment[], column: number | null): readonly Segment[] {
  if (column === null) return segments
  let start = 0
  return segments.flatMap(segment => {
    const within = column - start
    start += segment.text.length
    if (segment.line !== null || within < 0 || within >= segment.text.length) return [segment]
    const [before, after] = [segment.text.slice(0, within), segment.text.slice(within + 1)]
    return [
      { text: before, line: null },
      { text: '┊', line: RULE },
      { text: after, line: null },
    ]
  })
}

/** A line named by its value at x too, or by that alone where it has a letter; unknown where it has no point there. */
function readAt(line: ChartLine, x: number): ChartLine {
  const value = formatMeasured(line.points.find(([at]) => at === x)?.[1] ?? null)
  return { ...line, name: line.letter === undefined ? `${line.name} ${value}` : value }
}

/** From the least to the greatest of the finite numbers; null where there are none. */
function rangeOf(values: readonly number[]): Range | null {
  const finite = values.filter(Number.isFinite)
  return finite.length === 0 ? null : { from: Math.min(...finite), to: Math.max(...finite) }
}

function legend(lines: readonly ChartLine[], accent: string | undefined): Piece[] {
  return lines.flatMap(({ name, letter, dotted = false }, i): Piece[] => [
    {
      text: `${i === 0 ? '' : '   '}${dotted ? '⠄⠄⠄' : '⠤⠤⠤'}${letter ?? ''} `,
      ...(dotted ? { dim: true } : i > 0 && letter !== undefined ? {} : { color: accent }),
    },
    { text: name },
  ])
}

/** Beside the rows: the greatest value at the top, the least at the bottom, the middle where there is room. */
function valueLabels({ from, to }: Range, rows: number, log: boolean): string[] {
  const write = (value: number): string => formatMeasured(log ? 10 ** value : value)
  const labels = Array.from({ length: rows }, () => '')
  if (rows >= 7) labels[(rows - 1) >> 1] = write(to - ((to - from) * ((rows - 1) >> 1)) / (rows - 1))
  if (to !== from) labels[rows - 1] = write(from)
  labels[to === from ? rows >> 1 : 0] = write(to)
  return labels
}

/** `▴ best, epoch 4`, its words on the side that has room. */
function pointer(mark: BrailleChartProps['mark'], canvas: Canvas): Piece {
  if (mark === undefined || !Number.isFinite(mark.x)) return { text: ' ' }
  const at = columnAt(mark.x, canvas)
  const right = at + 2 + mark.says.length <= canvas.columns
  const text = right ? `${' '.repeat(at)}▴ ${mark.says}` : `${padded(`${mark.says} `, at, 'right')}▴`
  return { text: ' '.repeat(GUTTER) + text }
}

/** Round numbers under their places, then what they count. */
function ticks(canvas: Canvas, across: string): string {
  const { from, to } = canvas.x
  const room = canvas.columns - across.length - GAP
  const step = stepOf(to - from, Math.max(1, Math.floor(room / (String(to).length + GAP))))
  let text = ''
  for (let value = from; value <= to; value += step) {
    const at = columnAt(value, canvas)
    if (at + String(value).length <= room && (text === '' || at >= text.length + 1)) text = text.padEnd(at) + value
  }
  return `${text.padEnd(room + GAP)}${across}`
}

/** The least of 1, 2, 5, 10, 20, ... that takes at most `most` steps over a span of whole numbers. */
function stepOf(span: number, most: number): number {
  for (let ten = 1; ; ten *= 10) for (const step of [ten, 2 * ten, 5 * ten]) if (span / step <= most) return step
}
