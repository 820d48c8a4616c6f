/** What the grammar of the screens promises of every list: `/` filters, `y` copies what the cursor is on, `e` exports after asking. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { openStore } from '../../src/store/index.ts'
import { App } from '../../src/ui/app.tsx'
import { type AnsweredContrasts, answerWords } from '../../src/ui/asked/answer.ts'
import type { ScreenName } from '../../src/ui/screen.ts'
import { cellText, textFile } from '../../src/ui/textFile.ts'
import { exampleAudit, exampleSpec, type FixtureOptions, fillStore, fixtureLab } from './labFixture.ts'
import { draw, KEYS } from './terminal.tsx'

const SIZE = { columns: 140, rows: 34 }
const DOCTOR = {
  ...{ version: '0', node: '24', default: 'onnx-cpu', cpu: { model: 'example CPU', cores: 2 } },
  engines: [
    { name: 'onnx-cpu', available: true, device: 'example CPU', reason: null, stepMilliseconds: 200 },
    { name: 'onnx-cuda', available: false, device: null, reason: 'no CUDA here', stepMilliseconds: null },
  ],
  database: { path: '/lab.db', exists: true, bytes: 1000 },
}
const ANSWERS = { 'runs show': { id: 1, study: 'mild-and-moderate' }, report: {}, doctor: DOCTOR }

function opened(screen: ScreenName, options: FixtureOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'mri-lab-output-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const spy = vi.spyOn(process, 'cwd').mockReturnValue(folder)
  onTestFinished(() => spy.mockRestore())
  const lab = fixtureLab({ answers: ANSWERS, ...options })
  lab.store.datasets.keepAudit('sample', exampleAudit(), null)
  return { folder, lab, drawn: draw(<App lab={lab} first={screen} window={SIZE} />, SIZE) }
}

interface Listed {
  readonly screen: ScreenName
  /** What is there before the keys, and after them. */
  readonly first: string
  readonly keys: readonly string[]
  readonly sees: string | RegExp
  readonly copies: RegExp
  /** What is exported under which name; null: nothing is. */
  readonly file: readonly [name: string, holds: RegExp] | null
}

