/**
 * Pictures that are drawn over Ink's frame, at the cells it leaves to them. Ink writes a mark for each of these cells; on the way to the terminal
 * marks become steps of the cursor, so that no frame touches a picture, and it is sent only when it is new, has moved, or was erased.
 */

const ESCAPE = '\u001b'
/** A cell left to a picture: a code point that is no character, so that no text has it. */
export const RESERVED = '\ufdd0'
const RUN = new RegExp(`${RESERVED}+`, 'g')
const ERASE_LINE_END = `${ESCAPE}[K`
/** Erases more than a line's end. */
const ERASES = new RegExp(`${ESCAPE}\\[(?:[0-3]?J|[12]K)`)

/** Where a picture stands on the screen, in cells from its upper left; null: it is not seen. */
export interface Place {
  readonly left: number
  readonly top: number
  readonly columns: number
  readonly rows: number
}

interface Overlay {
  readonly sequence: string
  readonly place: () => Place | null
  /** Where it was drawn last; null: it is to be drawn. */
  drawn: Place | null
}

export class Overlays {
  readonly #shown = new Set<Overlay>()
  /** Places that a picture stands at, those just taken down among them. */
  #standing = new Set<string>()

  /** Draws a picture from the next frame on, wherever `place` says by then, until the returned function is called. */
  show(sequence: string, place: () => Place | null): () => void {
    const overlay: Overlay = { sequence, place, drawn: null }
    this.#shown.add(overlay)
    return () => void this.#shown.delete(overlay)
  }

  /** What Ink writes, as it goes to the terminal, with the pictures that are due after it. */
  frame(text: string): string {
    if (ERASES.test(text)) this.forget()
    return (text.includes(RESERVED) ? text.split('\n').map(sparing).join('\n') : text) + this.due()
  }

  /** None is on the screen any more. */
  forget(): void {
    this.#standing.clear()
    for (const overlay of this.#shown) overlay.drawn = null
  }

  /** Pictures that are not yet where they should be; the cursor stays. */
  due(): string {
    let due = ''
    const standing = new Set<string>()
    for (const overlay of this.#shown) {
      const place = overlay.place()
      const key = place === null ? null : keyOf(place)
      // What stood there before may still stand, as no frame wrote to these cells; a picture of the same size covers it without a blink.
      if (place !== null && key !== null && (overlay.drawn === null || keyOf(overlay.drawn) !== key))
        due += (this.#standing.has(key) ? '' : blank(place)) + at(place, 0) + overlay.sequence
      overlay.drawn = place
      if (key !== null) standing.add(key)
    }
    this.#standing = standing
    return due === '' ? '' : `${ESCAPE}7${due}${ESCAPE}8`
  }
}

/** A line that steps over reserved cells. Ink erases a line's end before it writes it; here only what stands behind the last picture. */
function sparing(line: string): string {
  const last = line.lastIndexOf(RESERVED)
  if (last < 0) return line
  const upTo = line.slice(0, last + 1)
  const erases = upTo.includes(ERASE_LINE_END)
  return (
    upTo.replaceAll(ERASE_LINE_END, '').replace(RUN, run => `${ESCAPE}[${run.length}C`) +
    (erases ? ERASE_LINE_END : '') +
    line.slice(last + 1)
  )
}

function blank(place: Place): string {
  return Array.from({ length: place.rows }, (_, row) => at(place, row) + ' '.repeat(place.columns)).join('')
}

function at({ left, top }: Place, row: number): string {
  return `${ESCAPE}[${top + row + 1};${left + 1}H`
}

function keyOf({ left, top, columns, rows }: Place): string {
  return `${left},${top} ${columns}x${rows}`
}
