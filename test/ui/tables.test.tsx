/** Tables: contrasts with their sentence, formats, export to a file after a question, copying. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { App } from '../../src/ui/app.tsx'
import { clipboardSequence } from '../../src/ui/format/clipboard.ts'
import { exampleSpec, type FixtureLab, fixtureLab } from './labFixture.ts'
import { type Drawn, draw, KEYS } from './terminal.tsx'

const SIZE = { columns: 110, rows: 34 }

async function tables(lab: FixtureLab): Promise<Drawn> {
  const drawn = draw(<App lab={lab} first="tables" window={SIZE} />, SIZE)
  await drawn.until('Stands on')
  return drawn
}

it('shows contrasts and what the one at the cursor says', async () => {
  const drawn = await tables(fixtureLab())
  await drawn.press(KEYS.tab)
  await drawn.until('[contrasts]')
  await drawn.until(/▸ ✓ +none → flip, 100\/0 +8 +-0\.0\d+ +\[/)
  await drawn.press('j')
  await drawn.until('policy: 100/0, none → 100/0, autoaugment')
})

it('waits with its verdict while cells are open', async () => {
  const lab = fixtureLab({ done: 40 })
  const drawn = await tables(lab)
  await drawn.press(KEYS.tab)
  await drawn.until('no conclusion yet')
})

it('exports in the chosen format after asking, the same as the command line prints', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mri-lab-tables-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const spy = vi.spyOn(process, 'cwd').mockReturnValue(folder)
  onTestFinished(() => spy.mockRestore())
  const drawn = await tables(fixtureLab())
  await drawn.press('f', 'f', 'f', 'e')
  await drawn.until('mild-and-moderate-medians-loss.tex?')
  await drawn.press('y')
  await drawn.until('written to')
  const file = join(folder, 'mild-and-moderate-medians-loss.tex')
  expect(readFileSync(file, 'utf8')).toContain('\\toprule')
  await drawn.press('e')
  await drawn.until('Replace ')
  await drawn.press('n', KEYS.tab, 'f', 'e')
  await drawn.until('mild-and-moderate-contrasts-loss.json?')
})

it('copies the table to where one sits, and refuses what terminals would cut', async () => {
  const lab = fixtureLab()
  const drawn = await tables(lab)
  await drawn.press('y')
  await drawn.until('copied, where the terminal')
  expect(lab.asked.at(-1)).toMatch(/^copy [\s\S]*100\/0/)
  expect(clipboardSequence('µ')).toBe('\x1b]52;c;wrU=\x07')
  expect(() => clipboardSequence('x'.repeat(70_001))).toThrow('too much to copy')
})

it('draws the learning curve of a study of three fractions of real images, read by keys', async () => {
  const scenarios = [0.4, 0.6, 1].map(real => ({ name: `${100 * real}/0`, real }))
  const drawn = await tables(fixtureLab({ spec: exampleSpec({ scenarios }) }))
  await drawn.until('medians')
  await drawn.press(KEYS.tab, KEYS.tab)
  await drawn.until('[curve]')
  await drawn.until(/part +none +flip +autoaugment/)
  for (const part of ['40 %', '60 %', '100 %']) await drawn.until(new RegExp(`${part} +\\d\\.\\d+ \\[`))
  await drawn.press(KEYS.left)
  await drawn.until('% of the real images 100')
  await drawn.press(KEYS.left)
  await drawn.until('% of the real images 60')
  await drawn.press(KEYS.tab)
  await drawn.until('[medians]')
})

it('has no curve to look at where there are fewer fractions', async () => {
  const drawn = await tables(fixtureLab())
  await drawn.press(KEYS.tab, KEYS.tab)
  await drawn.until('[medians]')
})