const LISTS: readonly (readonly [string, Listed])[] = [
  ['studies', list('lab', 'mild-and-moderate', [], '72/72', /^copy mild-and-moderate\tsample\t72\/72/, null)],
  [
    'cells',
    list('live', 'best, epoch', [KEYS.down], /80\/0 +\[ /, /^copy cnn\tnone\t80\/0\t0\.8/, [
      'mild-and-moderate-cells.csv',
      /^model,policy[\s\S]*cnn,flip,80\/0,0\.\d+,8,0\n/,
    ]),
  ],
  [
    'runs',
    list('runs', '72 runs', ['/policy:flip\r'], '24 of 72', /^copy run\tmodel[\s\S]*\n2\tcnn\tflip/, [
      'all-runs.csv',
      /^run,model[\s\S]*\n71,cnn,flip/,
    ]),
  ],
  [
    'one run',
    list('runs', '72 runs', [KEYS.enter], 'Confusion', /^copy Run 1 +cnn · none/, [
      'run-1.json',
      /"study": "mild-and-moderate"/,
    ]),
  ],
  [
    'medians',
    list('tables', 'Stands on', [], 'Stands on', /^copy [\s\S]*100\/0/, ['mild-and-moderate-medians-loss.txt', /100\/0/]),
  ],
  [
    'counts',
    list('data', 'NonDemented', [], 'NonDemented', /^copy class\ttrain[\s\S]*\nall\t16\t16/, [
      'sample-counts.csv',
      /^class,train[\s\S]*\nall,16,16/,
    ]),
  ],
  [
    'audit pairs',
    list('data', 'NonDemented', [KEYS.tab, KEYS.tab], 'same file', /^copy 1\.000\tsame file, across parts/, [
      'sample-audit.csv',
      /^likeness,what,one,the other\n1\.000,"same file, across parts"/,
    ]),
  ],
  [
    'engines',
    list('doctor', 'example CPU', [KEYS.down], 'no CUDA here', /^copy onnx-cuda: no CUDA here/, [
      'doctor.json',
      /"onnx-cuda"/,
    ]),
  ],
  ['the spec', list('compose', '12 runs', [], '12 runs', /^copy \{\n +"name": "study-1"/, null)],
  [
    'an image',
    list('gradcam', 'probability', [], 'probability', /^copy run 72 · validation[\s\S]*\nVeryMildDemented\t0\.61/, null),
  ],
]

function list(
  screen: ScreenName,
  first: string,
  keys: readonly string[],
  sees: string | RegExp,
  copies: RegExp,
  file: Listed['file'],
): Listed {
  return { screen, first, keys, sees, copies, file }
}

describe.each(LISTS)('%s', (_, { screen, first, keys, sees, copies, file }) => {
  it('are copied where the cursor is, and exported after a yes', async () => {
    const { drawn, lab, folder } = opened(screen)
    await drawn.until(first)
    await drawn.press(...keys)
    await drawn.until(sees)
    await drawn.press('y')
    await drawn.until('copied, where the terminal lets programs copy')
    expect(lab.asked.find(words => words.startsWith('copy'))).toMatch(copies)
    if (file === null) return
    const [name, holds] = file
    await drawn.press('e')
    await drawn.until(`${name}?`)
    await drawn.press('n', 'e', 'y')
    await drawn.until('✓ written to')
    expect(readFileSync(join(folder, name), 'utf8')).toMatch(holds)
    await drawn.press('e')
    await drawn.until('Replace ')
  })
})

it('exports a study as its report', async () => {
  const { drawn, lab, folder } = opened('lab')
  await drawn.until('72/72')
  await drawn.press('e', 'y')
  await drawn.until('written to')
  expect(lab.asked.at(-1)).toBe(`report --study mild-and-moderate --out ${join(folder, 'mild-and-moderate-report.html')}`)
})

it('says why nothing could be copied or written', async () => {
  const { drawn, lab } = opened('tables')
  Object.assign(lab, {
    copy: () => {
      throw new Error('too much to copy')
    },
  })
  await drawn.until('Stands on')
  await drawn.press('y')
  await drawn.until('✕ too much to copy')
  const gone = vi.spyOn(process, 'cwd').mockReturnValue(join(tmpdir(), 'mri-lab-no-such-folder'))
  onTestFinished(() => gone.mockRestore())
  await drawn.press('e', 'y')
  await drawn.until('cannot be written')
})

it('filters studies and contrasts by words, and Esc shows all again', async () => {
  const { drawn, lab } = opened('lab')
  const other = openStore(lab.database, { now: lab.now, mode: 'write' })
  fillStore(other, exampleSpec({ name: 'another', runs: 1 }))
  other.close()
  await drawn.until('another')
  await drawn.press('/mild\r')
  await drawn.until(/^(?!.*another)/s)
  await drawn.until('/mild   Esc shows all')
  await drawn.press(KEYS.escape)
  await drawn.until('another')
  await drawn.press('/mild\r', KEYS.enter)
  await drawn.until('Stands on')
  await drawn.press(KEYS.tab)
  await drawn.until('none → flip, 100/0')
  await drawn.press('/nowhere\r')
  await drawn.until('No contrast is called that.')
  await drawn.press(KEYS.escape)
  await drawn.until(/policy: /)
  await drawn.press('/autoaugment 80/0\r')
  await drawn.until(/^(?!.*none → flip)/s)
})

it('filters the pairs of an audit', async () => {
  const { drawn } = opened('data')
  await drawn.until('NonDemented')
  await drawn.press(KEYS.tab, KEYS.tab)
  await drawn.until('near copy')
  await drawn.press('/two labels\r')
  await drawn.until(/^(?!.*same file)/s)
  await drawn.until('near copy')
})

it('writes names and cells that files and spreadsheets take', () => {
  expect(textFile('/x', '../a b/c', 'csv').path).toBe('/x/a-b-c.csv')
  expect(
    cellText(
      [
        ['a,b', 'say "x"', null],
        [1, '=2\n', 'c\td'],
      ],
      ',',
    ),
  ).toBe('"a,b","say ""x""",\n1,"=2\n",c\td\n')
  expect(cellText([['a,b', null, 'c\td']], '\t')).toBe('a,b\t\tc d\n')
})

describe('what a finished study answers', () => {
  const contrast = (question: string, verdict: AnsweredContrasts['contrasts'][number]['verdict'], pHolm: number | null) => {
    return { question, verdict, pHolm }
  }

  it('is that of its first question: against copies, else synthetic images, else its own', () => {
    const words = (...contrasts: AnsweredContrasts['contrasts']) => answerWords({ contrasts })
    const added = contrast('synthetic added', 'lower', 0.01)
    expect(
      words(added, contrast('against the control', 'not shown', 0.41), contrast('against the control', 'not shown', 1)),
    ).toBe('against copies: no difference shown (p 0.41)')
    expect(words(contrast('policy', 'higher', 0.2), added, contrast('synthetic added', 'higher', 0.04))).toBe(
      'synthetic images: lower loss in 1, higher in 1 of 2 (p 0.010)',
    )
    expect(words(contrast('mine', 'open', null))).toBe('mine: not enough runs to compare')
    expect(words()).toBe('no contrasts are declared')
  })

  it('stands on the Lab screen, asked once of the program', async () => {
    const answers = { contrasts: { contrasts: [contrast('against the control', 'not shown', 0.41)] } }
    const { drawn, lab } = opened('lab', { answers })
    await drawn.until('✓ against copies: no difference shown (p 0.41)')
    await drawn.press('4', '1')
    await drawn.until('no difference shown (p 0.41)')
    expect(lab.asked).toEqual(['contrasts --study mild-and-moderate'])
  })
})

it('adds a folder of images by its name, and fetches the published set after asking', async () => {
  const { drawn, lab } = opened('lab', { answers: { 'data add': {}, 'data fetch': {} } })
  await drawn.until('72/72')
  await drawn.press('a', ...'/scans/My Heads', KEYS.enter)
  await expect.poll(() => lab.asked).toContain('data add my-heads /scans/My Heads')
  await drawn.press('f')
  await drawn.until('Download Falah/Alzheimer_MRI from the Hugging Face hub (28 MB)?')
  expect(lab.asked).not.toContain('data fetch falah')
  await drawn.press('y')
  await expect.poll(() => lab.asked).toContain('data fetch falah')
})
