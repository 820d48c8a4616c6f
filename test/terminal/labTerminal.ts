/** The built lab in a pseudo-terminal, over a folder that a test keeps: opened, driven, asked from outside, and seen to leave nothing behind. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { openTerminal, PROMPT, type Session } from './tmux.ts'

/** What `npm run build` made. */
const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
export const OPEN_LAB = `${process.execPath} ${PROGRAM}`
/** Seconds for what takes one or two on a quiet machine. */
const PATIENCE = 60
/** For a small study, or images to be made. */
export const LONG = 300

export interface LabTerminal extends Omit<Session, 'until'> {
  /** As the session's, with more patience. */
  until(pattern: RegExp, seconds?: number): Promise<string>
  /** Types a line to the shell. */
  type(line: string): void
  /** Opens the lab and waits for its first screen. */
  open(): Promise<void>
  /** Leaves by `q` and expects the terminal as it was. */
  leave(): Promise<void>
  /** Presses a key until the screen matches: down to a field, on to a format. */
  press(key: string, pattern: RegExp): Promise<string>
}

/** Opens a terminal of this size in `cwd`, in whose shell nothing of the lab runs yet. */
export async function labTerminal(
  cwd: string,
  columns = 100,
  rows = 30,
  env: Record<string, string> = {},
): Promise<LabTerminal> {
  const session = await openTerminal(cwd, columns, rows, env)
  const terminal: LabTerminal = {
    ...session,
    until: (pattern, seconds = PATIENCE) => session.until(pattern, seconds),
    type: line => session.keys(line, 'Enter'),
    async open() {
      terminal.type(`clear; ${OPEN_LAB}`)
      await terminal.until(/\[1 Lab\]/)
    },
    async leave() {
      session.keys('q')
      await terminal.until(PROMPT)
      await expectIntact(terminal)
    },
    async press(key, pattern) {
      for (let presses = 0; presses < 60; presses++) {
        const before = session.screen()
        if (pattern.test(before)) return before
        session.keys(key)
        await changed(session, before)
      }
      throw new Error(`no ${pattern} by pressing ${key}; the screen:\n${session.screen()}`)
    },
  }
  return terminal
}

/** Where the cursor is and what a list says of its order: not what changes of itself, a count or the time that is left. */
function aimed(screen: string): string {
  return screen
    .split('\n')
    .filter(line => /[▸‹]|by |e as /.test(line))
    .join('\n')
}

/** Waits until the key has done something, some seconds at most. Else a slow machine would make two steps of one. */
async function changed(session: Session, before: string): Promise<void> {
  for (let i = 0; i < 200; i++) {
    await wait(25)
    if (aimed(session.screen()) !== aimed(before)) return
  }
}

/** What the shell must be able to do after the lab: echo what is typed, on the normal screen, with a cursor. */
export async function expectIntact(terminal: Pick<LabTerminal, 'type' | 'until' | 'modes'>): Promise<void> {
  terminal.type('echo in""tact; stty -a | grep -o " echo "')
  await terminal.until(/^intact\n echo$/m)
  expect(terminal.modes()).toEqual({ cursor: true, alternateScreen: false })
}

/** What the command line says of the lab in `cwd`, read as JSON. */
export function asked(cwd: string, ...args: string[]): unknown {
  return JSON.parse(told(cwd, ...args, '--json'))
}

/** What the command line prints; throws where it fails. */
export function told(cwd: string, ...args: string[]): string {
  return execFileSync(process.execPath, [PROGRAM, ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  })
}

export interface ToldRun {
  readonly id: number
  readonly study: string
  readonly status: string
  readonly policy: string
  readonly validationLoss: number | null
  readonly seconds: number | null
  readonly epochs: number | null
}

export function runsIn(cwd: string, ...args: string[]): ToldRun[] {
  return asked(cwd, 'runs', ...args) as ToldRun[]
}

/** Waits for something outside the terminal. */
export async function eventually(what: string, holds: () => boolean, seconds = PATIENCE): Promise<void> {
  const deadline = performance.now() + seconds * 1000
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`)
    await wait(200)
  }
}

/** Process ids of this build's programs at work in `cwd`, by program: `cli/main.js`, `runner/main.js`, ... (Linux). */
export function programsIn(cwd: string): { readonly pid: number; readonly program: string }[] {
  const dist = dirname(dirname(PROGRAM))
  return readdirSync('/proc').flatMap(name => {
    if (!/^\d+$/.test(name)) return []
    try {
      if (readlinkSync(`/proc/${name}/cwd`) !== cwd) return []
      const args = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0')
      const path = args.find(arg => arg.startsWith(`${dist}/`))
      return path === undefined ? [] : [{ pid: Number(name), program: path.slice(dist.length + 1) }]
    } catch {
      return [] // it has ended meanwhile
    }
  })
}

/** Stops what trains in `cwd` and waits until nothing of the lab is left there. */
export async function endAll(cwd: string): Promise<void> {
  try {
    told(cwd, 'stop')
  } catch {
    // nothing in work
  }
  await eventually(`all of the lab in ${cwd} has ended`, () => programsIn(cwd).length === 0)
}
