/** Compose: from keys to a spec, errors at their field, estimates, and the file. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { parseSpec, preset, type Spec, specJson } from '../../src/core/study/index.ts'
import { App } from '../../src/ui/app.tsx'
import type { Lab } from '../../src/ui/lab.ts'
import { composeFacts, splitCounts } from '../../src/ui/queries/compose.ts'
import {
  checked,
  type Draft,
  estimateOf,
  firstDraft,
  presetDraft,
  usablePresets,
} from '../../src/ui/screens/composeDraft.ts'
import { fieldsOf } from '../../src/ui/screens/composeFields.ts'
import { specFile } from '../../src/ui/screens/composeSave.ts'
import { estimateWords } from '../../src/ui/screens/composeWords.ts'
import { exampleDataset, fixtureLab } from './labFixture.ts'
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
  return { drawn, started }
}

const downTo = (field: number): string => 'j'.repeat(field)
const FIELDS = { split: 2, policies: 4, scenarios: 5, controls: 7, runs: 8 }

it('starts what is composed and goes to Live', async () => {
  const { drawn, started } = await form()
  await drawn.press(KEYS.enter, '\x15', 'mine', KEYS.enter)
  await drawn.until('‹mine›')
  await drawn.press(downTo(FIELDS.policies), KEYS.right, ' ')
  await drawn.until('[ ] flip')
  await drawn.press('j', KEYS.left, KEYS.left, KEYS.tab, '++++', 'jk')
  await drawn.until('‹20 % copies›')
  await drawn.press('jjj', '+', '+')
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

it('adds and removes scenarios, never the last', async () => {
  const { drawn } = await form()
  await drawn.press('a')
  await drawn.until('60 % real')
  await drawn.until('6 cells, 18 runs')
  await drawn.press(downTo(FIELDS.scenarios), 'd', 'd', 'd')
  await drawn.until('2 cells, 6 runs')
  await drawn.until('60 % real')
})

it('says at its field what is wrong, and starts nothing then', async () => {
  const { drawn, started } = await form()
  await drawn.press(downTo(FIELDS.runs), KEYS.enter, '\x15', 'many', KEYS.enter)
  await drawn.until(/▸ runs +‹·› +✕ a number is needed/)
  await drawn.press('s')
  await drawn.press('+')
  await drawn.until('4 cells, 8 runs')
  await drawn.press('kkkkk', KEYS.right)
  expect(started).toEqual([])
})

it('fills the form from presets', async () => {
  const { drawn } = await form()
  await drawn.press('p')
  await drawn.until('quick')
  await drawn.press('p')
  await drawn.until('learning-curve')
  await drawn.until('40 % real')
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
  expect(specFile(folder, { name: '../a b/c' }).path).toBe(join(folder, 'a-b-c.json'))
  expect(specFile(folder, { name: '..' }).path).toBe(join(folder, 'study.json'))
})

describe('a draft', () => {
  const { store } = { store: () => fixtureLab().store }
  const sample = { ...exampleDataset(), images: 32, created: '', split: exampleDataset().split }

  it('says of each preset what the preset says', () => {
    expect(usablePresets()).toEqual(['quick', 'learning-curve'])
    for (const name of usablePresets()) {
      const facts = { datasets: [], studies: [], pace: null }
      const { spec, problem } = checked(presetDraft(name, sample)!, facts, { classes: [], problem: null })
      expect(problem).toBeNull()
      expect(specJson(spec!)).toEqual(specJson(preset(name)))
    }
    expect(presetDraft('dissertation', sample)).toBeNull()
    expect(presetDraft('no such', sample)).toBeNull()
  })

  it('is checked field by field', () => {
    const facts = composeFacts(store())
    const counts = { classes: [], problem: null }
    const draft = firstDraft(facts)
    const problem = (change: Partial<Draft>, given: typeof counts | null = counts) =>
      checked({ ...draft, ...change }, facts, given).problem
    expect(problem({})).toBeNull()
    expect(problem({ policies: [] })?.field).toBe('policies')
    expect(problem({ name: ' ' })?.field).toBe('name')
    expect(problem({ size: 66 })).toMatchObject({ field: 'size', says: 'the cnn takes a multiple of 4' })
    expect(
      problem({
        scenarios: [
          { real: 100, copies: 0 },
          { real: 120, copies: 0 },
        ],
      }),
    ).toMatchObject({
      field: 'scenarios',
      scenario: 1,
    })
    expect(
      problem({
        scenarios: [
          { real: 80, copies: 0 },
          { real: 80, copies: 0 },
        ],
      }),
    ).toMatchObject({
      field: 'scenarios',
      scenario: null,
      says: 'two scenarios have the same name',
    })
    expect(problem({}, null)?.field).toBe('dataset')
    // The study of that name is trained at another size.
    expect(problem({ name: 'mild-and-moderate' })?.says).toContain('give the study another name')
  })

  it('names classes that a dataset cannot be split by', () => {
    const at = store()
    const own = exampleDataset('own')
    at.datasets.add({ ...own, images: own.images.map(image => ({ ...image, sourcePart: null })) })
    expect(splitCounts(at, 'own', 'parity')?.problem).toBeNull()
    at.datasets.add({
      ...exampleDataset('other'),
      split: { ...own.split, kind: 'random' },
      images: own.images.map(image => ({ ...image, sourcePart: null })),
    })
    expect(splitCounts(at, 'other', 'parity')?.problem).toContain('parity')
    expect(splitCounts(at, 'sample', 'random')?.classes.map(one => one.train + one.validation)).toEqual([6, 6, 6, 6])
    expect(splitCounts(at, 'no such', 'random')).toBeNull()
  })

  it('is estimated from what earlier runs took here', () => {
    const facts = composeFacts(store())
    const draft = firstDraft(facts)
    const { spec } = checked(draft, facts, { classes: [], problem: null })
    const counts = { classes: [{ name: 'a', train: 100, validation: 9 }], problem: null }
    const pace = { secondsPerPixel: 1e-6, epochs: 5, runs: 20 }
    const estimate = estimateOf(spec!, draft, { ...facts, pace }, counts, 2)
    // 12 runs of 5 epochs, 90 images on average, 64 pixels a side, on two workers.
    expect(estimate).toMatchObject({ cells: 4, runs: 12, existing: 0, images: 100 })
    expect(estimate.seconds).toBeCloseTo((12 * 5 * 90 * 64 ** 2 * 1e-6) / 2, 9)
    expect(estimateWords(estimate, pace)).toBe('4 cells, 12 runs · up to 100 training images · about 11 s, by 20 runs here')
    const unknown = estimateOf(spec!, draft, { ...facts, pace: null }, counts, 2)
    expect(estimateWords(unknown, null)).toContain('time not known before the first run')
    // 16 images at 128 pixels a side, 6.2 s an epoch.
    expect(facts.pace?.secondsPerPixel).toBeCloseTo(6.2 / (16 * 128 ** 2), 9)
  })

  it('stays within what a spec may say, however its numbers are stepped', () => {
    const facts = composeFacts(store())
    let draft = firstDraft(facts)
    for (const by of [-1, 1]) {
      for (const [at] of fieldsOf(draft, facts, null).entries()) {
        for (let i = 0; i < 40; i++) {
          for (const part of fieldsOf(draft, facts, null)[at]?.parts ?? []) draft = part.step?.(by) ?? draft
        }
      }
      const apart = { ...draft, scenarios: [draft.scenarios[0]!] }
      expect(checked(apart, facts, { classes: [], problem: null }).problem).toBeNull()
    }
  })
})
