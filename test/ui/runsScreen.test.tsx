/** Runs: the filter line, marks and comparing, pins, tags, notes, deletion after a question. */
import { expect, it } from 'vitest'
import { App } from '../../src/ui/app.tsx'
import { runLines } from '../../src/ui/queries/runs.ts'
import { type FixtureLab, fixtureLab } from './labFixture.ts'
import { type Drawn, draw, KEYS } from './terminal.tsx'

const SIZE = { columns: 130, rows: 34 }

async function runs(lab: FixtureLab): Promise<Drawn> {
  const drawn = draw(<App lab={lab} first="runs" window={SIZE} />, SIZE)
  await drawn.until('72 runs')
  return drawn
}

it('filters by fields and numbers, and says what it does not understand', async () => {
  const drawn = await runs(fixtureLab({ done: 40 }))
  await drawn.press('/policy:flip scenario:80/0 loss<0.8\r')
  await drawn.until('4 of 72 runs')
  await drawn.press(KEYS.escape, '/colour:red')
  await drawn.until("! there is no 'colour'")
  await drawn.press(KEYS.escape, '/status:failed\r')
  await drawn.until('1 of 72 runs')
})

it('sorts by Enter on the header, which stands over the first run; Enter again turns the order round', async () => {
  const drawn = await runs(fixtureLab())
  const first = (): string => drawn.lines().find(line => / cnn /.test(line)) ?? ''
  await drawn.press('j', 'k', 'k')
  await drawn.until('▸[   run▲] model')
  await drawn.press(...'lllllll')
  await drawn.until(/\[ +loss\]/)
  await drawn.press(KEYS.enter)
  await drawn.until(/\[ +loss▲\]/)
  const best = Math.min(...runLines(fixtureLab().store, null).map(run => run.loss ?? Infinity))
  expect(first()).toContain(best.toPrecision(4))
  await drawn.press(KEYS.enter)
  await drawn.until(/\[ +loss▼\]/)
  expect(first()).not.toContain(best.toPrecision(4))
  await drawn.press('j')
  await drawn.until(/▸ +\d+ +cnn/)
  await drawn.press(KEYS.enter)
  await drawn.until('Confusion')
})

it('goes on the header only to columns that are seen, and Esc goes back to the list', async () => {
  const narrow = { columns: 80, rows: 24 }
  const drawn = draw(<App lab={fixtureLab()} first="runs" window={narrow} />, narrow)
  await drawn.until('72 runs')
  await drawn.press('k', 'G')
  await drawn.until(/\[ +loss$/m)
  for (const line of drawn.lines()) expect(line.length).toBeLessThanOrEqual(80)
  await drawn.press(KEYS.escape)
  await drawn.until(/▸ +1 +cnn/)
})

it('marks runs and lays them side by side', async () => {
  const drawn = await runs(fixtureLab())
  await drawn.press(' ', 'j', ' ')
  await drawn.until('2 marked')
  await drawn.press('c')
  await drawn.until('2 runs side by side')
  await drawn.until(/A run 1 +B run 3/)
  await drawn.until(/policy +none +autoaugment/)
  await drawn.until(/⠤⠤⠤A run 1 +⠤⠤⠤B run 3/)
  await drawn.press(KEYS.escape)
  await drawn.until('2 marked')
  await drawn.press('u')
  await drawn.until(/72 runs(?!.*marked)/)
})

it('pins to the top, tags and notes, and finds them again', async () => {
  const lab = fixtureLab()
  const drawn = await runs(lab)
  await drawn.press('jjj', '*')
  await drawn.until(/▸ +\*4 +cnn/)
  await drawn.press('j', 'k')
  await drawn.until(/▸ +\*4 /)
  await drawn.press('#', ...'best odd', KEYS.enter)
  await drawn.until('#best #odd')
  await drawn.press('n', ...'look again', KEYS.enter)
  await drawn.until('#best #odd look')
  await drawn.press('/tag:best note:look\r')
  await drawn.until('1 of 72 runs')
  expect(runLines(lab.store, null).find(({ id }) => id === 4)).toMatchObject({
    pinned: true,
    tags: 'best odd',
    note: 'look again',
  })
})

it('deletes only after a yes, all that are marked', async () => {
  const lab = fixtureLab({ answers: { 'runs delete': {} } })
  const drawn = await runs(lab)
  await drawn.press('D')
  await drawn.until('Delete run 1 from every study, with all it measured?')
  await drawn.press('n')
  expect(lab.asked).toEqual([])
  await drawn.press(' ', ' ', 'D')
  await drawn.until('Delete 2 runs')
  await drawn.press('y')
  await expect.poll(() => lab.asked).toEqual(['runs delete 1 --yes', 'runs delete 2 --yes'])
})

it('retries failed runs, and copies what the cursor is on', async () => {
  const lab = fixtureLab({ done: 2 })
  const drawn = await runs(lab)
  await drawn.press('/status:failed\r', 't')
  await expect.poll(() => lab.asked).toEqual(['retry 3'])
  await drawn.press('y')
  await expect.poll(() => lab.asked.at(-1)).toMatch(/^copy run\tmodel\t[\s\S]*\n3\tcnn\tautoaugment\t/)
})

it('shows on a run its labels and notes, and the spec of its study', async () => {
  const lab = fixtureLab()
  const drawn = await runs(lab)
  await drawn.press(KEYS.enter)
  await drawn.until('Confusion')
  await drawn.press('*', '#', ...'odd', KEYS.enter)
  await drawn.until('* pinned  #odd')
  await drawn.press('n', ...'why so slow', KEYS.enter)
  await drawn.until('2026-03-01  why so slow')
  await drawn.press('s')
  await drawn.until('"policies": [ "none", "flip", "autoaugment" ]')
  await drawn.press('p')
  await drawn.until('example CPU')
  await drawn.press('p')
  await drawn.until('Confusion')
})
