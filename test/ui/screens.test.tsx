/** Each screen of the shell as text, at the sizes that people have. */
import { describe, expect, it, vi } from 'vitest'

vi.hoisted(() => {
  process.env.FORCE_COLOR = '1'
})

import fc from 'fast-check'
import { App } from '../../src/ui/app.tsx'
import { columnsOf } from '../../src/ui/format/columns.ts'
import type { ScreenName } from '../../src/ui/screen.ts'
import { exampleSpec, type FixtureLab, type FixtureOptions, fixtureLab } from './labFixture.ts'
import { type Drawn, draw, expectFrame, expectWithin, KEYS, linesOf, SIZES } from './terminal.tsx'

const HALF_WAY: FixtureOptions = {
  done: 40,
  status: { runner: { alive: true, pid: 1 }, study: 'mild-and-moderate', done: 40, failed: 1, total: 72, secondsLeft: 4320 },
}

interface View {
  readonly name: string
  readonly screen: ScreenName
  readonly options: FixtureOptions
  readonly keys: readonly string[]
  /** What is there when it is drawn. */
  readonly sees: string
}

const VIEWS: readonly View[] = [
  { name: 'lab', screen: 'lab', options: HALF_WAY, keys: [], sees: 'in work' },
  { name: 'lab-empty', screen: 'lab', options: { database: false }, keys: [], sees: 'no images here yet' },
  { name: 'runs', screen: 'runs', options: HALF_WAY, keys: ['j'], sees: '· 2 of 72' },
  { name: 'runs-empty', screen: 'runs', options: { database: false }, keys: [], sees: 'No runs yet' },
  { name: 'run', screen: 'runs', options: {}, keys: [KEYS.enter], sees: 'Confusion' },
  { name: 'run-provenance', screen: 'runs', options: {}, keys: [KEYS.enter, 'p'], sees: 'example CPU' },
  { name: 'run-failed', screen: 'runs', options: HALF_WAY, keys: ['/failed\r', KEYS.enter], sees: 'died twice' },
  { name: 'tables', screen: 'tables', options: {}, keys: [], sees: 'Stands on' },
  { name: 'tables-unfinished', screen: 'tables', options: HALF_WAY, keys: ['m'], sees: 'validation accuracy' },
  { name: 'tables-empty', screen: 'tables', options: { database: false }, keys: [], sees: 'No study yet' },
  { name: 'help', screen: 'lab', options: {}, keys: ['?', '/sort by\r'], sees: 'Help   /sort by' },
  { name: 'palette', screen: 'lab', options: {}, keys: [':', 'go'], sees: ': go' },
]

/** Changes with every key; its words are tested with the key table. */
const WHOLE_HELP: View = { name: 'whole help', screen: 'lab', options: {}, keys: ['?'], sees: 'searches' }

async function shown(
  { screen, keys, sees }: View,
  lab: FixtureLab,
  size: { columns: number; rows: number },
): Promise<Drawn> {
  const drawn = draw(<App lab={lab} first={screen} window={size} />, size)
  if (keys.length > 0) await drawn.until(/72 runs|medians of|Stands on/)
  await drawn.press(...keys)
  await drawn.until(sees)
  return drawn
}

describe.each(VIEWS)('$name', view => {
  it.each(SIZES)('at $columns x $rows', async size => {
    const drawn = await shown(view, fixtureLab(view.options), size)
    await expectFrame(drawn, view.name, size)
  })
})

describe('at any size', () => {
  it.each([...VIEWS, WHOLE_HELP])('$name stays within the window', async view => {
    const lab = fixtureLab(view.options)
    const sizes = fc.sample(
      fc.record({ columns: fc.integer({ min: 60, max: 220 }), rows: fc.integer({ min: 18, max: 70 }) }),
      {
        numRuns: 6,
        seed: 7,
      },
    )
    for (const size of [{ columns: 60, rows: 18 }, ...sizes]) {
      const drawn = await shown({ ...view, sees: '' }, lab, size)
      expectWithin(drawn, size)
      drawn.unmount()
    }
  })

  it('says in one line that a window is too small, and still leaves', async () => {
    for (const size of [
      { columns: 59, rows: 24 },
      { columns: 80, rows: 17 },
      { columns: 20, rows: 3 },
    ]) {
      const drawn = draw(<App lab={fixtureLab()} window={size} />, size)
      expect(drawn.lines()).toHaveLength(1)
      expect(drawn.lines()[0]).toMatch(/^The lab needs 60x1|^The lab needs 60x…/)
      expect(columnsOf(drawn.lines()[0]!)).toBeLessThanOrEqual(size.columns)
    }
  })
})

