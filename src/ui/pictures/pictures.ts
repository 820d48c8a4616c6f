/** Draws pictures in the way this terminal has, keeps the drawings, and tells when the way changes. */
import { createHash } from 'node:crypto'
import type { Cells } from '../components/pictureCells.ts'
import { iterm2Of } from './iterm2.ts'
import { KittyPictures } from './kitty.ts'
import { Overlays, RESERVED } from './overlays.ts'
import { type Pixels, pngOf } from './pixels.ts'
import { cellSize, NO_ANSWERS, type TerminalAnswers, toldCell } from './question.ts'
import { sixelOf } from './sixel.ts'
import { textRows } from './textRows.ts'
import { type PictureChoice, type PictureWay, pictureWay, type TmuxAnswers } from './ways.ts'

export interface Drawing {
  /** A text a row, all as wide as the picture. */
  readonly lines: readonly string[]
  /** What is to be drawn over the lines once they are on the screen; null: they are the picture. */
  readonly over: string | null
  /** Gives back what the terminal holds for it. */
  readonly free?: () => void
}

/** What sizes of pictures are reckoned with. */
export interface PictureShape {
  /** Height of a character over its width. */
  readonly aspect: number
  /** Columns of a picture at most. */
  readonly most: number
}

export interface PicturesOptions {
  readonly choice?: PictureChoice
  /** Colours of text: 1 (none wanted), 16, 256 or 2 ** 24. */
  readonly colours: number
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Straight to the terminal. */
  readonly write?: (text: string) => void
  /** The window. */
  readonly size?: () => { readonly columns: number; readonly rows: number }
  /** See KittyPictures. */
  readonly seed?: number
}

/** Drawings kept besides those on the screen. */
const KEPT = 64
/**
 * Columns at most. Ink reads a picture of text anew in every frame: two of 40 by 20 characters with their colours cost it about 10 ms. Cells that
 * it leaves to the terminal are plain.
 */
const MOST = { text: 40, kitty: 60, overlay: 80 } as const
/** Sixel colours where the terminal does not say; most have so many. */
const USUAL_COLOURS = 256

export class Pictures {
  readonly overlays = new Overlays()
  readonly #options: Required<PicturesOptions>
  readonly #drawings = new Map<string, Drawing>()
  readonly #held = new Map<string, number>()
  readonly #watchers = new Set<() => void>()
  #answers: TerminalAnswers | null = null
  #tmux: TmuxAnswers | null = null
  #kitty: KittyPictures | null = null
  #version = 0
  /** How often the terminal was had again: what it held before is gone. */
  #entered = 0
  #way: PictureWay

  /** The terminal's size, in characters. */
  readonly window: () => { readonly columns: number; readonly rows: number }

  constructor(options: PicturesOptions) {
    const size = () => ({ columns: 80, rows: 24 })
    this.#options = { choice: 'auto', env: {}, write: () => {}, seed: 0, size, ...options }
    this.window = this.#options.size
    this.#way = this.#chosen()
  }

  /** How pictures are drawn now. */
  get way(): PictureWay {
    return this.#way
  }

