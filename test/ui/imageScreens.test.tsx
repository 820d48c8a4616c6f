/** Data, Bank and Doctor as text at the sizes that people have, and what their keys do. */
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'

vi.hoisted(() => {
  process.env.FORCE_COLOR = '1'
})

import fc from 'fast-check'
import { App } from '../../src/ui/app.tsx'
import type { ScreenName } from '../../src/ui/screen.ts'
import { exampleAudit, type FixtureLab, type FixtureOptions, fillBank, fixtureLab } from './labFixture.ts'
import { type Drawn, draw, expectFrame, expectWithin, KEYS, SIZES } from './terminal.tsx'

const SERVICE = { host: 'images.example', sends: 'each source image', spent: 0, prices: '2026-01-01' }
const PART = {
  ...{ generator: 'morph', images: 8, present: 6, missing: 2, refused: {}, requests: 0, price: 0, seconds: 1 },
  classes: [{ name: 'NonDemented', present: 4, missing: 2 }],
  ...{ leaves: 'nothing leaves the machine', needs: 'nothing', service: null },
}
const share = (value: number) => ({ value, low: value, high: value })
const line = (name: string | null) => ({
  ...{ class: name, images: 4, kid: share(0.0123), precision: share(0.91), recall: share(0.8), density: share(1.1) },
  ...{ coverage: share(0.7), detector: { auc: 0.62, low: 0.5, high: 0.7 } },
})
const ANSWERS = {
  'synth plan': { dataset: 'sample', runs: 20, generators: [PART] },
  'synth run': {},
  'synth consent': {},
  'synth fidelity': {
    featureSpace: { name: '20 principal components of pixels' },
    nearest: {
      images: 8,
      copies: 1,
      copiesOfOthers: 0,
      copiesOfParents: 1,
      withParents: 8,
      nearerToValidation: { correlation: 2, ssim: 1 },
    },
    synthetic: [line('NonDemented'), line(null)],
    validation: [line(null)],
  },
  doctor: {
    version: '0.1.0',
    node: '24.0.0',
    engines: [
      { name: 'onnx-cpu', available: true, device: 'example CPU', reason: null, stepMilliseconds: 41.2 },
      { name: 'onnx-cuda', available: false, device: null, reason: 'there is no NVIDIA GPU', stepMilliseconds: null },
    ],
    default: 'onnx-cpu',
    cpu: { model: 'example CPU', cores: 2 },
    database: { path: '/tmp/lab.db', exists: true, bytes: 123456 },
  },
  'data audit': {},
}

function filled(options: FixtureOptions = {}): FixtureLab {
  const lab = fixtureLab({ answers: ANSWERS, ...options })
  if (lab.store !== null) {
    fillBank(lab.store, 8)
    lab.store.datasets.keepAudit('sample', exampleAudit(), null)
  }
  return lab
}

interface View {
  readonly name: string
  readonly screen: ScreenName
  readonly options: FixtureOptions
  readonly keys: readonly string[]
  readonly first: string | RegExp
  readonly sees: string | RegExp
}

