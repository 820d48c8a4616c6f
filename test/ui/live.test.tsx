/** Live: what keys ask of the runner, which run is looked at, and that it follows the database. */
import { expect, it } from 'vitest'
import { openStore } from '../../src/store/index.ts'
import { App } from '../../src/ui/app.tsx'
import { liveStudy, runCurve } from '../../src/ui/queries/live.ts'
import { exampleEpochs, exampleSpec, type FixtureLab, type FixtureOptions, fillStore, fixtureLab } from './labFixture.ts'
import { draw, KEYS } from './terminal.tsx'

const SIZE = { columns: 100, rows: 30 }
const AT_WORK: FixtureOptions = {
  done: 40,
  status: { runner: { alive: true, pid: 1 }, study: 'mild-and-moderate', done: 40, failed: 1, total: 72 },
}
const live = async (lab: FixtureLab) => {
  const drawn = draw(<App lab={lab} window={SIZE} first="live" />, SIZE)
  await drawn.until('best, epoch')
  return drawn
}

it('asks the runner to pause, and to stop only after a yes', async () => {
  const lab = fixtureLab(AT_WORK)
  const drawn = await live(lab)
  await drawn.press('p')
  await expect.poll(() => lab.asked).toEqual(['pause mild-and-moderate'])
  await drawn.press('x', 'n')
  await drawn.press('x')
  await drawn.until('Stop mild-and-moderate?')
  expect(lab.asked).toHaveLength(1)
  await drawn.press('y')
  await expect.poll(() => lab.asked.at(-1)).toBe('stop mild-and-moderate')
})

it('goes on with a study that nothing works on, and retries what failed', async () => {
  const lab = fixtureLab({ done: 40 })
  const drawn = await live(lab)
  await drawn.press('p', 'x')
  expect(lab.asked).toEqual([])
  await drawn.press('r')
  await expect.poll(() => lab.asked).toEqual(['resume mild-and-moderate'])
  await drawn.press('t')
  await expect.poll(() => lab.asked.at(-1)).toBe('retry 41')
})

it('looks at the run in work until the cursor is moved, then at the runs of its cell', async () => {
  const drawn = await live(fixtureLab(AT_WORK))
  await drawn.until('run 42 · number 4 · running')
  await drawn.press(KEYS.up)
  // Autoaugment of 100/0: runs 3, 12, 21, 30, 39 are done, the others wait.
  await drawn.until('run 39 · number 4 · done')
  await drawn.press(']')
  await drawn.until('run 48 · number 5 · queued')
  await drawn.until('no epoch is finished yet')
  await drawn.press('[', '[')
  await drawn.until('run 30 · number 3 · done')
  await drawn.press('h')
  await drawn.until('run 38 · number 4 · done')
  await drawn.press(KEYS.enter)
  await drawn.until('Run 38 ')
  await drawn.press(KEYS.escape)
  await drawn.until('run 38 · number 4 · done')
})

it('follows the database: a run ends, and its cell and the log know it', async () => {
  const lab = fixtureLab(AT_WORK)
  const drawn = await live(lab)
  await drawn.until('run 42 · number 4 · running')
  const runner = openStore(lab.database, { mode: 'write', now: lab.now })
  try {
    const cell = { model: 'cnn', policy: 'autoaugment', scenario: '80/0' }
    runner.epochs.append(42, exampleEpochs(cell, 4)[3]!)
    await drawn.until('⠼4')
    runner.runs.fail(42, 'it was too much')
    await drawn.until('run 42 failed: it was too much')
    await drawn.until('4✕')
  } finally {
    runner.close()
  }
})

it('retries the failed runs of the study that is shown, and of no other', async () => {
  const lab = fixtureLab({ done: 40 })
  fillStore(lab.store, exampleSpec({ name: 'another', runs: 1 }), 2)
  const drawn = draw(<App lab={lab} window={SIZE} first="live" />, SIZE)
  await drawn.until('another')
  await drawn.press('t')
  await expect.poll(() => lab.asked).toEqual(['retry 75'])
})

it('smooths the curves, and lays marked runs over them', async () => {
  const lab = fixtureLab()
  const drawn = draw(<App lab={lab} window={{ columns: 160, rows: 40 }} first="runs" />, { columns: 160, rows: 40 })
  await drawn.until('72 runs')
  await drawn.press(' ', ' ', '3')
  await drawn.until('2 marked')
  await drawn.until(/⠤⠤⠤A run 1 +⠤⠤⠤B run 2/)
  await drawn.press('+', '+')
  await drawn.until('smoothed 0.6')
  await drawn.press('v')
  await drawn.until(/^(?!.*marked)/s)
  await drawn.press('-', '-')
  await drawn.until(/^(?!.*smoothed)/s)
})

it('reads the curve at the epochs that keys choose, once Tab has gone to it, and Esc goes back to the grid', async () => {
  const size = { columns: 130, rows: 30 }
  const drawn = draw(<App lab={fixtureLab()} window={size} first="live" />, size)
  await drawn.until('Tab ←→ read')
  await drawn.press(KEYS.tab)
  await drawn.until('▸ run ')
  await drawn.press(KEYS.right)
  await drawn.until('▴ epoch 4')
  const legend = (): string => drawn.lines().find(line => line.includes('⠤⠤⠤')) ?? ''
  expect(legend()).toMatch(/validation loss 0\.\d{4} +⠄⠄⠄ training 0\.\d{4}/)
  await drawn.press(KEYS.left)
  await drawn.until('▴ epoch 3')
  await drawn.until(/run 64 · number 7 · done/)
  await drawn.press(KEYS.up)
  await drawn.until(/▸ run 55 · number 6 · done/)
  await drawn.until('▴ epoch 3')
  await drawn.press(KEYS.escape, KEYS.down)
  await drawn.until(/▸ 80\/0/)
  await drawn.until(/[^▸] run 67 · number 7 · done/)
})

