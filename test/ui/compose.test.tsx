/** Compose: from keys to a spec, errors at their field, estimates, and the file. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { parseSpec, type Spec } from '../../src/core/study/index.ts'
import { App } from '../../src/ui/app.tsx'
import type { Lab } from '../../src/ui/lab.ts'
import { textFile } from '../../src/ui/textFile.ts'
import { fixtureLab } from './labFixture.ts'
import { draw, KEYS } from './terminal.tsx'

const SIZE = { columns: 120, rows: 30 }

/** The form over a lab whose runner keeps the specs that it is given. */
async function form(wanted: Parameters<typeof fixtureLab>[0] = {}) {
  const fixture = fixtureLab(wanted)
  const started: Spec[] = []
  const control = { ...fixture.control, start: async (spec: Spec) => void started.push(spec) }
  const lab: Lab = { ...fixture, control }
  const drawn = draw(<App lab={lab} window={SIZE} first="compose" />, SIZE)
  await drawn.until('4 cells, 12 runs')
  return { drawn, started, asked: fixture.asked }
}

/** What `synth plan` answers of one generator. */
const planned = (part: object = {}) => ({
  'synth plan': {
    dataset: 'sample',
    runs: 3,
    generators: [
      {
        ...{ generator: 'morph', images: 24, present: 0, missing: 24, classes: [], refused: {}, requests: 0, price: 0 },
        ...{ seconds: 1, leaves: 'nothing', needs: 'nothing', service: null },
        ...part,
      },
    ],
  },
  'synth run': {},
})
const SERVICE = { host: 'images.example', sends: 'each source', spent: 0, prices: '2026-01-01' }

const downTo = (field: number): string => 'j'.repeat(field)
const FIELDS = { split: 2, policies: 4, scenarios: 5, controls: 7, runs: 9 }

it('starts what is composed and goes to Live', async () => {
  const { drawn, started } = await form()
  await drawn.press(KEYS.enter, '\x15', 'mine', KEYS.enter)
  await drawn.until('‹mine›')
  await drawn.press(downTo(FIELDS.policies), KEYS.right, ' ')
  await drawn.until('[ ] flip')
  // X two steps down, Y four up; the generator is the offline one until copies are chosen.
  await drawn.press('j', KEYS.left, KEYS.left, KEYS.tab, '++++')
  await drawn.until(/90\/20 all +4\+1/)
  await drawn.press(KEYS.tab, KEYS.left)
  await drawn.until('‹duplicate›')
  await drawn.press('jjjj', '+', '+')
  await drawn.until('2 cells, 10 runs')
  await drawn.press('s')
  await drawn.until('[3 Live]')
  const [spec] = started
  expect(spec).toMatchObject({ name: 'mine', dataset: 'sample', policies: ['none'], runs: 5, controls: false })
  expect(spec?.scenarios).toEqual([
    { name: '90/20 copies', real: 0.9, synthetic: 0.2, generator: 'duplicate', classes: null },
    { name: '80/0', real: 0.8, synthetic: 0, generator: null, classes: null },
  ])
})

it('changes bars, counts and estimates while a number is being typed, and gives them back on Esc', async () => {
  const { drawn } = await form()
  await drawn.press(downTo(FIELDS.scenarios), KEYS.enter, '\x15', '5')
  await drawn.until(/X █▍ .*‹5 %›/)
  await drawn.press('0')
  await drawn.until(/all .*‹50 %›/)
  await drawn.until(/50\/0 +2 +2 +2 +2/)
  await drawn.press(KEYS.escape)
  await drawn.until(/100\/0 +4 +4 +4 +4/)
})

it('mixes class by class', async () => {
  const { drawn } = await form({ answers: planned() })
  await drawn.press(downTo(FIELDS.scenarios), KEYS.tab, '++++')
  await drawn.until('100/20 all')
  await drawn.until('24 images to make, free ·')
  // Past generator, name, X and Y of the first class: Space leaves the class out.
  for (let i = 0; i < 4; i++) await drawn.press(KEYS.tab)
  await drawn.press(' ')
  await drawn.until('100/20 verymild+mild+moderate')
  await drawn.press(KEYS.tab, KEYS.tab, '+')
  await drawn.until('100/0-25-20-20')
})

it('makes missing images first, after asking', async () => {
  const { drawn, started, asked } = await form({ answers: planned() })
  await drawn.press(downTo(FIELDS.scenarios), KEYS.tab, '++++')
  await drawn.until('24 images to make, free ·')
  await drawn.press('s')
  await drawn.until('Make 24 images with morph (free), then start study-1?')
  await drawn.press('n')
  expect(started).toEqual([])
  await drawn.press('s', 'y')
  await drawn.until('[3 Live]')
  expect(asked.at(-1)).toBe('synth run --yes --spec')
  expect(started).toHaveLength(1)
})

