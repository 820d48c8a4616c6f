/** Grad-CAM: what is asked, that the newest question counts, and what is said when there is no answer. */
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { App } from '../../src/ui/app.tsx'
import type { ExplainRequest, Explanation, Lab } from '../../src/ui/lab.ts'
import { explainedRun } from '../../src/ui/queries/gradcam.ts'
import { fixtureLab } from './labFixture.ts'
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
  const lab: Lab = { ...fixture, explain }
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

it('does not ask again for what it was told', async () => {
  const { drawn, questions } = await questioned()
  await questions[0]?.answer()
  await drawn.until('probability')
  await drawn.press('n')
  await expect.poll(() => questions.length).toBe(2)
  await questions[1]?.answer()
  await drawn.until('validation 2 of 16 · true NonDemented · predicted')
  await drawn.press('b')
  await drawn.until('validation 1 of 16 · true NonDemented · predicted')
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