it('goes through the log, opens its runs, and filters it from anywhere', async () => {
  const drawn = await live(fixtureLab(AT_WORK))
  await drawn.until('Log   the last 16 of 41')
  await drawn.press(KEYS.tab, KEYS.tab)
  await drawn.until('▸ Log   41 of 41')
  await drawn.until(/▸ 12:00 ✕ run 41 failed/)
  await drawn.press('k')
  await drawn.until(/▸ 12:00 ✓ run 40 done/)
  await drawn.press('g', KEYS.enter)
  await drawn.until('Run 1 ')
  await drawn.press(KEYS.escape)
  await drawn.until(/▸ 12:00 ✓ run 1 done/)
  await drawn.press(KEYS.tab, '/failed', KEYS.enter)
  await drawn.until('/failed   Esc shows all')
  await drawn.until(/▸ 12:00 ✕ run 41 failed/)
  expect(drawn.lines().join('\n')).not.toContain('run 40 done')
  await drawn.press(KEYS.escape)
  await drawn.until('▸ Log   41 of 41')
  await drawn.press('/nothing of it')
  await drawn.until('no entry fits')
  await drawn.press(KEYS.escape, KEYS.escape)
  await drawn.until(/▸ 80\/0/)
})

it('shows in a narrow window the part that has the keys', async () => {
  const size = { columns: 80, rows: 24 }
  const drawn = draw(<App lab={fixtureLab(AT_WORK)} window={size} first="live" />, size)
  await drawn.until('best, epoch')
  await drawn.press(KEYS.tab, 'o')
  await drawn.until('▸ Log   41 of 41')
  await drawn.press(KEYS.tab)
  await drawn.until('  Log   the last 10 of 41')
  await drawn.press('o')
  await drawn.until('best, epoch')
  await drawn.press('/run 7')
  await drawn.until('  / run 7')
  await drawn.until('run 7 done')
})

it('says in the smallest window how many rows are above and below, and asks its question whole', async () => {
  const size = { columns: 60, rows: 18 }
  const scenarios = [1, 0.9, 0.8, 0.7, 0.6].map(real => ({ name: `${100 * real}/0`, real }))
  const spec = exampleSpec({ scenarios, name: 'a study with a name of some length' })
  const drawn = draw(<App lab={fixtureLab({ ...AT_WORK, spec })} window={size} first="live" />, size)
  await drawn.until('↑')
  await drawn.press('g')
  await drawn.until(/ {2}cnn +↓3 /)
  await drawn.press('G')
  await drawn.until(/ {2}cnn +↑3 /)
  await drawn.press('x')
  await drawn.until(/^ ! Stop a study with a name of some length\? .*\n {3}.*r goes on later\. {2}y yes {3}n no$/m)
  expect(drawn.lines().filter(line => line.includes('…'))).toEqual([])
})

it('says how busy the machine is while a study is in work', async () => {
  const drawn = await live(fixtureLab(AT_WORK))
  await drawn.until('processors 97 % · memory 3.50 GB of 16 GB')
})

it('says how busy the GPUs are, and how much of their memory is taken, where it is told', async () => {
  const gpu = { name: 'NVIDIA H200', busy: 0.873, used: 3.1e9, total: 150e9 }
  const one = await live(fixtureLab({ ...AT_WORK, gpus: [gpu] }))
  await one.until('memory 3.50 GB of 16 GB · GPU 87 %, 3.10 GB of 150 GB')
  const two = await live(fixtureLab({ ...AT_WORK, gpus: [gpu, { ...gpu, busy: null, used: null }] }))
  await two.until(/2 GPUs 87 % · %$/m)
})

it('says what there is of a study, a cell and a run', () => {
  const { store } = fixtureLab(AT_WORK)
  const found = liveStudy(store, null)
  expect(liveStudy(store, 'no such')).toEqual(found)
  const cell = found?.cells[0]?.[1]?.[2]
  expect(cell).toMatchObject({ n: 4, failed: [], cell: { scenario: '80/0', policy: 'autoaugment' } })
  expect(cell?.runs.map(run => run.status).join(' ')).toBe('done done done done running queued queued queued')
  const losses = store.runs
    .list({ scenario: '80/0', policy: 'autoaugment', status: 'done' })
    .map(run => run.result!.validationLoss)
  const [, second = 0, third = 0] = losses.toSorted((a, b) => a - b)
  expect(cell?.median).toBe((second + third) / 2)
  expect(found?.imagesPerSecond).toBe(118.4)
  expect(found?.log).toHaveLength(41)
  expect(found?.log.at(-1)).toMatchObject({
    run: 41,
    at: '2026-03-01T12:00:00.000Z',
    loss: null,
    error: 'its trainer died twice',
  })
  expect(runCurve(store, 42)).toMatchObject({ status: 'running', bestEpoch: 3 })
  expect(runCurve(store, 999)).toBeNull()
  expect(liveStudy(fixtureLab({ done: 72 }).store, null)?.imagesPerSecond).toBeNull()
})
