/** Moving about: tabs, back, help, palette, filter, questions; following the database. */
import { describe, expect, it } from 'vitest'
import { openStore } from '../../src/store/index.ts'
import { App } from '../../src/ui/app.tsx'
import { exampleSpec, type FixtureLab, fillStore, fixtureLab } from './labFixture.ts'
import { type Drawn, draw, KEYS } from './terminal.tsx'

const SIZE = { columns: 100, rows: 30 }

function open(lab: FixtureLab): Drawn {
  return draw(<App lab={lab} window={SIZE} />, SIZE)
}

/** The line of the cursor. */
function cursorLine(drawn: Drawn): string {
  return drawn.lines().find(line => line.includes('▸')) ?? ''
}

const RUNNING = { runner: { alive: true, pid: 1 }, study: 'mild-and-moderate', done: 40, failed: 1, total: 72 }

describe('the shell', () => {
  it('draws its first frame at once', () => {
    expect(open(fixtureLab()).lines().join('\n')).toContain('mild-and-moderate')
  })

  it('goes where the numbers say, and Esc goes back where one was', async () => {
    const drawn = open(fixtureLab())
    await drawn.press('5')
    await drawn.until('72 runs')
    await drawn.press('4')
    await drawn.until('Stands on')
    await drawn.press(KEYS.escape)
    await drawn.until('72 runs')
    await drawn.press(KEYS.escape)
    await drawn.until('medians of mild-and-moderate')
    await drawn.press(KEYS.escape)
    await drawn.until('medians of mild-and-moderate')
  })

  it('keeps the cursor of a screen while another is shown', async () => {
    const drawn = open(fixtureLab())
    await drawn.press('5')
    await drawn.until('72 runs')
    await drawn.press('j', 'j', '1')
    await drawn.until('Next')
    await drawn.press('5')
    await drawn.until('72 runs')
    expect(cursorLine(drawn)).toMatch(/▸ +3 /)
  })

  it('counts keys that arrive together', async () => {
    const drawn = open(fixtureLab())
    await drawn.press('5')
    await drawn.until('72 runs')
    await drawn.press('jjjj')
    await drawn.until(/▸ +5 /)
    await drawn.press('G')
    await drawn.until(/▸ +72 /)
    await drawn.press('kg')
    await drawn.until(/▸ +1 /)
  })

  it('takes Esc and a key that arrive together for both, but in a line of text for a slip', async () => {
    const drawn = open(fixtureLab())
    await drawn.press('5')
    await drawn.until('72 runs')
    await drawn.press('/flip', KEYS.enter)
    await drawn.until('24 of 72 runs')
    await drawn.press(`${KEYS.escape}G`)
    await drawn.until('  72 runs')
    await drawn.until(/▸ +72 /)
    await drawn.press('/flip', `${KEYS.escape}b`, ' 80/0')
    await drawn.until('8 of 72 runs')
  })

  it('filters with what is typed, even when it comes at once, and Esc ends it', async () => {
    const drawn = open(fixtureLab())
    await drawn.press('5')
    await drawn.until('72 runs')
    await drawn.press('/flip 80/0q')
    await drawn.until('No run fits /flip 80/0q')
    await drawn.press(KEYS.backspace)
    await drawn.until('8 of 72 runs')
    await drawn.press(KEYS.enter, 'j')
    await drawn.until(/▸ +14 /)
    await drawn.press(KEYS.escape)
    await drawn.until('  72 runs')
  })

  it('sorts by any column, either way', async () => {
    const drawn = open(fixtureLab())
    await drawn.press('5')
    await drawn.until('72 runs')
    await drawn.press('>>>>>>>')
    await drawn.until('loss▲')
    await drawn.press('o')
    await drawn.until('loss▼')
    const losses = drawn.lines().flatMap(line => /✓ done\s+([\d.]+)/.exec(line)?.[1] ?? [])
    expect(losses.length).toBeGreaterThan(10)
    expect(losses).toEqual(losses.toSorted((a, b) => Number(b) - Number(a)))
  })

  it('shows help, which is searched, over the screen and closes it again', async () => {
    const drawn = open(fixtureLab())
    await drawn.press('?')
    await drawn.until('searches')
    await drawn.press('/grad-cam')
    await drawn.until('see with Grad-CAM')
    expect(drawn.lines().join('\n')).not.toContain('sort by')
    await drawn.press(KEYS.enter, KEYS.escape)
    await drawn.until('medians of')
  })

  it('finds commands by their words', async () => {
    const drawn = open(fixtureLab())
    await drawn.press(KEYS.ctrlP, 'tables')
    await drawn.until('▸ go to Tables')
    await drawn.press(KEYS.enter)
    await drawn.until('Stands on')
  })

  it('asks before it stops a study, and takes no for an answer', async () => {
    const lab = fixtureLab({ done: 40, status: RUNNING })
    const drawn = open(lab)
    await drawn.press('x')
    await drawn.until('Stop mild-and-moderate?')
    await drawn.press('5', 'n')
    await drawn.until(/^(?!.*Stop mild)/s)
    expect(lab.asked).toEqual([])
    await drawn.press('xy')
    await drawn.until(/^(?!.*Stop mild)/s)
    expect(lab.asked).toEqual(['stop mild-and-moderate'])
  })

  it('leads a newcomer from nothing to a study', async () => {
    const lab = fixtureLab({ database: false })
    const drawn = open(lab)
    await drawn.until('no images here yet')
    await drawn.press('d')
    await drawn.until('There are images, and no study yet')
    await drawn.press('s')
    await drawn.until(/^(?!.*Starting)/s)
    expect(lab.asked).toEqual(['add sample', 'start quick'])
    lab.store.close()
  })

  it('says in a line why something could not be done', async () => {
    const lab = fixtureLab({ done: 40, status: RUNNING })
    const drawn = draw(
      <App
        lab={{ ...lab, control: { ...lab.control, pause: () => Promise.reject(new Error('the disk\nis full')) } }}
        window={SIZE}
      />,
      SIZE,
    )
    await drawn.press('p')
    await drawn.until('✕ the disk is full')
  })

  it('keeps a fault of one screen to that screen', async () => {
    const lab = fixtureLab()
    lab.store.studies.updateSpec('mild-and-moderate', { name: 7 })
    const drawn = open(lab)
    await drawn.press('4')
    await drawn.until('The other screens go on')
    await drawn.press('5')
    await drawn.until('72 runs')
  })

  it('shows in the footer only what can be done now', async () => {
    const lab = fixtureLab({ done: 40, status: RUNNING })
    const drawn = open(lab)
    await drawn.until('p pause')
    expect(drawn.lines().at(-1)).not.toContain('resume')
    lab.setStatus({ runner: null })
    await drawn.until('r resume')
    expect(drawn.lines().at(-1)).not.toContain('pause')
  })
})

