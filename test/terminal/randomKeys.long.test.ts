/**
 * Keys at random for minutes, over a lab that trains a small study: every key of the table, halves of characters, escape sequences in parts, pastes,
 * answers that nobody asked for, windows of any size. The lab never breaks, the terminal is as it was afterwards, and no run is lost.
 *
 * MRI_LAB_KEYS_SEED presses the same keys again, MRI_LAB_KEYS_SECONDS says for how long. Needs tmux.
 */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomStream } from '../../src/core/shared/random.ts'
import { ACTIONS, actionNames } from '../../src/ui/keymap.ts'
import {
  endAll,
  eventually,
  expectIntact,
  type LabTerminal,
  LONG,
  labTerminal,
  programsIn,
  runsIn,
  told,
} from './labTerminal.ts'
import { hasTmux, PROMPT } from './tmux.ts'

const SECONDS = Number(process.env.MRI_LAB_KEYS_SECONDS ?? 90)
const SEED = process.env.MRI_LAB_KEYS_SEED ?? String(Date.now() % 1_000_000)
const there = hasTmux() && process.platform === 'linux'
if (!there) console.log('SKIPPED  random keys in a pseudo-terminal: they need Linux and tmux (Debian package tmux)')

const SPEC = {
  ...{ name: 'main', dataset: 'sample', models: ['cnn'], policies: ['none', 'flip'] },
  scenarios: [{ name: '100/0', real: 1 }],
  ...{ runs: 20, epochs: 4, patience: 4, size: 24, batch: 16, seed: 5 },
}

/** Keys that put the lab aside or end it: pressed alone, and looked at. */
const LEAVING = ['q', 'ctrl+c', 'ctrl+z']
/** Pressed only where the question on the screen may be answered so. */
const YES = 'y'
/** What a yes would lose, take for longer than the test lasts, or ask of the network. */
const NEVER_YES = /Delete|Download|diffusion|openai|pre-trained/
/** Starts what the form happens to say: a study of months, perhaps. */
const START = 's'

const SEQUENCES: Readonly<Record<string, string>> = {
  ...{ up: '\x1b[A', down: '\x1b[B', right: '\x1b[C', left: '\x1b[D', pageup: '\x1b[5~', pagedown: '\x1b[6~' },
  ...{ home: '\x1b[H', end: '\x1b[F', enter: '\r', escape: '\x1b', tab: '\t', 'shift+tab': '\x1b[Z' },
  ...{ backspace: '\x7f', space: ' ' },
}

/** In pieces, as a slow line brings them. */
const RUBBISH: readonly (readonly string[])[] = [
  ['\x1b', '[', 'A'],
  ['\x1b[', '1;5', 'C'],
  ['\x1bO', 'P'],
  ['\x1b[99999999999999999999~'],
  ['\x1b[', '\x1b[', '\x1b'],
  ['\x1b[200~pasted 80/0 \x1b[31mred\x1b[0m\r\n', 'second line\t\x07', '\x1b[201~'],
  ['\x1b[200~', `${'long '.repeat(400)}`, '\x1b[201~'],
  ['\x1b[201~'],
  ['\x1b[I', '\x1b[O'],
  ['\x1b[M !!', '\x1b[<0;10;10M', '\x1b[<0;10;10m'],
  ['\x1b]11;rgb:0000/0000/0000\x1b\\'],
  ['\x1b]52;c;', 'AAAA\x07'],
  ['\x1b_Gi=1;OK\x1b\\'],
  ['\x1b[?62;4;22c', '\x1b[?0u', '\x1b[6;16;8t'],
  ['\x1b[97;5u', '\x1b[57441;1:3u'],
  ['\0', '\x1c', '\x1d', '\x1f', '\x7f'],
  ['é', 'ß漢字', '👩‍🔬', '\u202e', '\u200b', 'a\u0301'],
  ['/run', ':loss', '?'],
]
/** Halves of characters, and bytes that begin none. */
const HALVES: readonly (readonly number[])[] = [
  [0xc3],
  [0xa9],
  [0xe2, 0x96],
  [0x91],
  [0xf0, 0x9f],
  [0x91, 0xa9],
  [0xff, 0xfe],
  [0x80],
]

