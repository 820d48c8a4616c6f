/** What is asked of the terminal at the start, and what it answers. */

const ESCAPE = '\u001b'

/**
 * Its name (XTVERSION), the size of a cell and of the window in pixels, and its attributes (DA1). Every terminal answers the last, so its answer
 * ends the others. All are CSI sequences, which terminals that do not know them ignore.
 */
export const QUESTION = `${ESCAPE}[>0q${ESCAPE}[16t${ESCAPE}[14t${ESCAPE}[c`
/** The sizes alone, which change with the window's font. */
export const SIZE_QUESTION = `${ESCAPE}[16t${ESCAPE}[14t`
/** How many colours a Sixel picture may have (XTSMGRAPHICS): asked only where there is Sixel, as others might scroll. */
export const COLOURS_QUESTION = `${ESCAPE}[?1;1;0S`

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
}

export const NO_ANSWERS: TerminalAnswers = { name: null, attributes: [], cell: null, window: null, colours: null }

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
  if (body.endsWith('S')) return numbers[1] === 0 && numbers[2] ? { ...known, colours: numbers[2] } : known
  const [what, height = 0, width = 0] = numbers
  if (height < 1 || width < 1) return known
  return what === 6 ? { ...known, cell: { width, height } } : { ...known, window: { width, height } }
}

/** VT340's; iTerm2 and Kitty scale by themselves, whatever is taken here. */
const USUAL_CELL: CellSize = { width: 10, height: 20 }
/** What terminals have; a window's pixels with its borders, or nonsense, give others. */
const LEAST_CELL = 4
const MOST_CELL = 100

/** A cell's pixels: as told, else from the window's, else usual ones. */
export function cellSize(
  { cell, window }: TerminalAnswers,
  size: { readonly columns: number; readonly rows: number },
): CellSize {
  const told = cell ?? {
    width: Math.floor((window?.width ?? 0) / Math.max(1, size.columns)),
    height: Math.floor((window?.height ?? 0) / Math.max(1, size.rows)),
  }
  const sane = [told.width, told.height].every(side => side >= LEAST_CELL && side <= MOST_CELL)
  return sane ? told : USUAL_CELL
}
