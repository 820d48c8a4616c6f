/** Live, Compose and Grad-CAM as text, at the sizes that people have. */
import { describe, expect, it, vi } from 'vitest'

vi.hoisted(() => {
  process.env.TZ = 'UTC'
  process.env.FORCE_COLOR = '1'
})

import fc from 'fast-check'
import { App } from '../../src/ui/app.tsx'
import type { Explanation } from '../../src/ui/lab.ts'
import type { ScreenName } from '../../src/ui/screen.ts'
import { exampleDataset, exampleSpec, type FixtureLab, type FixtureOptions, fixtureLab } from './labFixture.ts'
import { type Drawn, draw, expectFrame, expectWithin, KEYS, linesOf, SIZES } from './terminal.tsx'

const AT_WORK: FixtureOptions = {
  done: 40,
  status: { runner: { alive: true, pid: 1 }, study: 'mild-and-moderate', done: 40, failed: 1, total: 72, secondsLeft: 4320 },
}
/** Even pictures: where shades change depends on the processor's rounding. */
const EVEN: Partial<Explanation> = {
  pixels: new Uint8Array(256).fill(128),
  drawn: new Float32Array(256).fill(1),
}
const EMPTY: Partial<Explanation> = {
  ...EVEN,
  drawn: new Float32Array(256),
  map: { height: 4, width: 4, map: new Float32Array(16), empty: true },
}

interface View {
  readonly name: string
  readonly screen: ScreenName
  readonly options: FixtureOptions
  readonly keys: readonly string[]
  /** What is there before the keys, and when it is drawn. */
  readonly first: string | RegExp
  readonly sees: string | RegExp
}

const NONE = { database: false }
/** The last of what comes. */
const CHECKED = /layer alone 0\.35$/m
const VIEWS: readonly View[] = [
  { name: 'live', screen: 'live', options: AT_WORK, keys: [], first: '', sees: 'best, epoch' },
  { name: 'live-log', screen: 'live', options: AT_WORK, keys: ['o'], first: 'best, epoch', sees: 'died twice' },
  { name: 'live-done', screen: 'live', options: {}, keys: [KEYS.right, 'L'], first: 'best, epoch', sees: /log +⠤/ },
  { name: 'live-empty', screen: 'live', options: NONE, keys: [], first: '', sees: 'No study yet' },
  { name: 'compose', screen: 'compose', options: AT_WORK, keys: [], first: '', sees: '4 cells, 12 runs' },
  {
    name: 'compose-wrong',
    screen: 'compose',
    options: {},
    keys: ['GGkkkkkkkkk', KEYS.enter, '\x15', '0', KEYS.enter],
    first: 'cells, 12 runs',
    sees: '✕ runs: ',
  },
  { name: 'compose-empty', screen: 'compose', options: NONE, keys: [], first: '', sees: 'no images here yet' },
  { name: 'gradcam', screen: 'gradcam', options: { explanation: EVEN }, keys: [], first: '', sees: CHECKED },
  {
    name: 'gradcam-map-empty',
    screen: 'gradcam',
    options: { explanation: EMPTY },
    keys: ['n'],
    first: '▒▒',
    sees: /validation 2 .*predicted/,
  },
  { name: 'gradcam-none', screen: 'gradcam', options: { done: 0 }, keys: [], first: '', sees: 'No run is done yet' },
]

async function shown(
  { screen, keys, first, sees }: View,
  lab: FixtureLab,
  size: { columns: number; rows: number },
): Promise<Drawn> {
  const drawn = draw(<App lab={lab} first={screen} window={size} colours={screen !== 'gradcam'} />, size)
  await drawn.until(first)
  await drawn.press(...keys)
  await drawn.until(sees)
  return drawn
}

describe.each(VIEWS)('$name', view => {
  it.each(SIZES)('at $columns x $rows', async size => {
    // Beside the chart the log is always there.
    const sees = view.name === 'live-log' && size.columns >= 100 ? 'best, epoch' : view.sees
    const drawn = await shown({ ...view, sees }, fixtureLab(view.options), size)
    await expectFrame(drawn, view.name, size)
  })

  it('stays within the window at any size', async () => {
    const lab = fixtureLab(view.options)
    const size = fc.record({ columns: fc.integer({ min: 60, max: 220 }), rows: fc.integer({ min: 18, max: 70 }) })
    for (const one of [{ columns: 60, rows: 18 }, ...fc.sample(size, { numRuns: 4, seed: 11 })]) {
      const drawn = await shown({ ...view, keys: [], sees: view.keys.length > 0 ? '' : view.sees }, lab, one)
      expectWithin(drawn, one)
      drawn.unmount()
    }
  })
})

describe('names from files', () => {
  const evil = 'x\x1b]0;owned\x07\x1b[2J\u202e\x9b1m'

  const size = { columns: 160, rows: 40 }
  const expectSafe = (drawn: Drawn): void => {
    for (const frame of drawn.frames) {
      expect(linesOf(frame).join('')).not.toMatch(/[\p{Cc}\u202e]/u)
      for (const code of ['\x9b', '\x1b]', '\x1b[2J']) expect(frame).not.toContain(code)
    }
  }

  it('never reach the terminal with their control characters', async () => {
    const lab = fixtureLab({
      ...AT_WORK,
      explanation: {
        class: `a ${evil}`,
        label: `c ${evil}`,
        layer: `conv ${evil}`,
        probabilities: { [`a ${evil}`]: 0.25, b: 0.75 },
      },
    })
    lab.store.datasets.add({ ...exampleDataset(`data ${evil}`), classes: ['a', 'b', 'c', `d ${evil}`] })
    const drawn = draw(<App lab={lab} window={size} first="compose" />, size)
    await drawn.until('data x')
    await drawn.press('6')
    await drawn.until('probability')
    expectSafe(drawn)
  })

  it('are safe in what is said of a damaged study', async () => {
    const spec = { ...exampleSpec(), name: `study ${evil}` }
    const lab = fixtureLab({ spec, status: { study: `study ${evil}`, total: 9, runner: { alive: true, pid: 1 } } })
    const drawn = draw(<App lab={lab} window={size} first="live" />, size)
    await drawn.until('must not hold control characters')
    await drawn.press('2')
    await drawn.until('cells, 12 runs')
    await drawn.press('6')
    await drawn.until('study x')
    expectSafe(drawn)
  })
})
