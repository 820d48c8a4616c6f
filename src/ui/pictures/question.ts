/** What is asked of the terminal at the start, and what it answers. */

const ESCAPE = '\u001b'

/**
 * Its name (XTVERSION), the size of a cell and of the window in pixels, and its attributes (DA1). Every terminal answers the last, so its answer
 * ends the others. All are CSI sequences, which terminals that do not know them ignore.
 */
export const QUESTION = `${ESCAPE}[>0q${ESCAPE}[16t${ESCAPE}[14t${ESCAPE}[c`
/** The sizes alone, which change with the window's font. */
export const SIZE_QUESTION = `${ESCAPE}[16t${ESCAPE}[14t`
/** How many colours and pixels a Sixel picture may have (XTSMGRAPHICS): asked only where there is Sixel, as others might scroll. */
export const SIXEL_QUESTION = `${ESCAPE}[?1;1;0S${ESCAPE}[?2;1;0S`

/** Pixels of a character's cell. */
export interface CellSize {
  readonly width: number
  readonly height: number
}

export interface TerminalAnswers {
  /** As it calls itself: `kitty(0.41.1)`, `XTerm(398)`, `iTerm2 3.5.0`. */
  readonly name: string | null
  /** DA1's numbers; empty until they are there. */
  readonly attributes: readonly number[]
  readonly cell: CellSize | null
  /** The window's pixels, from which cells are reckoned where the terminal does not tell them. */
  readonly window: CellSize | null
  /** Of a Sixel picture. */
  readonly colours: number | null
  /** The largest Sixel picture: in xterm the window without its borders, but no side over 1000. */
  readonly largest: CellSize | null
}

export const NO_ANSWERS: TerminalAnswers = {
  name: null,
  attributes: [],
  cell: null,
  window: null,
  colours: null,
  largest: null,
}

/** Complete answers. Keys are never like them: arrows and the like end in other letters. */
const ANSWER = new RegExp(
  [`${ESCAPE}\\[\\?[\\d;]*[cS]`, `${ESCAPE}\\[[46];\\d+;\\d+t`, `${ESCAPE}P>\\|[^${ESCAPE}]*${ESCAPE}\\\\`].join('|'),
  'g',
)
/** How an answer begins that has not ended; what could begin a key too, up to a lone Esc; and what could not. */
const BEGUN = new RegExp(`${ESCAPE}(?:\\[(?:\\?[\\d;]*|[46](?:;\\d*){0,2})?|P(?:>(?:\\|[^${ESCAPE}]*${ESCAPE}?)?)?)?$`)
const SURELY_BEGUN = new RegExp(`^${ESCAPE}(?:\\[\\?|P>\\|)`)

/** What came in: answers, the keys around them, and an answer that may have begun at the end. */
export interface Sorted {
  readonly keys: string
  readonly answers: readonly string[]
  /** To be put before what comes next. */
  readonly begun: string
  /** Whether `begun` cannot be keys. */
  readonly surely: boolean
}

export function sortAnswers(input: string): Sorted {
  if (!input.includes(ESCAPE)) return { keys: input, answers: [], begun: '', surely: false }
  const answers: string[] = []
  const rest = input.replace(ANSWER, answer => {
    answers.push(answer)
    return ''
  })
  const begun = BEGUN.exec(rest)?.[0] ?? ''
  return { keys: rest.slice(0, rest.length - begun.length), answers, begun, surely: SURELY_BEGUN.test(begun) }
}

/** What is known with one more answer. */
export function withAnswer(known: TerminalAnswers, answer: string): TerminalAnswers {
  const body = answer.slice(1)
  if (body.startsWith('P>|')) return { ...known, name: body.slice(3, -2) }
  const numbers = (body.match(/\d+/g) ?? []).map(Number)
  if (body.endsWith('c')) return { ...known, attributes: numbers }
  if (body.endsWith('S')) return withLimit(known, numbers)
  const [what, height = 0, width = 0] = numbers
  if (height < 1 || width < 1) return known
  return what === 6 ? { ...known, cell: { width, height } } : { ...known, window: { width, height } }
}

/** XTSMGRAPHICS: what was asked, 0 where it succeeded, and the numbers. */
function withLimit(known: TerminalAnswers, [what, failed, first = 0, second = 0]: readonly number[]): TerminalAnswers {
  if (failed !== 0 || first < 1) return known
  if (what === 1) return { ...known, colours: first }
  return what === 2 && second > 0 ? { ...known, largest: { width: first, height: second } } : known
}

/** Whether this is the last that is asked of a terminal with Sixel. */
export function endsLimits(answer: string): boolean {
  return answer.startsWith(`${ESCAPE}[?2;`) && answer.endsWith('S')
}

/** VT340's; iTerm2 and Kitty scale by themselves, whatever is taken here. */
const USUAL_CELL: CellSize = { width: 10, height: 20 }
/** What terminals have; a window's pixels with its borders, or nonsense, give others. */
const LEAST_CELL = 4
const MOST_CELL = 100
/** A cell's width over its height at most where only the height can be known: a picture too small leaves a margin, one too large covers text. */
const NARROW = 0.45

/**
 * A cell's pixels: as told, else from the window's, else from the largest Sixel picture, which is the window in xterm alone (Debian's tells
 * no sizes). Null where nothing says it.
 * @param size the window, in characters
 */
export function toldCell(
  { name, cell, window, largest }: TerminalAnswers,
  size: { readonly columns: number; readonly rows: number },
): CellSize | null {
  const shared = (of: CellSize | null): CellSize | null =>
    of && { width: Math.floor(of.width / Math.max(1, size.columns)), height: Math.floor(of.height / Math.max(1, size.rows)) }
  const byLargest = name?.startsWith('XTerm') === true ? shared(largest) : null
  const narrow = byLargest && { ...byLargest, width: Math.max(byLargest.width, Math.floor(byLargest.height * NARROW)) }
  return [cell, shared(window), narrow].find(told => told !== null && isSane(told)) ?? null
}

/** A cell's pixels, or usual ones. */
export function cellSize(answers: TerminalAnswers, size: { readonly columns: number; readonly rows: number }): CellSize {
  return toldCell(answers, size) ?? USUAL_CELL
}

function isSane({ width, height }: CellSize): boolean {
  return [width, height].every(side => side >= LEAST_CELL && side <= MOST_CELL)
}
