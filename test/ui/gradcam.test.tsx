/** Grad-CAM: what is asked, that the newest question counts, and what is said when there is no answer. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import sharp from 'sharp'
import { expect, it, onTestFinished, vi } from 'vitest'
import { App } from '../../src/ui/app.tsx'
import type { ExplainRequest, Explanation, Lab } from '../../src/ui/lab.ts'
import { explainedRun } from '../../src/ui/queries/gradcam.ts'
import { fillBank, fixtureLab } from './labFixture.ts'
import { draw, KEYS } from './terminal.tsx'

const SIZE = { columns: 100, rows: 30 }

interface Question {
  readonly request: ExplainRequest
  answer(given?: Partial<Explanation>): Promise<void>
  fail(message: string): void
}

/** A lab whose explanations come when the test says so. */
async function questioned() {
  const fixture = fixtureLab()
  const questions: Question[] = []
  const explain = (request: ExplainRequest): Promise<Explanation> =>
    new Promise((resolve, reject) => {
      const answer = async (given: Partial<Explanation> = {}): Promise<void> => {
        const { class: chosen = 'VeryMildDemented', layer = 'conv2' } = request
        resolve({ ...(await fixture.explain(request)), class: chosen, layer, ...given })
      }
      questions.push({ request, answer, fail: message => reject(new Error(message)) })
    })
  // In dataset order: what is predicted is another test's.
  const predictions = () => new Promise<string[]>(() => {})
  const lab: Lab = { ...fixture, explain, predictions }
  const drawn = draw(<App lab={lab} window={SIZE} first="gradcam" />, SIZE)
  await drawn.until('computing the map')
  await expect.poll(() => questions.length).toBe(1)
  return { questions, drawn }
}

it('explains the newest done run, then the next image, class, layer and run', async () => {
  const { drawn, questions } = await questioned()
  expect(questions[0]?.request).toEqual({ run: 72, image: 0 })
  const steps = [
    ['n', { run: 72, image: 1 }],
    ['c', { run: 72, image: 1, class: 'MildDemented' }],
    ['o', { run: 72, image: 1, class: 'MildDemented', layer: 'conv1' }],
    [KEYS.right, { run: 72, image: 2, layer: 'conv1' }],
    ['[', { run: 71, image: 2, layer: 'conv1' }],
    ['G', { run: 71, image: 15, layer: 'conv1' }],
  ] as const
  for (const [key, request] of steps) {
    await questions.at(-1)?.answer()
    await drawn.until('probability')
    await drawn.until(/predicted VeryMildDemented ✕/)
    await drawn.press(key)
    await expect.poll(() => questions.at(-1)?.request).toEqual(request)
  }
})

it('asks only for the last of many images passed, and shows no late answer', async () => {
  const { drawn, questions } = await questioned()
  await drawn.press('nnnn', 'n', 'n')
  await expect.poll(() => questions.length).toBe(2)
  expect(questions[1]?.request).toEqual({ run: 72, image: 6 })
  await questions[1]?.answer({ probabilities: { late: 0, newest: 1 } })
  await drawn.until('newest')
  await questions[0]?.answer({ probabilities: { late: 1, newest: 0 } })
  await wait(50)
  await drawn.until('predicted newest')
})

it('shows wrong predictions first once they are known, and in order again by key', async () => {
  const lab = fixtureLab()
  // Of four images a class in validation, the example run takes all for the second class.
  const drawn = draw(<App lab={lab} window={SIZE} first="gradcam" />, SIZE)
  await drawn.until('12 wrong')
  await drawn.press('G')
  await drawn.until(/validation 16 of 16 · image 7 · true VeryMildDemented/)
  await drawn.press('w')
  await drawn.until(/validation 8 of 16 · image 7/)
})

it('shows a real image beside its variation, with how alike their maps are', async () => {
  const lab = fixtureLab()
  fillBank(lab.store, 3)
  const drawn = draw(<App lab={lab} window={SIZE} first="gradcam" />, SIZE)
  await drawn.until('wrong')
  await drawn.press(KEYS.tab)
  await drawn.until('morph 1 of 3 · bank:1 · true NonDemented')
  await drawn.until('its variation')
  await drawn.until(/Spearman 1/)
})

