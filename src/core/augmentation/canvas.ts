/**
 * An image that is being changed. Changes of grey levels wait as one table of 256 until something has to see the pixels, so that several of
 * them, and the last one's writing, are one pass; and how often a level occurs is counted once.
 */
import { countLevels } from './histogram.ts'
import { lookUp, type Pixels } from './table.ts'

/** Writes to `to` what it makes of `from`, both `width * height` grey bytes in row order. */
type Move = (from: Uint8Array, to: Uint8Array, width: number, height: number) => void

export class Canvas {
  #width = 0
  #height = 0
  /** The image but for the waiting table. */
  #pixels: Uint8Array = new Uint8Array()
  #buffers: readonly [Uint8Array, Uint8Array] = [new Uint8Array(), new Uint8Array()]
  /** What waits: the level that each level is to become. */
  readonly #table = new Uint8Array(256)
  #waiting = false
  /** Of #pixels. */
  readonly #counted = new Int32Array(256)
  #isCounted = false
  readonly #counts = new Int32Array(256)
  readonly #next = new Uint8Array(256)

  /** Begins with another image, which is only read. */
  begin(source: Uint8Array, width: number, height: number): void {
    this.#pixels = source
    this.#width = width
    this.#height = height
    this.#waiting = false
    this.#isCounted = false
    if (this.#buffers[0].length !== source.length)
      this.#buffers = [new Uint8Array(source.length), new Uint8Array(source.length)]
  }

  /** How often each level occurs now. Good until the next call of anything here. */
  counts(): Int32Array {
    if (!this.#isCounted) countLevels(this.#pixels, this.#counted)
    this.#isCounted = true
    if (!this.#waiting) return this.#counted
    this.#counts.fill(0)
    for (let level = 0; level < 256; level++) this.#counts[this.#table[level]!]! += this.#counted[level]!
    return this.#counts
  }

  /** Gives each level another: `fill` writes which to a table of 256. */
  retone(fill: (table: Uint8Array) => void): void {
    if (!this.#waiting) fill(this.#table)
    else {
      fill(this.#next)
      for (let level = 0; level < 256; level++) this.#table[level] = this.#next[this.#table[level]!]!
    }
    this.#waiting = true
  }

  /** Moves pixels; what comes from outside is black. A table that keeps black black can wait until afterwards. */
  move(work: Move): void {
    if (this.#waiting && this.#table[0] !== 0) this.#settle()
    const to = this.#free()
    work(this.#pixels, to, this.#width, this.#height)
    this.#pixels = to
    this.#isCounted = false
  }

  /** Changes pixels by more than their own level. */
  redraw(work: Move): void {
    this.#settle()
    this.move(work)
  }

  /** The image as it is now, to `target`. */
  writeTo(target: Pixels): void {
    if (this.#waiting) lookUp(this.#table, this.#pixels, target)
    else target.set(this.#pixels)
  }

  #settle(): void {
    if (!this.#waiting) return
    const to = this.#free()
    lookUp(this.#table, this.#pixels, to)
    this.#pixels = to
    this.#waiting = false
    this.#isCounted = false
  }

  #free(): Uint8Array {
    const [one, other] = this.#buffers
    return this.#pixels === one ? other : one
  }
}
