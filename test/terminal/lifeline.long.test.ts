/**
 * A lab whose terminal goes, or whose own process ends in a way that nobody wished: the study goes on, nothing is left behind but its runner, and a
 * terminal that is still there is as it was. Needs tmux, and /proc.
 */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  endAll,
  eventually,
  expectIntact,
  type LabTerminal,
  LONG,
  labTerminal,
  OPEN_LAB,
  programsIn,
  runsIn,
  told,
} from './labTerminal.ts'
import { hasTmux, PROMPT } from './tmux.ts'

const there = hasTmux() && process.platform === 'linux'
if (!there) console.log('SKIPPED  a lab whose terminal goes: it needs Linux and tmux (Debian package tmux)')

/** Long enough to be in work through all of it; stopped at the end. */
const SPEC = {
  ...{ name: 'long', dataset: 'sample', models: ['cnn'], policies: ['none', 'flip'] },
  scenarios: [{ name: '100/0', real: 1 }],
  ...{ runs: 200, epochs: 4, patience: 4, size: 24, batch: 32, seed: 3 },
}

describe.runIf(there)('a lab while a study trains', () => {
  let cwd = ''
  let terminal: LabTerminal

  beforeAll(() => {
    cwd = realpathSync(mkdtempSync(join(tmpdir(), 'mri-lab-lifeline-')))
    writeFileSync(join(cwd, 'long.json'), JSON.stringify(SPEC))
    told(cwd, 'run', 'long.json', '--detach', '--quiet')
  })
  afterAll(async () => {
    await endAll(cwd)
    expect(told(cwd, 'db', 'check')).toBeDefined()
    rmSync(cwd, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 })
  })
  afterEach(() => terminal.close())

  const done = () => runsIn(cwd, '--status', 'done')
  const screens = () =>
    programsIn(cwd).filter(({ program }) => program !== 'runner/main.js' && program !== 'runner/trainer.js')
  const runners = () => programsIn(cwd).filter(({ program }) => program === 'runner/main.js')

  /** In Live, where it draws all the time, with the explainer's thread at work too. */
  async function openLive(): Promise<void> {
    await terminal.open()
    terminal.keys('3')
    await terminal.until(/\[3 Live\][\s\S]*images\/s/, LONG)
  }

  async function expectToGoOn(before: readonly { id: number; validationLoss: number | null }[]): Promise<void> {
    await eventually('the lab that lost its terminal ends', () => screens().length === 0)
    expect(runners()).toHaveLength(1)
    await eventually('the study goes on', () => done().length > before.length, LONG)
    const after = new Map(done().map(run => [run.id, run.validationLoss]))
    for (const { id, validationLoss } of before) expect(after.get(id)).toBe(validationLoss)
    terminal = await labTerminal(cwd)
    await openLive()
    await terminal.leave()
  }

  it('whose line dies: it ends, the study goes on, and the next shows it', async () => {
    terminal = await labTerminal(cwd)
    await openLive()
    const before = done()
    const [runner] = runners()
    terminal.cut()
    await expectToGoOn(before)
    expect(runners()).toEqual([runner]) // the same one
  })

  it('whose line dies under a shell that passes no hang-up on', async () => {
    terminal = await labTerminal(cwd)
    terminal.type('trap "" HUP')
    await openLive()
    const before = done()
    terminal.cut()
    await expectToGoOn(before)
  })

  it('whose line dies while it is put aside', async () => {
    terminal = await labTerminal(cwd)
    await openLive()
    terminal.keys('C-z')
    await terminal.until(PROMPT)
    const before = done()
    terminal.cut()
    await expectToGoOn(before)
  })

  it('which breaks: says why on the screen of before, and gives the terminal back', async () => {
    // A fault that the program cannot have foreseen, brought in from outside at a signal.
    const fault = 'process.on("SIGUSR2",()=>{throw(new(Error)("planted"))})'
    terminal = await labTerminal(cwd, 100, 30, {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fault)}`,
    })
    await openLive()
    const [lab] = screens()
    process.kill(lab!.pid, 'SIGUSR2')
    const screen = await terminal.until(/^ready>$/m)
    expect(screen).toMatch(/planted/)
    terminal.type('echo code $?')
    await terminal.until(/^code 1$/m)
    await expectIntact(terminal)
    expect(screens()).toEqual([])
  })

  it.each(['q', 'C-c', 'SIGTERM', 'SIGHUP'])('which ends by %s leaves the screen of before as it was', async end => {
    terminal = await labTerminal(cwd)
    terminal.type('for i in 1 2 3; do echo line $i; done')
    await terminal.until(/line 3\nready>$/m)
    const before = terminal.screen().trimEnd()
    terminal.type(OPEN_LAB)
    await terminal.until(/\[1 Lab\]/)
    terminal.keys('3')
    await terminal.until(/\[3 Live\]/)
    if (end.startsWith('SIG')) process.kill(screens()[0]!.pid, end)
    else terminal.keys(end)
    await terminal.until(PROMPT)
    const after = terminal.screen().trimEnd()
    expect(after.startsWith(before)).toBe(true)
    const added = after.slice(before.length).trim().split('\n')
    // The command, what is said of the end, and the prompt.
    expect(added.at(-1)).toBe('ready>')
    expect(added.join('\n')).not.toMatch(/\[3 Live\]|─/)
    expect(terminal.scrolled()).toBe(0)
    await expectIntact(terminal)
  })
})