it('says what images of a service cost, and sends none before anybody agreed', async () => {
  const part = { generator: 'openai-edit', price: 0.48, requests: 24, service: { ...SERVICE, consent: false } }
  const { drawn, started, asked } = await form({ answers: planned(part) })
  await drawn.press(downTo(FIELDS.scenarios), KEYS.tab, '++++', KEYS.tab, KEYS.left, KEYS.left, KEYS.left)
  await drawn.until('‹openai-edit›')
  await drawn.until('24 images to make, up to 0.48 USD ·')
  await drawn.press('s')
  await drawn.until('images may not be sent to images.example yet')
  expect(started).toEqual([])
  expect(asked.filter(words => words.startsWith('synth run'))).toEqual([])
})

it('asks with the price where it was agreed to', async () => {
  const part = { generator: 'openai-edit', price: 0.48, requests: 24, service: { ...SERVICE, consent: true } }
  const { drawn } = await form({ answers: planned(part) })
  await drawn.press(downTo(FIELDS.scenarios), KEYS.tab, '++++', KEYS.tab, KEYS.left, KEYS.left, KEYS.left)
  await drawn.until('up to 0.48 USD ·')
  await drawn.press('s')
  await drawn.until('(up to 0.48 USD, sent to images.example)')
})

it('trains any of the models, and says which start from scratch', async () => {
  const { drawn } = await form()
  await drawn.press('jjj', KEYS.right, ' ')
  await drawn.until('[x] resnet18')
  await drawn.until('! resnet18 from scratch · w fetches resnet18 (46.8 MB)')
  await drawn.until('no run to tell the time by')
  await drawn.until(/size +cnn 64 +resnet18 64/)
})

it('adds and removes scenarios, never the last', async () => {
  const { drawn } = await form()
  await drawn.press('a')
  await drawn.until('60/0')
  await drawn.until('6 cells, 18 runs')
  await drawn.press(downTo(FIELDS.scenarios), 'd', 'd', 'd')
  await drawn.until('2 cells, 6 runs')
  await drawn.until('60/0')
})

it('shows the spec as JSON and comes back', async () => {
  const { drawn } = await form()
  await drawn.press('v')
  await drawn.until('"models": [ "cnn" ]')
  await drawn.press(KEYS.escape)
  await drawn.until('▸ name')
})

it('says at its field what is wrong, and starts nothing then', async () => {
  const { drawn, started } = await form()
  await drawn.press(downTo(FIELDS.runs), KEYS.enter, '\x15', 'many', KEYS.enter)
  await drawn.until(/▸ runs +‹·› +✕ a number is needed/)
  await drawn.press('s')
  await drawn.press('+')
  await drawn.until('4 cells, 8 runs')
  await drawn.press('kkkkkk', KEYS.right)
  expect(started).toEqual([])
})

it('fills the form from presets', async () => {
  const { drawn } = await form()
  await drawn.press('p')
  await drawn.until('quick')
  await drawn.press('p')
  await drawn.until('dissertation-cnn')
  await drawn.until(/80\/20 mild\+moderate +3 +3 +3\+1 +3\+1 +morph/)
  await drawn.until('30 cells, 600 runs')
  await drawn.press('p', 'p')
  await drawn.until('learning-curve')
  await drawn.until('40/0')
})

it('keeps the form while one is elsewhere', async () => {
  const { drawn } = await form()
  await drawn.press(downTo(FIELDS.runs), '+', '1')
  await drawn.until('[1 Lab]')
  await drawn.press('2')
  await drawn.until('4 cells, 16 runs')
  await drawn.until('▸ runs')
})

it('writes the spec to a file after asking', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mri-lab-compose-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const spy = vi.spyOn(process, 'cwd').mockReturnValue(folder)
  onTestFinished(() => spy.mockRestore())
  const { drawn } = await form()
  const file = join(folder, 'study-1.json')
  await drawn.press('\x13')
  await drawn.until('Write ')
  await drawn.press('y')
  await drawn.until('written to')
  const spec = parseSpec(JSON.parse(readFileSync(file, 'utf8')), 'file')
  expect(spec.scenarios.map(one => one.name)).toEqual(['100/0', '80/0'])
  await drawn.press('\x13')
  await drawn.until('Replace ')
  await drawn.press('n')
  expect(textFile(folder, '../a b/c', 'json').path).toBe(join(folder, 'a-b-c.json'))
  expect(textFile(folder, '..', 'json').path).toBe(join(folder, 'study.json'))
})

