/**
 * Journeys of a user who has a keyboard alone: the built program in a pseudo-terminal, over one lab that begins as an empty folder. Each journey goes on
 * where the one before ended. Needs tmux.
 */
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { asked, endAll, eventually, type LabTerminal, LONG, labTerminal, programsIn, runsIn, told } from './labTerminal.ts'
import { hasTmux } from './tmux.ts'

const RUNS = 16
const there = hasTmux()
if (!there) console.log('SKIPPED  journeys in a pseudo-terminal: they need tmux (Debian package tmux)')

describe.runIf(there)('a journey by the keyboard', () => {
  let cwd = ''
  let terminal: LabTerminal

  beforeAll(() => {
    cwd = realpathSync(mkdtempSync(join(tmpdir(), 'mri-lab-journey-')))
  })
  afterAll(async () => {
    await endAll(cwd)
    rmSync(cwd, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 })
  })
  beforeEach(async () => {
    terminal = await labTerminal(cwd)
  })
  afterEach(() => terminal.close())

  const done = (): number => runsIn(cwd).filter(({ status }) => status === 'done').length
  /** In a number field of Compose. */
  const enter = async (field: string, value: string): Promise<void> => {
    await terminal.press('Down', new RegExp(`^▸ ${field} `, 'm'))
    terminal.keys('Enter')
    await terminal.until(/Enter takes it/)
    terminal.keys('C-u', value, 'Enter')
    await terminal.until(new RegExp(`^▸ ${field} +‹${value}›`, 'm'))
  }

  it('from an empty folder to the first study, which goes on while nobody looks', async () => {
    await terminal.open()
    await terminal.until(/There are no images here yet/)
    expect(readdirSync(cwd)).toEqual([]) // opening makes no file
    terminal.keys('d')
    await terminal.until(/There are images, and no study yet/)
    terminal.keys('n')
    await terminal.until(/\[2 Compose\][\s\S]*▸ name/)

    // A scenario with synthetic images, and its control.
    terminal.keys('a')
    await terminal.until(/60\/0/)
    await terminal.press('Down', /^▸ +60\/0/m)
    terminal.keys('Tab')
    await terminal.press('Right', /^▸ +60\/20 all/m)
    await terminal.press('Down', /^▸ controls/m)
    terminal.keys('Space')
    await terminal.until(/^▸ controls +‹\[x\]/m)
    await enter('runs', '2')
    await enter('epochs', '8')
    await enter('size', '24')
    await enter('batch', '16')
    await terminal.until(/8 cells, 16 runs/)
    await terminal.until(/s start/)
    terminal.keys('s')
    await terminal.until(/Make \d+ images with morph \(free\), then start study-1\?/)
    terminal.keys('y')

    await terminal.until(/\[3 Live\]/, LONG)
    await terminal.until(/img\/s|images\/s/, LONG)
    // The window changes while it trains, and the screen with it; nothing scrolls out.
    const before = terminal.scrolled()
    for (const [columns, rows] of [
      [60, 18],
      [200, 60],
      [80, 24],
      [100, 30],
    ] as const) {
      terminal.resize(columns, rows)
      const screen = await terminal.until(new RegExp(`^.*\\[3 Live\\].*\\n.*\\n ─{${columns - 2}}\\n[\\s\\S]*q leave`))
      expect(screen.trimEnd().split('\n')).toHaveLength(rows)
    }
    expect(terminal.scrolled()).toBe(before)
    await terminal.leave()

    const left = done()
    expect(programsIn(cwd).some(({ program }) => program === 'cli/main.js')).toBe(false)
    await eventually('the study goes on without a screen', () => done() > left, LONG)
    await terminal.open()
    await terminal.until(/study-1 .*\d+\/16/)
    await terminal.until(/16\/16/, LONG)
    terminal.keys('4')
    await terminal.until(/\[4 Tables\][\s\S]*60\/20 all control +\d\.\d+/)
    terminal.keys('Tab')
    await terminal.until(/\[contrasts\]/)
    await terminal.leave()
    const runs = runsIn(cwd)
    expect(runs).toHaveLength(RUNS)
    expect(runs.every(({ status, epochs }) => status === 'done' && (epochs ?? 0) > 0)).toBe(true)
  })

  it('to the best run by a filter, and what it looks at as a picture', async () => {
    const flips = runsIn(cwd).filter(({ policy }) => policy === 'flip')
    const best = flips.toSorted((a, b) => a.validationLoss! - b.validationLoss!)[0]!
    await terminal.open()
    terminal.keys('5')
    await terminal.until(/\[5 Runs\][\s\S]*16 runs/)
    terminal.keys('/', 'policy:flip loss<9', 'Enter')
    await terminal.until(/8 of 16 runs/)
    await terminal.press('>', /by loss/)
    terminal.keys('g')
    await terminal.until(new RegExp(`▸ +${best.id} `))
    terminal.keys('v')
    await terminal.until(new RegExp(`\\[6 Grad-CAM\\][\\s\\S]*run ${best.id} [\\s\\S]*(▀|▄)[\\s\\S]*0\\.\\d{3}`))
    terminal.keys('e')
    await terminal.until(/Write .*\.png\?/)
    terminal.keys('y')
    await terminal.until(/written to/)
    const [file] = readdirSync(cwd).filter(name => name.endsWith('.png'))
    expect(file).toContain(`run${best.id}-`)
    const { channels } = await sharp(join(cwd, file!)).stats()
    expect(Math.max(...channels.map(({ stdev }) => stdev))).toBeGreaterThan(10) // neither black nor blank
    // Back, step by step, to where one was.
    terminal.keys('Escape')
    await terminal.until(/\[5 Runs\][\s\S]*8 of 16 runs/)
    await terminal.leave()
  })

  it('to a table for a paper', async () => {
    await terminal.open()
    terminal.keys('4')
    await terminal.until(/\[4 Tables\]/)
    terminal.resize(160, 30)
    await terminal.press('f', /e as latex/)
    terminal.keys('e')
    await terminal.until(/Write .*\.tex\?/)
    terminal.keys('y')
    await terminal.until(/written to/)
    const [file] = readdirSync(cwd).filter(name => name.endsWith('.tex'))
    const written = readFileSync(join(cwd, file!), 'utf8')
    expect(written).toBe(told(cwd, 'tables', '--study', 'study-1', '--metric', 'loss', '--format', 'latex'))
    expect(written).toContain('tabular')
    await terminal.leave()
  })

  it('to a bank of morphs', async () => {
    const bank = (): unknown[] => asked(cwd, 'synth', 'list') as unknown[]
    const before = bank().length
    await terminal.open()
    terminal.keys('8')
    await terminal.until(/\[8 Bank\][\s\S]*morph/)
    terminal.keys('BTab')
    await terminal.until(/\[make\][\s\S]*how many/)
    await terminal.press('Down', /^▸ how many/m)
    await terminal.press('Right', /‹40 %›/)
    await terminal.until(/s start/)
    terminal.keys('s')
    const [, count] = /Make (\d+) images with morph \(free\)\?/.exec(await terminal.until(/Make \d+ images with morph/))!
    terminal.keys('y')
    await terminal.until(/✓ done/, LONG)
    expect(bank()).toHaveLength(before + Number(count))
    await terminal.leave()
  })

  it('through a failed run, put back in the queue by a key', async () => {
    await terminal.open()
    terminal.keys('2')
    await terminal.until(/\[2 Compose\][\s\S]*▸/)
    await terminal.press('Up', /^▸ name/m)
    terminal.keys('Enter', 'C-u', 'failing', 'Enter')
    await terminal.until(/▸ name +‹failing›/)
    await enter('runs', '1')
    await enter('epochs', '12')
    await enter('stop after', '12')
    await enter('size', '24')
    await terminal.until(/4 cells, 4 runs/)
    await terminal.until(/s start/)
    terminal.keys('s')
    await terminal.until(/\[3 Live\]/, LONG)
    // Whoever trains is killed while it trains, until a run has had enough of it.
    const count = (status: string): number => runsIn(cwd, '--study', 'failing', '--status', status).length
    await eventually(
      'a run fails',
      () => {
        if (count('running') > 0) {
          for (const { pid, program } of programsIn(cwd)) if (program === 'runner/trainer.js') process.kill(pid, 'SIGKILL')
        }
        return count('failed') > 0
      },
      LONG,
    )
    await terminal.until(/✕/)
    terminal.keys('5')
    await terminal.until(/\[5 Runs\]/)
    terminal.keys('/', 'status:failed', 'Enter')
    await terminal.until(/▸ .*✕ failed/)
    terminal.keys('Enter') // what went wrong
    await terminal.until(/trainer died/)
    const before = count('failed')
    terminal.keys('t')
    await eventually('this run is failed no more', () => count('failed') === before - 1)
    terminal.keys('3')
    if (before > 1) {
      await terminal.until(/\[3 Live\][\s\S]*t retry/)
      terminal.keys('t') // and all others
    }
    await eventually('no run is failed any more', () => count('failed') === 0)
    terminal.keys('1')
    await terminal.until(/failing +4\/4/, LONG)
    expect(count('done')).toBe(4)
    await terminal.leave()
    expect(told(cwd, 'db', 'check')).toBeDefined() // it exits 0
  })
})
