/**
 * The lab as a person has it: the built program in a pseudo-terminal. Open, start the quick study on the sample, leave, come back, stop it, quit with
 * the terminal intact; signals, Ctrl+Z, windows of any size. Needs tmux; .ci/run installs it.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasTmux, openTerminal, PROMPT, type Session } from './tmux.ts'

const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const LAB = `${process.execPath} ${PROGRAM}`
let cwd = ''
let terminal: Session

const there = hasTmux()
if (!there) console.log('SKIPPED  the lab in a pseudo-terminal: it needs tmux (Debian package tmux)')

beforeEach(async () => {
  expect(existsSync(PROGRAM), 'npm run build').toBe(true)
  cwd = mkdtempSync(join(tmpdir(), 'mri-lab-terminal-'))
  terminal = await openTerminal(cwd, 100, 30)
})
afterEach(() => {
  try {
    execFileSync(process.execPath, [PROGRAM, 'stop'], { cwd, stdio: 'ignore' })
  } catch {
    // nothing in work
  }
  terminal.close()
  rmSync(cwd, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 })
})

function type(line: string): void {
  terminal.keys(line, 'Enter')
}

/** What the shell must still be able to do after the lab: echo what is typed, on the normal screen, with a cursor. */
async function expectTerminalIntact(): Promise<void> {
  type('echo in""tact; stty -a | grep -o " echo "')
  await terminal.until(/^intact\n echo$/m)
  expect(terminal.modes()).toEqual({ cursor: true, alternateScreen: false })
}

describe.runIf(there)('the lab in a terminal', () => {
  it('opens, starts the quick study by one key, is left and shows it again, stops it after asking, and quits', async () => {
    type(LAB)
    await terminal.until(/\[1 Lab\]/, 60)
    expect(readdirSync(cwd)).toEqual([]) // opening makes no file
    terminal.keys('s') // adds the sample and starts
    await terminal.until(/0\/12|[1-9]\d?\/12/, 60)
    terminal.keys('3')
    await terminal.until(/\[3 Live\]/)
    await terminal.until(/images\/s|img\/s/, 120)
    terminal.keys('q')
    await terminal.until(PROMPT)
    await expectTerminalIntact()

    type('clear; '.concat(LAB))
    await terminal.until(/▸ quick.* in work/)
    terminal.keys('x')
    await terminal.until(/Stop quick\?/)
    terminal.keys('y')
    await terminal.until(/▸ quick.* stopped/, 60)
    terminal.keys('q')
    await terminal.until(PROMPT)
    await expectTerminalIntact()
  })

  it.each(['SIGTERM', 'SIGHUP'] as const)('gives the terminal back after %s', async signal => {
    type(LAB)
    await terminal.until(/\[1 Lab\]/, 60)
    const [lab] = execFileSync('pgrep', ['-P', String(terminal.pid)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number)
    process.kill(lab!, signal)
    await terminal.until(PROMPT)
    await expectTerminalIntact()
  })

  it('is put aside by Ctrl+Z with the terminal as it was, and goes on where it was', async () => {
    type(LAB)
    await terminal.until(/\[1 Lab\]/, 60)
    terminal.keys('9')
    await terminal.until(/\[9 Doctor\]/)
    terminal.keys('C-z')
    await terminal.until(PROMPT)
    await expectTerminalIntact()
    terminal.resize(72, 20) // the window changes meanwhile
    type('clear; fg')
    await terminal.until(/^.*\[9 Doctor\].*\n.*\n ─{70}\n/)
    terminal.resize(100, 30)
    await terminal.until(/^.*\[9 Doctor\].*\n.*\n ─{98}\n/)
    terminal.keys('1')
    await terminal.until(/\[1 Lab\]/, 60)
    terminal.keys('q')
    await terminal.until(PROMPT)
    await expectTerminalIntact()
  })

  it('follows the window from 200x60 to 60x18, and says so below', async () => {
    type(LAB)
    for (const [columns, rows] of [
      [200, 60],
      [80, 24],
      [60, 18],
    ] as const) {
      terminal.resize(columns, rows)
      await terminal.until(/^[\s\S]*\[1 Lab\][\s\S]*q leave/)
    }
    terminal.resize(50, 15)
    await terminal.until(/60/)
    terminal.keys('q')
    terminal.resize(100, 30)
    await terminal.until(PROMPT)
  })
})
