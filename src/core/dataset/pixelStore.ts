import { hash } from 'node:crypto'

/** Where the pixels of a data set go while it is read, one image's after another's. What was written can be read again. */
export interface PixelStore {
  write(bytes: Uint8Array): void
  /** `length` bytes from `offset` on, all written before. They may be overwritten by the next call. */
  read(offset: number, length: number): Uint8Array
  /** SHA-256 of all that was written, in lower-case hex. Nothing is written after it. */
  sha256(): string
}

/** In memory: for few images. */
export class PixelMemory implements PixelStore {
  #bytes = new Uint8Array(2 ** 20)
  #length = 0

  write(bytes: Uint8Array): void {
    const length = this.#length + bytes.length
    if (length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(length, 2 * this.#bytes.length))
      grown.set(this.bytes)
      this.#bytes = grown
    }
    this.#bytes.set(bytes, this.#length)
    this.#length = length
  }

  read(offset: number, length: number): Uint8Array {
    return this.bytes.subarray(offset, offset + length)
  }

  sha256(): string {
    return hash('sha256', this.bytes, 'hex')
  }

  /** All that was written. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }
}