it('adds further controls as scenarios of their own, and takes them away', async () => {
  const { drawn, started } = await form({ answers: planned() })
  await drawn.press(downTo(FIELDS.scenarios), KEYS.tab, '++++')
  await drawn.until('100/20 all')
  await drawn.press('jj', KEYS.tab, ' ', KEYS.tab, ' ', KEYS.tab, ' ')
  await drawn.until(/controls +\[ \] copies +\[x\] class weights +\[x\] oversampling +‹\[x\] equal steps›/)
  await drawn.until('80/0 oversampled')
  await drawn.press(' ')
  await drawn.until('‹[ ] equal steps›')
  // Until it is known what the bank lacks, s does nothing.
  const asks = async (): Promise<string> => {
    await drawn.press('s')
    return drawn.lines().join()
  }
  await expect.poll(asks).toContain('Make 24 images with morph')
  await drawn.press('y')
  await drawn.until('[3 Live]')
  expect(started[0]?.scenarios.map(({ name, balance, stepsOf }) => [name, balance, stepsOf])).toEqual([
    ['100/20 all', undefined, undefined],
    ['80/0', undefined, undefined],
    ['80/0 weights', 'weights', undefined],
    ['80/0 oversampled', 'oversample', undefined],
  ])
})

it('sets under a scenario how its classes are evened out, and whose steps it takes', async () => {
  const { drawn, started } = await form()
  await drawn.press(downTo(FIELDS.scenarios), '\x1b[Z', '\x1b[Z', KEYS.right)
  await drawn.until('trained with  ‹class weights›  its own steps')
  await drawn.press(KEYS.tab, KEYS.right)
  await drawn.until('‹steps of 80/0› 12 images an epoch')
  await drawn.until('100/0 weights steps of 80/0')
  // The one that is named is changed, and the name follows.
  await drawn.press('j', KEYS.tab, KEYS.left)
  await drawn.until('100/0 weights steps of 75/0')
  await drawn.press('s')
  await drawn.until('[3 Live]')
  expect(started[0]?.scenarios[0]).toMatchObject({ balance: 'weights', stepsOf: '75/0' })
})

it('opens the spec of a file, and says what is wrong with one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mri-lab-compose-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const spy = vi.spyOn(process, 'cwd').mockReturnValue(folder)
  onTestFinished(() => spy.mockRestore())
  const spec = { name: 'of a file', dataset: 'sample', models: ['cnn'], policies: ['none'], runs: 5 }
  writeFileSync(join(folder, 'mine.json'), JSON.stringify({ ...spec, scenarios: [{ name: 'x', real: { NonDemented: 1 } }] }))
  writeFileSync(join(folder, 'wrong.json'), JSON.stringify({ ...spec, scenarios: [] }))
  const { drawn } = await form()
  for (const [name, says] of [
    ['no.json', 'no.json cannot be read'],
    ['wrong.json', 'wrong.json: scenarios: '],
    ['mine.json', 'of a file of mine.json'],
  ] as const) {
    await drawn.press('o', ...name, KEYS.enter)
    await drawn.until(says)
  }
  await drawn.until('1 cell, 5 runs')
  await drawn.until(/ x +4 +0 +0 +0/)
})

it('composes a study like one that is there, from the Lab screen', async () => {
  const lab = fixtureLab({ done: 40 })
  const drawn = draw(<App lab={lab} window={SIZE} />, SIZE)
  await drawn.until('mild-and-moderate')
  await drawn.press('b')
  await drawn.until('mild-and-moderate 2')
  await drawn.until('9 cells, 72 runs · up to 16 images')
  await drawn.press(downTo(FIELDS.runs + 1), '+')
  await drawn.until('9 cells, 81 runs')
  await drawn.press('1', '2')
  await drawn.until('9 cells, 81 runs')
})

it('fetches the weights of the model at the cursor, after asking', async () => {
  const { drawn, asked } = await form({ answers: { 'weights fetch': {} } })
  await drawn.press('jjj')
  await drawn.until('w fetches resnet18 (46.8 MB) · weights to start from')
  await drawn.press(KEYS.tab, KEYS.tab, 'w')
  await drawn.until('Download google/vit-base-patch16-224 (346 MB) from the Hugging Face hub, Apache-2.0?')
  await drawn.press('n')
  await drawn.press(KEYS.tab, KEYS.tab, 'w')
  await drawn.until('Download timm/resnet18.tv_in1k (46.8 MB) from the Hugging Face hub, BSD-3-Clause?')
  expect(asked).toEqual([])
  await drawn.press('y')
  await drawn.until('weights of resnet18 are here')
  expect(asked).toEqual(['weights fetch resnet18'])
})

it('says in a line why weights could not be fetched', async () => {
  const { drawn } = await form()
  await drawn.press('w', 'y')
  await drawn.until("✕ nobody answers 'weights fetch resnet18'")
})