it('lays the maps of all runs of a cell into one', async () => {
  const drawn = draw(<App lab={fixtureLab()} window={SIZE} first="gradcam" />, SIZE)
  await drawn.until('wrong')
  await drawn.press(KEYS.tab, KEYS.tab)
  await drawn.until('mean of 8 of the 8 runs of this cell')
})

it('writes what is shown to a PNG file, after asking', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mri-lab-gradcam-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const spy = vi.spyOn(process, 'cwd').mockReturnValue(folder)
  onTestFinished(() => spy.mockRestore())
  const drawn = draw(<App lab={fixtureLab()} window={SIZE} first="gradcam" />, SIZE)
  await drawn.until('probability')
  await drawn.press('e')
  await drawn.until('gradcam-run72-validation0.png?')
  await drawn.press('y')
  await drawn.until('written to')
  const { width, height } = await sharp(join(folder, 'gradcam-run72-validation0.png')).metadata()
  expect([width, height]).toEqual([3 * 256 + 2 * 8, 256])
})

it('does not ask again for what it was told', async () => {
  const { drawn, questions } = await questioned()
  await questions[0]?.answer()
  await drawn.until('probability')
  await drawn.press('n')
  await expect.poll(() => questions.length).toBe(2)
  await questions[1]?.answer()
  await drawn.until(/validation 2 of 16 .*true NonDemented · predicted/)
  await drawn.press('b')
  await drawn.until(/validation 1 of 16 .*true NonDemented · predicted/)
  await wait(150)
  expect(questions).toHaveLength(2)
})

it('says why there is no map, and goes on', async () => {
  const { drawn, questions } = await questioned()
  questions[0]?.fail('the pixel file\x1b[2J ends before this image')
  await drawn.until('✕ the pixel file\\x1b[2J ends before this image')
  await drawn.press('n')
  await expect.poll(() => questions.length).toBe(2)
  await questions[1]?.answer()
  await drawn.until('probability')
})

it('changes the opacity of the map between nothing and all', async () => {
  const drawn = draw(<App lab={fixtureLab()} window={SIZE} first="gradcam" />, SIZE)
  await drawn.until('map on image, 60 %')
  await drawn.press('+++++++')
  await drawn.until('map on image, 100 %')
  await drawn.press('-')
  await drawn.until('map on image, 90 %')
})

it('knows the validation images of a run under its split', () => {
  const { store } = fixtureLab({ done: 40 })
  const run = explainedRun(store, 7)
  expect(run).toMatchObject({ id: 7, before: 6, after: 8 })
  expect(run?.labels).toHaveLength(16)
  // Run 41 failed: the newest that is done stands in.
  expect(explainedRun(store, 41)).toMatchObject({ id: 40, before: 39, after: null })
  expect(explainedRun(fixtureLab({ done: 0 }).store, null)).toBeNull()
})

it('says how alike the maps of randomised weights are, once one stays, draw by draw', async () => {
  const fixture = fixtureLab()
  const asked: (readonly [ExplainRequest, number])[] = []
  let goOn = (): void => {}
  const randomised: Lab['randomised'] = async (request, draw) => {
    asked.push([request, draw])
    if (draw === 2) await new Promise<void>(resolve => (goOn = resolve))
    return { head: 0.35, all: draw === 0 ? null : 0.1 * draw }
  }
  const drawn = draw(<App lab={{ ...fixture, randomised }} window={SIZE} first="gradcam" />, SIZE)
  await drawn.until('randomised weights: ...')
  await drawn.until('similarity 0.10, of the last')
  await drawn.until('layer alone 0.35 (2 of 5')
  goOn()
  // The mean of those that could be compared.
  await drawn.until('similarity 0.25, of the last')
  await drawn.until(/layer alone 0\.35$/m)
  expect(asked.map(([, draw]) => draw)).toEqual([0, 1, 2, 3, 4])
  expect(asked[0]?.[0]).toEqual({ run: 72, image: 0, class: 'VeryMildDemented' })
  // What is known is not asked again; what one only passes is not asked at all.
  await drawn.press('n', 'b')
  await drawn.until(/similarity 0\.25/)
  expect(asked).toHaveLength(5)
})
