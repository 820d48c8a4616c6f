/**
 * Lines drawn with braille dots, two across and four down in each character: the finest picture that every terminal's font has.
 * Pure: points in, text out.
 */

/** One line; x rises or falls as it likes. A point that is not finite is left out and breaks the line there. */
export interface Line {
  readonly points: readonly (readonly [x: number, y: number])[]
  /** Every second dot only, so that two lines are told apart without colour. */
  readonly dotted?: boolean
  /** One character in place of the dots where the line ends, so that many lines are told apart. */
  readonly letter?: string
}

/** The stretch of numbers that an axis covers, from its first dot to its last. */
export interface Range {
  readonly from: number
  readonly to: number
}

export interface Canvas {
  /** Characters across and down. */
  readonly columns: number
  readonly rows: number
  readonly x: Range
  readonly y: Range
}

/** Neighbouring characters of one line; `line` is its place in the list, null where nothing is drawn. */
export interface Segment {
  readonly text: string
  readonly line: number | null
}

const BLANK = 0x2800
/** The bit of the dot at [down][across] of a character (Unicode 15, chapter 21.1). */
const BITS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const

/**
 * Rows from top to bottom, each exactly `columns` characters over its segments. Where two lines share a character its dots are
 * theirs together and it counts as the later one's. What lies outside the ranges is drawn at their edge.
 */
export function brailleRows(lines: readonly Line[], canvas: Canvas): Segment[][] {
  const { columns, rows } = canvas
  const dots = new Uint8Array(columns * rows)
  const owner = new Int16Array(columns * rows).fill(-1)
  lines.forEach((line, index) => {
    for (const [x, y] of dotsOf(line, canvas)) {
      const at = (y >> 2) * columns + (x >> 1)
      dots[at]! |= BITS[y & 3]![x & 1]!
      owner[at] = index
    }
  })
  const letters = new Map<number, string>()
  lines.forEach((line, index) => {
    const end = line.letter === undefined ? undefined : [...dotsOf(line, canvas)].at(-1)
    if (end === undefined || line.letter === undefined) return
    const at = freePlace(letters, (end[1] >> 2) * columns + (end[0] >> 1), columns)
    letters.set(at, line.letter)
    owner[at] = index
  })
  return Array.from({ length: rows }, (_, row) => segmentsOf(dots, owner, letters, row * columns, columns))
}

/** That character, or the next one to the left where a letter stands already. */
function freePlace(letters: ReadonlyMap<number, string>, at: number, columns: number): number {
  let place = at
  while (letters.has(place) && place % columns > 0) place--
  return place
}

function segmentsOf(
  dots: Uint8Array,
  owner: Int16Array,
  letters: ReadonlyMap<number, string>,
  start: number,
  columns: number,
): Segment[] {
  const segments: { text: string; line: number | null }[] = []
  for (let at = start; at < start + columns; at++) {
    const line = owner[at]! < 0 ? null : owner[at]!
    const text = letters.get(at) ?? (dots[at] === 0 ? ' ' : String.fromCharCode(BLANK + dots[at]!))
    const last = segments.at(-1)
    if (last !== undefined && last.line === line) last.text += text
    else segments.push({ text, line })
  }
  return segments
}

/** Every dot of a line, in its order; dots count from the top left. */
function* dotsOf({ points, dotted = false }: Line, { columns, rows, x, y }: Canvas): Generator<readonly [number, number]> {
  let before: readonly [number, number] | null = null
  let step = 0
  for (const [px, py] of points) {
    if (!Number.isFinite(px) || !Number.isFinite(py)) {
      before = null
      continue
    }
    const dot = [place(px, x, columns * 2), rows * 4 - 1 - place(py, y, rows * 4)] as const
    for (const next of before === null ? [dot] : between(before, dot)) {
      if (!dotted || step % 2 === 0) yield next
      step++
    }
    before = dot
  }
}

/** The column, from 0, that a value of the x axis falls on. */
export function columnAt(value: number, { x, columns }: Pick<Canvas, 'x' | 'columns'>): number {
  return place(value, x, columns * 2) >> 1
}

/** Which of `dots` places a number falls on; the middle one where the range is a single number. */
function place(value: number, { from, to }: Range, dots: number): number {
  if (to === from) return dots >> 1
  const share = Math.min(Math.max((value - from) / (to - from), 0), 1)
  return Math.round(share * (dots - 1))
}

/** The dots from after `a` to `b` (Bresenham). */
function* between(a: readonly [number, number], b: readonly [number, number]): Generator<readonly [number, number]> {
  const steps = Math.max(Math.abs(b[0] - a[0]), Math.abs(b[1] - a[1]))
  for (let i = 1; i <= steps; i++) {
    yield [Math.round(a[0] + ((b[0] - a[0]) * i) / steps), Math.round(a[1] + ((b[1] - a[1]) * i) / steps)]
  }
}
