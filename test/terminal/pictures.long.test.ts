/**
 * How the program finds out what its terminal can draw: the built program in a pseudo-terminal that answers as real terminals did, at once, in
 * pieces, late or never. Needs Python 3.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import xterm from '@xterm/headless'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { KITTY, TMUX, XTERM, XTERM_SIXEL, XTERM_SIXEL_LIMITS } from '../ui/pictures/recorded.ts'

const PROGRAM = process.env.MRI_LAB_PROGRAM ?? fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const BRIDGE = fileURLToPath(new URL('answering.py', import.meta.url))
const SAMPLE = fileURLToPath(new URL('../../fixtures/sample', import.meta.url))
const QUESTION = '\x1b[>0q\x1b[16t\x1b[14t\x1b[c'
const LIMITS_QUESTION = '\x1b[?1;1;0S\x1b[?2;1;0S'
const PATIENCE = 60_000
let cwd = ''

beforeAll(() => {
  expect(existsSync(PROGRAM), 'npm run build').toBe(true)
  cwd = mkdtempSync(join(tmpdir(), 'mri-lab-pictures-'))
  execFileSync(process.execPath, [PROGRAM, 'data', 'add', 'sample', SAMPLE], { cwd, stdio: 'ignore' })
}, PATIENCE)
afterAll(() => rmSync(cwd, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 }))

/** The program on a terminal that keeps its screen; `answer` is called when a question was asked. */
function opened(answer: (send: (text: string) => void) => void) {
  const {
    TMUX: _,
    NO_COLOR: __,
    CI: ___,
    FORCE_COLOR: ____,
    TERM_PROGRAM: _____,
    LC_TERMINAL: ______,
    ...rest
  } = process.env
  const env = { ...rest, TERM: 'xterm-256color', COLORTERM: 'truecolor' }
  const bridge: ChildProcess = spawn('python3', [BRIDGE, process.execPath, PROGRAM], {
    cwd,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const screen = new xterm.Terminal({ cols: 110, rows: 34, allowProposedApi: true })
  let written = ''
  let asked = false
  const send = (text: string): void => void bridge.stdin?.write(text)
  bridge.stdout?.setEncoding('utf8').on('data', (text: string) => {
    written += text
    screen.write(text)
    if (!asked && written.includes(QUESTION)) {
      asked = true
      answer(send)
    }
  })
  const ended = new Promise<number | null>(resolve => bridge.on('exit', resolve))
  onTestFinished(() => void bridge.kill())
  const lines = (): string =>
    Array.from({ length: 34 }, (_line, y) => screen.buffer.active.getLine(y)?.translateToString(true) ?? '').join('\n')
  const until = async (what: string, found: () => boolean): Promise<void> => {
    const start = performance.now()
    while (!found()) {
      if (performance.now() - start > PATIENCE) throw new Error(`never ${what}; the screen:\n${lines()}`)
      await wait(50)
    }
  }
  return {
    send,
    written: () => written,
    lines,
    until,
    sees: (pattern: RegExp) => until(`saw ${pattern}`, () => pattern.test(lines())),
    ended,
  }
}

const there = ((): boolean => {
  try {
    execFileSync('python3', ['--version'])
    return true
  } catch {
    return false
  }
})()
if (!there) console.log('SKIPPED  pictures in a pseudo-terminal: they need Python 3')

const IN_PICTURES = { kitty: '\u{10eeee}', sixel: '\x1bP0;1;q"', blocks: '▄' } as const
const LATE = 'Kitty, after three seconds'
type Way = keyof typeof IN_PICTURES

const cases: [string, Way, (send: (text: string) => void) => void | Promise<void>][] = [
  ['Kitty, at once', 'kitty', send => send(KITTY)],
  [
    'Kitty, byte by byte',
    'kitty',
    async send => {
      for (const byte of KITTY) {
        send(byte)
        await wait(3)
      }
    },
  ],
  [
    LATE,
    'kitty',
    async send => {
      await wait(3000)
      send(KITTY)
    },
  ],
  [
    'xterm with Sixel',
    'sixel',
    async send => {
      send(XTERM_SIXEL)
      await wait(20)
      send(XTERM_SIXEL_LIMITS)
    },
  ],
  ['xterm without', 'blocks', send => send(XTERM)],
  ['tmux around ssh, with Sixel', 'blocks', send => send(TMUX)],
  ['no answer', 'blocks', () => {}],
]

describe.runIf(there)('a terminal that answers', () => {
  it.each(cases)(
    'as %s gets pictures by %s, and no key',
    async (name, way, answer) => {
      let answered: Promise<void> = Promise.resolve()
      const lab = opened(send => {
        answered = Promise.resolve(answer(send))
      })
      await lab.sees(/\[1 Lab\]/)
      await lab.until('asked', () => lab.written().includes(QUESTION))
      if (way === 'sixel') await lab.until('asked for limits', () => lab.written().includes(LIMITS_QUESTION))
      // No key comes within an answer: terminals send each at once.
      if (name !== LATE) await answered
      lab.send('7')
      await lab.sees(/\[counts\][\s\S]*ModerateDemented/)
      lab.send('\t')
      await lab.sees(/\[gallery\]/)
      const shown = (): string => (way === 'sixel' ? lab.written() : lab.lines())
      await lab.until(`drew by ${way}`, () => shown().includes(IN_PICTURES[way]))
      // Parts of answers would have opened a filter, a command line, help, or left.
      expect(/\[gallery\]/.test(lab.lines())).toBe(true)
      expect(/kitty\(|XTerm|tmux 3/.test(lab.lines())).toBe(false)
      lab.send('q')
      await lab.ended
      expect(lab.written().at(-1)).toBe('E')
      const after = lab.written().slice(lab.written().lastIndexOf('\x1b[?1049l'))
      expect(after).not.toMatch(/kitty|XTerm|\[\?6/)
      if (way === 'kitty') expect(lab.written().includes('\x1b_Ga=d,d=I')).toBe(true)
    },
    4 * PATIENCE,
  )

  it(
    'that is left before it answers leaves nothing of the answer to the shell',
    async () => {
      const lab = opened(send => {
        send('q')
        setTimeout(() => send(KITTY), 60)
      })
      await lab.ended
      expect(lab.written().at(-1)).toBe('E')
      expect(lab.written().includes('kitty(')).toBe(false)
    },
    2 * PATIENCE,
  )
})
