/** Answers of terminals: read whole or in pieces, and never taken for keys. */
import { PassThrough } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { cellSize, NO_ANSWERS, sortAnswers, toldCell, withAnswer } from '../../../src/ui/pictures/question.ts'
import { terminalInput } from '../../../src/ui/pictures/terminalInput.ts'
import { KITTY, TMUX, XTERM_SIXEL, XTERM_SIXEL_LIMITS } from './recorded.ts'

const WINDOW = { columns: 110, rows: 34 }
const read = (text: string) => sortAnswers(text).answers.reduce(withAnswer, NO_ANSWERS)

describe('an answer', () => {
  it('tells name, attributes and sizes', () => {
    expect(read(KITTY)).toEqual({
      name: 'kitty(0.41.1)',
      attributes: [62],
      cell: { width: 9, height: 18 },
      window: { width: 639, height: 396 },
      colours: null,
      largest: null,
    })
    expect(read(TMUX)).toMatchObject({ name: 'tmux 3.5a', attributes: [1, 2, 4], cell: { width: 16, height: 32 } })
    expect(read(XTERM_SIXEL + XTERM_SIXEL_LIMITS)).toMatchObject({ colours: 1024, largest: { width: 990, height: 646 } })
  })

  it('gives the size of a cell: as told, from the window, in xterm from its largest picture, or none', () => {
    expect(toldCell(read(KITTY), WINDOW)).toEqual({ width: 9, height: 18 })
    expect(toldCell(read('\x1b[4;680;1100t'), WINDOW)).toEqual({ width: 10, height: 20 })
    expect(toldCell(read(XTERM_SIXEL + XTERM_SIXEL_LIMITS), WINDOW)).toEqual({ width: 9, height: 19 })
    // xterm's limit of 1000 pixels: the width can only be reckoned from the height, too narrow rather than too wide
    expect(toldCell(read(`${XTERM_SIXEL}\x1b[?2;0;1000;950S`), { columns: 180, rows: 50 })).toEqual({ width: 8, height: 19 })
    expect(toldCell(read('\x1bP>|foot(1.21.0)\x1b\\\x1b[?2;0;4096;4096S'), WINDOW)).toBeNull()
    expect(toldCell(read('\x1b[6;0;0t\x1b[4;7;3t'), WINDOW)).toBeNull()
    expect(cellSize(NO_ANSWERS, WINDOW)).toEqual({ width: 10, height: 20 })
  })
})

/** The terminal's input as Ink reads it: keys that come through, and answers that were heard. */
function input() {
  const stream = new PassThrough()
  const answers: string[] = []
  const { stdin, expect: expectAnswers } = terminalInput(stream as unknown as NodeJS.ReadStream, answer =>
    answers.push(answer),
  )
  let keys = ''
  stdin.setEncoding('utf8')
  stdin.on('readable', () => {
    for (let chunk = stdin.read(); chunk !== null; chunk = stdin.read()) keys += String(chunk)
  })
  onTestFinished(() => void stream.destroy())
  const send = async (chunk: string) => {
    stream.write(chunk)
    await wait(1)
  }
  return { send, keys: () => keys, answers, expectAnswers }
}

const KEYS = ['j', '\x1b[A', '\x1b[6~', '\x1b[1;5C', '7', '\x1bOP', ' ', 'é', '\x1b[Z']

describe('the input', () => {
  it('keeps answers from the keys, wherever they are cut and whatever is pressed meanwhile', async () => {
    const part = fc.oneof(fc.constantFrom(...KEYS), fc.constantFrom(KITTY, XTERM_SIXEL, TMUX, XTERM_SIXEL_LIMITS))
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(1000), { maxLength: 8 }),
        async (parts, cuts) => {
          const { send, keys, answers, expectAnswers } = input()
          expectAnswers(true)
          const text = parts.join('')
          const places = [0, ...cuts.map(cut => cut % (text.length + 1)).sort((a, b) => a - b), text.length]
          for (let i = 1; i < places.length; i++) await send(text.slice(places[i - 1], places[i]))
          await wait(5)
          expect(keys()).toBe(parts.filter(one => KEYS.includes(one)).join(''))
          expect(answers.join('')).toBe(parts.filter(one => !KEYS.includes(one)).join(''))
        },
      ),
      { numRuns: 40 },
    )
  })

  it('holds an Esc for a moment while answers are expected, else not at all', async () => {
    const { send, keys, expectAnswers } = input()
    await send('\x1b')
    expect(keys()).toBe('\x1b')
    expectAnswers(true)
    await send('\x1b')
    expect(keys()).toBe('\x1b')
    await expect.poll(keys).toBe('\x1b\x1b')
  })

  it('drops an answer whose end never comes', async () => {
    const { send, keys, answers } = input()
    await send('\x1bP>|kit')
    await wait(1100)
    await send('j')
    expect(keys()).toBe('j')
    expect(answers).toEqual([])
  })

  it('hears answers long after the question', async () => {
    const { send, keys, answers, expectAnswers } = input()
    expectAnswers(false)
    await send(`a${KITTY}b`)
    expect(keys()).toBe('ab')
    expect(answers).toHaveLength(4)
  })
})
