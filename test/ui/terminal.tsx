/** Drawing at any size: Ink into a terminal of memory, whose frames are read as text. */
import { EventEmitter } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { render } from 'ink'
import type { ReactElement } from 'react'
import { expect, onTestFinished } from 'vitest'
import { columnsOf } from '../../src/ui/format/columns.ts'

/** Milliseconds. Beside other work a screen may be seconds late. */
const PATIENCE = 10_000

export interface Drawn {
  /** The last frame with its colours. */
  frame(): string
  /** The last frame's lines without colours, without spaces at their ends. */
  lines(): string[]
  /** Every frame so far. */
  readonly frames: readonly string[]
  /** Sends each as an event of its own, all before anything is drawn. */
  send(...keys: readonly string[]): void
  /** Sends keys as a terminal does, one event for each, and waits for the drawing. */
  press(...keys: readonly string[]): Promise<void>
  /** Waits until the text of a frame matches; throws with the last frame after PATIENCE. */
  until(pattern: RegExp | string): Promise<void>
  readonly unmount: () => void
}

/** Keys as terminals send them. */
export const KEYS = {
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  enter: '\r',
  escape: '\x1b',
  tab: '\t',
  backspace: '\x7f',
  pageDown: '\x1b[6~',
  pageUp: '\x1b[5~',
  ctrlP: '\x10',
  ctrlC: '\x03',
} as const

/** Draws `tree` on a terminal of this size, gone after the test. */
export function draw(tree: ReactElement, { columns = 100, rows = 30 } = {}): Drawn {
  const frames: string[] = []
  const output = Object.assign(new EventEmitter(), {
    columns,
    rows,
    isTTY: true,
    write: (text: string | Uint8Array, done?: unknown) => {
      // Not the modes that Ink sets, only frames.
      if (typeof text === 'string' && stripVTControlCharacters(text) !== '') frames.push(text)
      if (typeof done === 'function') done()
      return true
    },
  })
  const keyboard = new Keys()
  const instance = render(tree, {
    stdout: output as unknown as NodeJS.WriteStream,
    stdin: keyboard as unknown as NodeJS.ReadStream,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  })
  onTestFinished(() => instance.unmount())
  const frame = (): string => frames.at(-1) ?? ''
  const lines = (): string[] => linesOf(frame())
  return {
    frame,
    lines,
    frames,
    unmount: instance.unmount,
    send: (...keys) => {
      for (const key of keys) keyboard.send(key)
    },
    press: async (...keys) => {
      for (const key of keys) {
        keyboard.send(key)
        // An Esc on its own is known as such only after 20 ms.
        await wait(key === KEYS.escape ? 40 : 15)
      }
    },
    until: async pattern => {
      const start = performance.now()
      const found = (): boolean => {
        const text = lines().join('\n')
        return typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text)
      }
      while (!found()) {
        if (performance.now() - start > PATIENCE) throw new Error(`never saw ${pattern} in:\n${lines().join('\n')}`)
        await wait(10)
      }
    },
  }
}

/** A frame's lines without its colours and the spaces at line ends. */
export function linesOf(frame: string): string[] {
  return stripVTControlCharacters(frame)
    .split('\n')
    .map(line => line.trimEnd())
}

class Keys extends EventEmitter {
  readonly isTTY = true
  readonly #data: string[] = []
  send(data: string): void {
    this.#data.push(data)
    this.emit('readable')
  }
  read(): string | null {
    return this.#data.shift() ?? null
  }
  setEncoding(): void {}
  setRawMode(): void {}
  ref(): void {}
  unref(): void {}
}

/** The sizes that people have. */
export const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 100, rows: 30 },
  { columns: 200, rows: 60 },
]

/** A drawing fills the window's lines and goes over none of its columns. */
export function expectWithin(drawn: Drawn, { columns, rows }: { columns: number; rows: number }): void {
  const lines = drawn.lines()
  expect(lines.length).toBe(rows)
  for (const line of lines) expect(columnsOf(line), line).toBeLessThanOrEqual(columns)
}

/** Compares a drawing with its text in `frames/`. */
export async function expectFrame(drawn: Drawn, name: string, size: { columns: number; rows: number }): Promise<void> {
  expectWithin(drawn, size)
  const file = `./frames/${name}-${size.columns}x${size.rows}.txt`
  await expect(`${drawn.lines().join('\n')}\n`).toMatchFileSnapshot(file)
}