  /** Changes with everything that pictures depend on. */
  readonly version = (): number => this.#version

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** The terminal, or tmux, has said more of itself. */
  learn(answers: TerminalAnswers | null, tmux: TmuxAnswers | null = this.#tmux): void {
    const before = this.#looks()
    this.#answers = answers
    this.#tmux = tmux
    this.#way = this.#chosen()
    if (this.#looks() !== before) this.#changed()
  }

  /** The terminal is given back: it holds none of this program's pictures any more. */
  leave(): void {
    this.#drawings.clear()
    this.#kitty?.clear()
  }

  /** It is had again: what is on the screen is to be drawn again. */
  enter(): void {
    if (this.#kitty === null) return
    this.#entered++
    this.#changed()
  }

  shape(): PictureShape {
    if (this.#way === 'kitty' || this.#way === 'iterm2' || this.#way === 'sixel') {
      const { width, height } = this.#cell()
      return { aspect: height / width, most: this.#way === 'kitty' ? MOST.kitty : MOST.overlay }
    }
    return { aspect: 2, most: MOST.text }
  }

  /** What a drawing is kept under: equal pixels at an equal size are drawn once. */
  key({ width, height, rgb }: Pixels, { columns, rows }: Cells): string {
    const cell = this.#way === 'sixel' ? Object.values(this.#cell()).join('x') : ''
    return `${contentOf(rgb)} ${width}x${height} ${columns}x${rows} ${this.#way} ${cell} ${this.#entered}`
  }

  kept(key: string): Drawing | undefined {
    return this.#drawings.get(key)
  }

  /** Draws the picture in exactly so many columns and rows, and keeps the drawing. */
  async draw(pixels: Pixels, cells: Cells): Promise<Drawing> {
    const key = this.key(pixels, cells)
    const before = this.#drawings.get(key)
    if (before !== undefined) return before
    const draw = await this.#drawn(pixels, cells)
    // Another may have drawn the same meanwhile: nothing is sent to the terminal twice.
    const drawing = this.#drawings.get(key) ?? draw()
    this.#drawings.set(key, drawing)
    this.#tidy()
    return drawing
  }

  /** Keeps a drawing for as long as it is on the screen, until the returned function is called. */
  hold(key: string): () => void {
    this.#held.set(key, (this.#held.get(key) ?? 0) + 1)
    return () => {
      const left = (this.#held.get(key) ?? 1) - 1
      if (left > 0) this.#held.set(key, left)
      else this.#held.delete(key)
    }
  }

  async #drawn(pixels: Pixels, cells: Cells): Promise<() => Drawing> {
    const way = this.#way
    const { width, height } = this.#cell()
    const box = { width: width * cells.columns, height: height * cells.rows }
    const over = (sequence: string) => () => ({ lines: reserved(cells), over: sequence })
    if (way === 'sixel') return over(await sixelOf(pixels, box, this.#answers?.colours ?? USUAL_COLOURS))
    if (way === 'iterm2') return over(iterm2Of(await pngOf(pixels, box), cells))
    if (way === 'kitty') {
      const png = await pngOf(pixels, box)
      return () => {
        const { write, seed, env } = this.#options
        this.#kitty ??= new KittyPictures({ write, seed, tmux: Boolean(env.TMUX) })
        const { rows, free } = this.#kitty.send(png, cells)
        return { lines: rows, over: null, free }
      }
    }
    const lines = await textRows(pixels, cells, way, this.#options.colours)
    return () => ({ lines, over: null })
  }

  #tidy(): void {
    for (const [key, { free }] of this.#drawings) {
      if (this.#drawings.size <= KEPT) return
      if (this.#held.has(key)) continue
      this.#drawings.delete(key)
      free?.()
    }
  }

  #chosen(): PictureWay {
    const { choice, colours, env } = this.#options
    const cell = this.#answers !== null && toldCell(this.#answers, this.window()) !== null
    return pictureWay({ choice, colours, env, answers: this.#answers, tmux: this.#tmux, cell })
  }

  #looks(): string {
    return JSON.stringify([this.#way, this.#cell(), this.#answers?.colours])
  }

  #cell(): { width: number; height: number } {
    return cellSize(this.#answers ?? NO_ANSWERS, this.window())
  }

  #changed(): void {
    this.#version++
    for (const watcher of [...this.#watchers]) watcher()
  }
}

const contents = new WeakMap<Uint8Array, string>()

function contentOf(rgb: Uint8Array): string {
  const content = contents.get(rgb) ?? createHash('sha1').update(rgb).digest('base64')
  contents.set(rgb, content)
  return content
}

/** Lines of cells that frames leave to a picture. */
function reserved({ columns, rows }: Cells): string[] {
  return Array.from({ length: rows }, () => RESERVED.repeat(columns))
}