it('says on the lab what is amiss on the machine, in full at 80 columns, and hides no study for it', async () => {
  const advice = "an NVIDIA GPU (NVIDIA A100-SXM4-40GB) is here but no GPU engine works: run 'mri-lab engine install cuda'"
  const drawn = draw(<App lab={fixtureLab({ advice })} first="lab" window={{ columns: 80, rows: 24 }} />, SIZES[0]!)
  await drawn.until('NVIDIA')
  const words = drawn.lines().map(line => line.trim())
  const at = words.findIndex(line => line.includes('NVIDIA'))
  expect(`${words[at]} ${words[at + 1]}`).toBe(`! ${advice}`)
  expect(words.at(at + 2)).toBe('Research software. Not for diagnosis.')
  expect(drawn.lines()).toHaveLength(24)
  expect(words.join('\n')).toContain('mild-and-moderate')
})

describe('colours', () => {
  const size = { columns: 100, rows: 30 }
  const sgr = (frame: string) => new Set([...frame.matchAll(/\[([\d;]+)m/g)].map(([, codes]) => codes))

  it('mean something: accent at the cursor, failure where runs failed', async () => {
    const keys = [KEYS.pageDown, KEYS.pageDown, 'k']
    const drawn = await shown({ ...VIEWS[2]!, keys, sees: '· 40 of 72' }, fixtureLab(HALF_WAY), size)
    const line = (sign: string) =>
      drawn
        .frame()
        .split('\n')
        .find(text => text.includes(sign))
    expect(line('▸')).toContain('[94m')
    expect(line('✕ failed')).toContain('[31m')
  })

  it('are left out where none are wanted, and nothing is lost', async () => {
    const lab = fixtureLab(HALF_WAY)
    const coloured = draw(<App lab={lab} window={size} />, size)
    const plain = draw(<App lab={lab} window={size} colours={false} />, size)
    expect(plain.lines()).toEqual(coloured.lines())
    const codes = [...sgr(plain.frame())].flatMap(code => code?.split(';').map(Number) ?? [])
    expect(codes.filter(code => ![0, 1, 2, 7, 22, 27].includes(code))).toEqual([])
  })
})

describe('names from files', () => {
  it('never reach the terminal with their control characters', async () => {
    const evil = 'x\x1b]0;owned\x07\x1b[2J\u202e\x9b1m'
    const spec = exampleSpec()
    const scenarios = [{ ...spec.scenarios[0]!, name: `100/0 ${evil}` }]
    const lab = fixtureLab({
      spec: { ...spec, name: `study ${evil}`, dataset: `data ${evil}`, scenarios },
      done: 5,
      status: { study: `study ${evil}`, total: 9, runner: { alive: true, pid: 1 } },
    })
    const drawn = draw(<App lab={lab} window={{ columns: 160, rows: 40 }} />, { columns: 160, rows: 40 })
    await drawn.until('study x')
    for (const [key, sees] of [
      ['4', 'study x'],
      ['5', '24 runs'],
      [`/${evil}`, 'No run fits /x'],
      [KEYS.escape, '24 runs'],
      [KEYS.enter, 'number 0'],
      ['p', 'Provenance'],
      ['?', 'Help'],
    ] as const) {
      await drawn.press(key)
      await drawn.until(sees)
    }
    for (const frame of drawn.frames) {
      expect(linesOf(frame).join('')).not.toMatch(/[\p{Cc}\u202e]/u)
      expect(frame).not.toContain('\x9b')
      expect(frame).not.toContain('\x1b]')
      expect(frame).not.toContain('\x1b[2J')
    }
  })
})
