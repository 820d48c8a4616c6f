/** Pictures sent to a terminal with Kitty's graphics, once each, and taken back when they are no longer needed. */
import type { Cells } from '../components/pictureCells.ts'
import { placeholderRows } from './placeholders.ts'

const ESCAPE = '\u001b'
const ST = `${ESCAPE}\\`
/** Base64 characters of one escape, by the protocol. */
const CHUNK = 4096
/** Numbers of pictures that the colour of text can say. */
const NUMBERS = 255
/** First bytes of numbers that are used: the marks for them are old ones, whose width everything between here and the terminal knows. */
const FIRSTS = 48

interface Id {
  readonly first: number
  readonly colour: number
}

export class KittyPictures {
  readonly #write: (text: string) => void
  readonly #first: number
  readonly #tmux: boolean
  readonly #held = new Set<number>()
  #last = 0

  /**
   * @param seed tells this program's pictures from those of others in the same terminal: any whole number, such as the process's
   * @param tmux whether escapes must be handed through it
   */
  constructor({ write, seed, tmux }: { write: (text: string) => void; seed: number; tmux: boolean }) {
    this.#write = write
    this.#first = 1 + (seed % FIRSTS)
    this.#tmux = tmux
  }

  /** Sends a PNG to be shown in so many cells; `rows` shows it wherever they are written. Free it when they are not. */
  send(png: Buffer, cells: Cells): { readonly rows: readonly string[]; readonly free: () => void } {
    const id = this.#next()
    const data = png.toString('base64')
    const chunks = Array.from({ length: Math.ceil(data.length / CHUNK) }, (_, i) => data.slice(i * CHUNK, (i + 1) * CHUNK))
    const what = `a=T,U=1,f=100,q=2,i=${numberOf(id)},c=${cells.columns},r=${cells.rows}`
    this.#write(
      chunks
        .map((chunk, i) => this.#sequence(`${i === 0 ? `${what},` : 'q=2,'}m=${i < chunks.length - 1 ? 1 : 0}`, chunk))
        .join(''),
    )
    const free = (): void => {
      if (this.#held.delete(id.colour)) this.#write(this.#deletion(id))
    }
    return { rows: placeholderRows(id, cells), free }
  }

  /** Takes all back. */
  clear(): void {
    const deletions = [...this.#held].map(colour => this.#deletion({ first: this.#first, colour }))
    this.#held.clear()
    if (deletions.length > 0) this.#write(deletions.join(''))
  }

  /** The one longest unused, so that a picture that is going has gone before another has its number. */
  #next(): Id {
    do this.#last = (this.#last % NUMBERS) + 1
    while (this.#held.has(this.#last) && this.#held.size < NUMBERS)
    this.#held.add(this.#last)
    return { first: this.#first, colour: this.#last }
  }

  #deletion(id: Id): string {
    return this.#sequence(`a=d,d=I,q=2,i=${numberOf(id)}`, '')
  }

  #sequence(control: string, payload: string): string {
    const sequence = `${ESCAPE}_G${control}${payload === '' ? '' : `;${payload}`}${ST}`
    return this.#tmux ? `${ESCAPE}Ptmux;${sequence.replaceAll(ESCAPE, ESCAPE + ESCAPE)}${ST}` : sequence
  }
}

function numberOf({ first, colour }: Id): number {
  return first * 2 ** 24 + colour
}
