/** The terminal as Ink is given it: its answers are kept from the keys, and pictures come to the screen with the frames. */
import { askTmux } from './askTmux.ts'
import { Pictures } from './pictures.ts'
import { endsLimits, NO_ANSWERS, QUESTION, SIXEL_QUESTION, SIZE_QUESTION, withAnswer } from './question.ts'
import { terminalInput, withMethod } from './terminalInput.ts'
import type { PictureChoice } from './ways.ts'

/** Milliseconds that the terminal is given to answer; what comes later is heeded too. */
const PATIENCE = 150
/** Milliseconds after which no answer is thought to be on its way, so that Esc is a key at once. */
const SILENT = 2000
/** Milliseconds: a frame comes after most changes of the window. */
const AFTER_RESIZE = 60
const SIXEL = 4
const ESCAPE = '\u001b'
const ENTER_SCREEN = `${ESCAPE}[?1049h`
const LEAVE_SCREEN = `${ESCAPE}[?1049l`
/** No frame, only how the terminal is to behave. */
const MODES = new RegExp(`^(?:${ESCAPE}\\[\\?\\d+[hl])*$`)

export interface PictureTerminalOptions {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly choice: PictureChoice
  /** Colours of text; 1: none are wanted. */
  readonly colours: number
  readonly env: Readonly<Record<string, string | undefined>>
  /** The process's number. */
  readonly pid: number
}

export interface PictureTerminal {
  /** For Ink. */
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly pictures: Pictures
  /** Asks what it can draw. The terminal must not echo by then. */
  ask(): void
  /** Resolves when no answer is to be waited for, so that none is left to the shell. Reads the terminal's input itself: for when Ink has ended. */
  drain(): Promise<void>
}

export function pictureTerminal({ stdin, stdout, choice, colours, env, pid }: PictureTerminalOptions): PictureTerminal {
  const write = (text: string): void => void stdout.write(text)
  const size = () => ({ columns: stdout.columns, rows: stdout.rows })
  const pictures = new Pictures({ choice, colours, env, write, size, seed: pid })
  const input = terminalInput(stdin, answer => heard(answer))
  let known = NO_ANSWERS
  let waiting: Promise<void> | null = null
  let settle = (): void => {}

  const expectAnswers = (): void => {
    input.expect(true)
    waiting = new Promise(resolve => {
      const timer = setTimeout(() => settle(), PATIENCE)
      settle = () => {
        clearTimeout(timer)
        waiting = null
        pictures.learn(known)
        resolve()
      }
    })
    setTimeout(() => input.expect(false), SILENT).unref()
  }
  const heard = (answer: string): void => {
    known = withAnswer(known, answer)
    const last = answer.endsWith('c')
    if (last && known.attributes.includes(SIXEL)) write(SIXEL_QUESTION)
    else if (waiting !== null && (last || endsLimits(answer))) {
      input.expect(false)
      settle()
    } else if (waiting === null) pictures.learn(known)
  }
  const onResize = (): void => {
    pictures.overlays.forget()
    if (pictures.way === 'sixel') write(SIZE_QUESTION + SIXEL_QUESTION)
    setTimeout(() => write(pictures.overlays.due()), AFTER_RESIZE)
  }
  stdout.on('resize', onResize)

  const framed = (text: string | Uint8Array, ...rest: unknown[]): boolean => {
    const send = stdout.write.bind(stdout) as (text: string | Uint8Array, ...rest: unknown[]) => boolean
    if (text === LEAVE_SCREEN) pictures.leave()
    if (text === ENTER_SCREEN) {
      pictures.overlays.forget()
      pictures.enter()
    }
    // Pictures come with frames, not before: the first one on a new screen may scroll.
    return send(typeof text !== 'string' || MODES.test(text) ? text : pictures.overlays.frame(text), ...rest)
  }
  return {
    stdin: input.stdin,
    stdout: withMethod(stdout, 'write', framed),
    pictures,
    ask: () => {
      if (colours <= 1 || !ASKED.includes(choice)) return
      if (env.TMUX) void askTmux(env).then(answers => pictures.learn(null, answers))
      else {
        expectAnswers()
        write(QUESTION)
      }
    },
    drain: async () => {
      stdout.off('resize', onResize)
      if (waiting === null || !stdin.isTTY) return
      const swallow = (): void => {
        while (input.stdin.read() !== null);
      }
      stdin.setRawMode(true)
      stdin.on('readable', swallow)
      await waiting
      stdin.off('readable', swallow)
      stdin.setRawMode(false)
    },
  }
}

/** Where there is something to find out: the way, or the size of a cell. */
const ASKED: readonly PictureChoice[] = ['auto', 'kitty', 'iterm2', 'sixel']