describe.runIf(there)('random keys', () => {
  let cwd = ''
  let terminal: LabTerminal
  const random = randomStream(Number(SEED), 'keys in a terminal')
  const pressed: string[] = []
  const among = <T>(choices: readonly T[]): T => choices[Math.floor(random.uniform() * choices.length)]!
  const keys = [...new Set(actionNames().flatMap(action => ACTIONS[action].keys))].filter(
    key => ![...LEAVING, YES, START].includes(key),
  )

  beforeAll(async () => {
    console.log(`random keys: MRI_LAB_KEYS_SEED=${SEED}`)
    cwd = realpathSync(mkdtempSync(join(tmpdir(), 'mri-lab-keys-')))
    writeFileSync(join(cwd, 'main.json'), JSON.stringify(SPEC))
    told(cwd, 'run', 'main.json', '--detach', '--quiet')
    terminal = await labTerminal(cwd, 100, 30, { OPENAI_API_KEY: '', OPENAI_BASE_URL: 'http://127.0.0.1:9' })
  })
  afterAll(async () => {
    terminal.close()
    await endAll(cwd)
    rmSync(cwd, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 })
  })

  function send(text: string | readonly number[]): void {
    terminal.bytes(typeof text === 'string' ? Buffer.from(text) : Uint8Array.from(text))
  }

  function press(key: string): void {
    pressed.push(key)
    if (SEQUENCES[key] !== undefined) send(SEQUENCES[key])
    else send(key.startsWith('ctrl+') ? String.fromCharCode(key.charCodeAt(5) - 96) : key)
  }

  async function rubbish(): Promise<void> {
    const pieces = random.uniform() < 0.3 ? [among(HALVES)] : among(RUBBISH)
    pressed.push(JSON.stringify(pieces).slice(0, 60))
    for (const piece of pieces) {
      send(piece)
      await wait(random.uniform() * 40)
    }
  }

  function resize(): void {
    const [columns, rows] = [20 + Math.floor(random.uniform() * 200), 5 + Math.floor(random.uniform() * 65)]
    pressed.push(`${columns}x${rows}`)
    terminal.resize(columns, rows)
  }

  const labs = () => programsIn(cwd).filter(({ program }) => program === 'cli/main.js')

  /** Whether the lab was left or put aside by the key; whatever is typed then would be the shell's. */
  async function expectLeftOrNot(key: string): Promise<boolean> {
    press(key)
    for (let i = 0; i < 30; i++) {
      await wait(100)
      if (!terminal.modes().alternateScreen) return true
    }
    return false
  }

  async function reopen(key: string): Promise<void> {
    terminal.resize(100, 30)
    await terminal.until(PROMPT)
    terminal.type('echo code $?')
    // 148: stopped by SIGTSTP.
    await terminal.until(key === 'ctrl+z' ? /^code 148$/m : /^code 0$/m)
    await expectIntact(terminal)
    if (key === 'ctrl+z') {
      terminal.type('clear; fg')
      await terminal.until(/\[\d [A-Z]/)
    } else await terminal.open()
  }

  /** Nothing of the program's own faults, and the lab is still there. */
  async function expectWell(): Promise<void> {
    const screen = terminal.screen()
    const trail = `seed ${SEED}, the last keys: ${pressed.slice(-60).join(' ')}\n${screen}`
    expect(terminal.modes().alternateScreen, trail).toBe(true)
    expect(screen, trail).not.toMatch(/The other screens go on|TypeError|RangeError|ReferenceError|^ +at .*:\d+:\d+\)?$/m)
  }

  /** From wherever it is back to the first screen: the keyboard is heard. */
  async function home(): Promise<void> {
    terminal.resize(100, 30)
    send('\x1b[201~')
    for (let i = 0; i < 4; i++) {
      send('\x1b')
      await wait(150)
    }
    press('1')
    await terminal.until(/\[1 Lab\][\s\S]*main/).catch(thrown => {
      throw new Error(`seed ${SEED}, the last keys: ${pressed.slice(-60).join(' ')}\n${thrown}`)
    })
  }

  it(`for ${SECONDS} s: no fault, an intact terminal, no run lost`, async () => {
    await terminal.open()
    await eventually('the study trains', () => runsIn(cwd, '--status', 'done').length > 0, LONG)
    const early = runsIn(cwd, '--status', 'done')
    const end = performance.now() + SECONDS * 1000
    let left = 0
    for (let step = 1; performance.now() < end; step++) {
      const kind = random.uniform()
      if (kind < 0.03) {
        const key = among(LEAVING)
        if (await expectLeftOrNot(key)) {
          left++
          await reopen(key)
        }
      } else if (kind < 0.06) {
        await wait(200)
        const screen = terminal.screen()
        if (!NEVER_YES.test(screen)) press(YES)
      } else if (kind < 0.07) {
        if (!/\[2 Compose\]/.test(terminal.screen())) press(START)
      } else if (kind < 0.12) resize()
      else if (kind < 0.25) await rubbish()
      else press(among(keys))
      await wait(random.uniform() * 30)
      if (step % 10 === 0) await expectWell()
      if (step % 150 === 0) await home()
    }
    await home()
    await terminal.leave()
    console.log(`${pressed.length} keys, left ${left} times`)

    // Whatever was paused or stopped goes on, and ends as it would have.
    await endAll(cwd)
    told(cwd, 'run', 'main.json', '--quiet')
    const runs = runsIn(cwd, '--study', 'main')
    expect(runs).toHaveLength(40)
    expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['done']))
    for (const { id, validationLoss, seconds } of early) {
      expect(runs.find(run => run.id === id)).toMatchObject({ validationLoss, seconds }) // not trained twice
    }
    expect(labs()).toEqual([])
    told(cwd, 'db', 'check') // throws where anything is amiss
  })
})