const NONE = { database: false }
const { tab, enter } = KEYS
const VIEWS: readonly View[] = [
  { name: 'data', screen: 'data', options: {}, keys: [], first: '', sees: 'fingerprint' },
  { name: 'data-gallery', screen: 'data', options: {}, keys: [tab, 'c', 'l'], first: 'split', sees: /░[\s\S]*\[train 2\]/ },
  { name: 'data-audit', screen: 'data', options: {}, keys: [tab, tab, 'j'], first: 'split', sees: /two labels[\s\S]*░/ },
  {
    name: 'data-augmentation',
    screen: 'data',
    options: {},
    keys: ['\x1b[Z', ...'nnnnnnnnnnnnnnnn', 'jj'],
    first: 'split',
    sees: /░[\s\S]*ShearX -5/,
  },
  { name: 'data-empty', screen: 'data', options: NONE, keys: [], first: '', sees: 'no images here yet' },
  { name: 'bank', screen: 'bank', options: {}, keys: [], first: '', sees: 'privacy' },
  { name: 'bank-pairs', screen: 'bank', options: {}, keys: [enter, 'l'], first: 'privacy', sees: /▒[\s\S]*\[2 real/ },
  { name: 'bank-fidelity', screen: 'bank', options: {}, keys: [tab, tab, 'f'], first: 'privacy', sees: 'count as copies' },
  { name: 'bank-make', screen: 'bank', options: {}, keys: ['\x1b[Z', ' '], first: 'privacy', sees: 's makes them' },
  { name: 'bank-empty', screen: 'bank', options: NONE, keys: [], first: '', sees: 'no images yet' },
  { name: 'doctor', screen: 'doctor', options: {}, keys: ['j'], first: 'onnx-cpu:', sees: 'no NVIDIA GPU' },
]

async function shown(
  { screen, keys, first, sees }: View,
  lab: FixtureLab,
  size: { columns: number; rows: number },
): Promise<Drawn> {
  const fixed = Object.assign(lab, { database: '/tmp/lab.db' })
  const drawn = draw(<App lab={fixed} first={screen} window={size} colours={false} />, size)
  await drawn.until(first)
  await drawn.press(...keys)
  await drawn.until(sees)
  // Pictures come one after another.
  for (let before = ''; before !== drawn.frame(); await wait(150)) before = drawn.frame()
  return drawn
}

describe.each(VIEWS)('$name', view => {
  it.each(SIZES)('at $columns x $rows', async size => {
    const drawn = await shown(view, filled(view.options), size)
    await expectFrame(drawn, view.name, size)
  })

  it('stays within the window at any size', async () => {
    const size = fc.record({ columns: fc.integer({ min: 60, max: 220 }), rows: fc.integer({ min: 18, max: 70 }) })
    for (const one of [{ columns: 60, rows: 18 }, ...fc.sample(size, { numRuns: 3, seed: 5 })]) {
      const drawn = await shown({ ...view, sees: '' }, filled(view.options), one)
      expectWithin(drawn, one)
      drawn.unmount()
    }
  })
})

const SIZE = { columns: 120, rows: 34 }
const open = (lab: FixtureLab, first: ScreenName): Drawn =>
  draw(<App lab={lab} first={first} window={SIZE} colours={false} />, SIZE)

it('audits by the program, and shows the pairs at their place', async () => {
  const lab = fixtureLab({ answers: ANSWERS })
  const drawn = open(lab, 'data')
  await drawn.until('not made yet')
  await drawn.press('a')
  await drawn.until('audited')
  expect(lab.asked).toEqual(['data audit sample'])
})

it('shows an operation both ways, stronger and weaker, and draws of a policy anew', async () => {
  const drawn = open(fixtureLab(), 'data')
  await drawn.until('fingerprint')
  await drawn.press('\x1b[Z')
  await drawn.until(/flip · draws 1 to/)
  await drawn.press('d')
  await drawn.until(/flip · draws (?!1 )/)
  await drawn.press('jjj', KEYS.right)
  await drawn.until('ShearY -6')
  await drawn.press('n')
  await drawn.until('image 2 of 32')
})

it('makes images after asking, and says what it costs', async () => {
  const lab = filled()
  const drawn = open(lab, 'bank')
  await drawn.until('privacy')
  await drawn.press('\x1b[Z')
  await drawn.until('2 are to make')
  await drawn.press('s')
  await drawn.until('Make 2 images with morph (free)?')
  await drawn.press('n', 's', 'y')
  await drawn.until('✓ done')
  const words = '--dataset sample --generator morph --fraction 0.2 --classes all --runs 20 --sources per-run --seed 1'
  expect(lab.asked.filter(asked => asked.startsWith('synth run'))).toEqual([`synth run --yes ${words}`])
})

it('asks for consent before anything may be sent, and only then offers to make', async () => {
  const part = { ...PART, price: 0.04, requests: 2, service: { ...SERVICE, consent: false } }
  const lab = filled({ answers: { ...ANSWERS, 'synth plan': { dataset: 'sample', runs: 20, generators: [part] } } })
  const drawn = open(lab, 'bank')
  await drawn.until('privacy')
  await drawn.press('\x1b[Z')
  await drawn.until('nobody agreed yet')
  await drawn.press('s')
  await drawn.press('a')
  await drawn.until('May images of sample be sent to images.example?')
  await drawn.press('y')
  await expect.poll(() => lab.asked).toContain('synth consent --yes --dataset sample --generator morph')
  expect(lab.asked.some(asked => asked.startsWith('synth run'))).toBe(false)
})

it('asks the doctor once, and again by key', async () => {
  const lab = filled()
  const drawn = open(lab, 'doctor')
  await drawn.until('onnx-cpu:')
  await drawn.press('1')
  await drawn.until('[1 Lab]')
  await drawn.press('9')
  await drawn.until('onnx-cpu:')
  expect(lab.asked.filter(asked => asked === 'doctor')).toHaveLength(1)
  await drawn.press('r')
  await expect.poll(() => lab.asked.filter(asked => asked === 'doctor')).toHaveLength(2)
})
