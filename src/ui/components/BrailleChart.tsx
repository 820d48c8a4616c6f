import { formatMeasured } from '../format/measured.ts'
import { padded } from '../format/padded.ts'
import { useTheme } from '../theme.ts'
import { brailleRows, type Canvas, columnAt, type Line, type Range } from './braille.ts'
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
}

const GUTTER = 8
/** Between two labels under the chart. */
const GAP = 2

/** Lines over a common x, with the names of the lines above, values of y left and of x below. */
export function BrailleChart({ width, height, lines, across, log = false, mark }: BrailleChartProps) {
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
    if (line === null) return {}
    if (order[line]?.dotted) return { dim: true }
    // Of many lines the first alone stands out; letters tell the others apart.
    return line < order.length - 1 && order[line]?.letter !== undefined ? {} : { color: accent }
  }
  const labels = valueLabels(y, rows, log)
  return (
    <>
      <Row width={width} pieces={legend(lines, log, accent)} />
      {brailleRows(order, canvas).map((segments, row) => (
        <Row
          // biome-ignore lint/suspicious/noArrayIndexKey: a row of the chart is its place
          key={row}
          width={width}
          pieces={[
            { text: `${padded(labels[row] ?? '', GUTTER - 1, 'right')} `, dim: true },
            ...segments.map(({ text, line }) => ({ text, ...style(line) })),
          ]}
        />
      ))}
      <Row width={width} pieces={[pointer(mark, canvas)]} />
      <Row width={width} pieces={[{ text: ' '.repeat(GUTTER) + ticks(canvas, across), dim: true }]} />
    </>
  )
}

function logarithms(line: ChartLine): ChartLine {
  return { ...line, points: line.points.map(([x, y]) => [x, y > 0 ? Math.log10(y) : Number.NaN] as const) }
}

/** From the least to the greatest of the finite numbers; null where there are none. */
function rangeOf(values: readonly number[]): Range | null {
  const finite = values.filter(Number.isFinite)
  return finite.length === 0 ? null : { from: Math.min(...finite), to: Math.max(...finite) }
}

function legend(lines: readonly ChartLine[], log: boolean, accent: string | undefined): Piece[] {
  const names = lines.flatMap(({ name, letter, dotted = false }, i): Piece[] => [
    {
      text: `${i === 0 ? '' : '   '}${dotted ? '⠄⠄⠄' : '⠤⠤⠤'}${letter ?? ''} `,
      ...(dotted ? { dim: true } : i > 0 && letter !== undefined ? {} : { color: accent }),
    },
    { text: name },
  ])
  return [{ text: `${padded(log ? 'log' : '', GUTTER - 1, 'right')} `, dim: true }, ...names]
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