it('says on the Lab screen what is wrong with own settings', async () => {
  const drawn = draw(<App lab={fixtureLab()} window={SIZE} problems={["keys: there is no action 'none'"]} />, SIZE)
  await drawn.until("! keys: there is no action 'none'")
})

it('goes by the palette to any study and dataset', async () => {
  const drawn = open(fixtureLab())
  await drawn.press(KEYS.ctrlP, ...'runs of mild', KEYS.enter)
  await drawn.until('72 runs of mild-and-moderate')
  await drawn.press(':', ...'synthetic sample', KEYS.enter)
  await drawn.until('[8 Bank]')
})

describe('following the database', () => {
  it('shows what another process wrote, and draws nothing while nothing changes', async () => {
    const lab = fixtureLab({ done: 40 })
    const drawn = open(lab)
    await drawn.press('5')
    await drawn.until('72 runs')
    const other = openStore(lab.database, { now: () => new Date(0), mode: 'write' })
    fillStore(other, exampleSpec({ name: 'another', runs: 1 }))
    await drawn.until('81 runs')
    const frames = drawn.frames.length
    other.notes.add({ study: 'another' }, 'changes the version, but no run')
    other.close()
    await new Promise(resolve => setTimeout(resolve, 600))
    expect(drawn.frames.length).toBe(frames)
  })
})

describe('a study that ends', () => {
  const AT_WORK = { done: 70, status: { runner: { alive: true, pid: 1 }, study: 'mild-and-moderate', done: 70, total: 72 } }

  it('is told of once, wherever one is, where that is wanted', async () => {
    const lab = fixtureLab({ ...AT_WORK, notifies: true })
    const drawn = draw(<App lab={lab} window={{ columns: 160, rows: 30 }} />, { columns: 160, rows: 30 })
    await drawn.until('1 in work')
    await drawn.press('5')
    await drawn.until('72 runs')
    const runner = openStore(lab.database, { mode: 'write', now: lab.now })
    try {
      runner.runs.fail(72, 'it was too much')
      await expect.poll(() => lab.asked).toEqual(['notify mild-and-moderate is done: 70 of 72 runs, 2 failed'])
      runner.notes.add({ run: 1 }, 'a change of something else')
      await drawn.until('a change of')
    } finally {
      runner.close()
    }
    expect(lab.asked).toHaveLength(1)
  })

  it('is not told of where it had ended before the lab was opened', async () => {
    const lab = fixtureLab({ notifies: true })
    const drawn = draw(<App lab={lab} first="runs" window={{ columns: 200, rows: 30 }} />, { columns: 200, rows: 30 })
    await drawn.until('72 runs')
    lab.store.notes.add({ run: 1 }, 'a change')
    await drawn.press('g')
    expect(lab.asked).toEqual([])
  })
})
