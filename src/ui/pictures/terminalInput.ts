/** The terminal's input without its answers to questions: Ink would take parts of them for keys. */
import { sortAnswers } from './question.ts'

/** Milliseconds that what may be a key waits for the rest of an answer: packets of one answer come within. */
const HELD = 60
/** Milliseconds after which the rest of an answer is not expected. */
const LOST = 1000

export interface TerminalInput {
  /** For Ink, in place of the terminal's own. */
  readonly stdin: NodeJS.ReadStream
  /** While answers are expected an Esc waits a moment, as one may begin with it. */
  expect(answers: boolean): void
}

/** Reads `stdin`; `onAnswer` is told each complete answer, however it came in pieces. */
export function terminalInput(stdin: NodeJS.ReadStream, onAnswer: (answer: string) => void): TerminalInput {
  let expecting = false
  let begun = ''
  let released = ''
  let timer: NodeJS.Timeout | undefined

  /** Keys that nothing else follows: Ink is told to read again. */
  const release = (): void => {
    timer = undefined
    const { surely } = sortAnswers(begun)
    if (!surely) released += begun
    begun = ''
    if (released !== '') stdin.emit('readable')
  }
  const read = (...size: [number?]): string | null => {
    for (;;) {
      const chunk: unknown = stdin.read(...size)
      if (chunk === null) {
        const keys = released
        released = ''
        return keys === '' ? null : keys
      }
      const sorted = sortAnswers(begun + String(chunk))
      const hold = sorted.begun !== '' && (expecting || sorted.surely)
      clearTimeout(timer)
      timer = hold ? setTimeout(release, sorted.surely ? LOST : HELD) : undefined
      begun = hold ? sorted.begun : ''
      for (const answer of sorted.answers) onAnswer(answer)
      const keys = released + sorted.keys + (hold ? '' : sorted.begun)
      released = ''
      if (keys !== '') return keys
    }
  }
  return {
    stdin: withMethod(stdin, 'read', read),
    expect: answers => {
      expecting = answers
    },
  }
}

/** The same object but for one method. */
export function withMethod<T extends object, K extends keyof T>(of: T, name: K, method: unknown): T {
  const bound = new Map<unknown, unknown>()
  return new Proxy(of, {
    get(target, key) {
      if (key === name) return method
      const value: unknown = Reflect.get(target, key, target)
      if (typeof value !== 'function') return value
      if (!bound.has(value)) bound.set(value, value.bind(target))
      return bound.get(value)
    },
    set: (target, key, value) => Reflect.set(target, key, value, target),
  })
}
