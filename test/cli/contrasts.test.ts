/** A study's numbers through the program itself: more metrics, its contrasts, and the one look at the test images. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runLab } from './program.ts'

let cwd = ''
const CONTRAST = {
  question: 'fewer images',
  from: { policy: 'none', scenario: '60/0' },
  to: { policy: 'none', scenario: '100/0' },
}
const SPEC = {
  name: 'main',
  dataset: 'toy',
  split: 'random',
  models: ['cnn'],
  policies: ['none', 'flip'],
  scenarios: [
    { name: '100/0', real: 1 },
    { name: '60/0', real: 0.6 },
  ],
  contrasts: ['default', CONTRAST],
  ...{ runs: 3, epochs: 2, size: 16 },
}

/** 10 images of 16 x 16 pixels in each of three classes, by which part is bright. */
async function writeImages(folder: string): Promise<void> {
  for (const [at, label] of ['Non_Demented', 'Mild_Demented', 'Moderate_Demented'].entries()) {
    mkdirSync(join(folder, label), { recursive: true })
    for (let i = 0; i < 10; i++) {
      const grey = Buffer.alloc(256, 10 + i)
      for (let pixel = 0; pixel < 256; pixel++) if (Math.floor((pixel % 16) / 6) === at) grey[pixel] = 150 + i
      await sharp(grey, { raw: { width: 16, height: 16, channels: 1 } })
        .png()
        .toFile(join(folder, label, `${i}.png`))
    }
  }
}

async function json(...args: string[]) {
  const { code, stdout, stderr } = await runLab([...args, '--json', '--quiet'], cwd)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

async function refused(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runLab(args, cwd)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  return stderr
}

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'mri-lab-contrasts-'))
  await writeImages(join(cwd, 'images'))
  writeFileSync(join(cwd, 'spec.json'), JSON.stringify(SPEC))
  for (const args of [
    ['data', 'add', 'toy', 'images', '--split', 'random'],
    ['run', 'spec.json', '--engine', 'onnx-cpu', '--threads', '1', '--workers', '2'],
  ]) {
    expect((await runLab([...args, '--quiet'], cwd)).code).toBe(0) // a leaking split is said on stderr
  }
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

describe('contrasts', () => {
  it('are those declared, with what they show', async () => {
    const found = await json('contrasts', '--study', 'main')
    expect(found).toMatchObject({ study: 'main', metric: 'loss', on: 'validation', runsOfCell: 3, marks: [] })
    expect(found.contrasts.map((one: { family: string }) => one.family)).toEqual([
      'cnn: policy',
      'cnn: policy',
      'cnn: fewer images',
    ])
    expect(found.contrasts[2]).toMatchObject({ from: CONTRAST.from, to: CONTRAST.to, pairs: 3, complete: true, low: null })
    expect([0.25, 0.5, 0.75, 1]).toContain(found.contrasts[2].p)
    const runs: { scenario: string; policy: string; index: number; validationLoss: number }[] = await json('runs')
    const loss = (scenario: string, index: number) =>
      runs.find(one => one.scenario === scenario && one.policy === 'none' && one.index === index)!.validationLoss
    const differences = [0, 1, 2].map(index => loss('100/0', index) - loss('60/0', index)).sort((a, b) => a - b)
    expect(found.contrasts[2].medianDifference).toBeCloseTo(differences[1]!, 9)
    expect(found.contrasts[2].sentence).toContain('nor could one be: with 3 runs a cell')
  })

  it('are written as text, Markdown, CSV and LaTeX', async () => {
    for (const [format, mark] of [
      ['text', '  cnn: fewer images · validation'],
      ['md', '### cnn: fewer images'],
      ['csv', 'study,metric,on,family,'],
      ['latex', '\\toprule'],
    ] as const) {
      const { code, stdout } = await runLab(['contrasts', '--format', format, '--metric', 'accuracy'], cwd)
      expect([code, stdout.includes(mark)]).toEqual([0, true])
    }
    expect((await runLab(['tables', '--format', 'latex'], cwd)).stdout).toContain('\\bottomrule')
  })

  it('refuse what there is not', async () => {
    expect(await refused('contrasts', '--study', 'other')).toMatch(/^mri-lab: no study named other/)
    expect(await refused('contrasts', '--metric', 'brier')).toContain('--metric')
    expect(await refused('contrasts', '--difference', '-1')).toContain('--difference')
    writeFileSync(join(cwd, 'less.json'), JSON.stringify({ ...SPEC, contrasts: 'default' }))
    expect(await refused('run', 'less.json')).toContain('contrasts')
  })
})

describe('evaluate', () => {
  it('is asked for by --on test', async () => {
    for (const command of ['tables', 'contrasts']) {
      expect(await refused(command, '--on', 'test')).toContain("'mri-lab evaluate --study")
    }
    expect(await refused('evaluate', '--study', 'other')).toContain('no study named other')
  })

  it('measures each finished run on the test images, as its kept weights predict them, once', async () => {
    const evaluated = await json('evaluate', '--study', 'main')
    expect(evaluated).toMatchObject({ study: 'main', already: false, engine: 'onnx-cpu' })
    expect(evaluated.runs).toHaveLength(12)
    const [first] = evaluated.runs
    const images = Array.from({ length: 6 }, (_, i) => `toy:test:${i}`)
    const predicted: { image: string; class: string; probabilities: Record<string, number> }[] = await json(
      ...['predict', '--run', String(first.run)],
      ...images,
    )
    const shown = await json('runs', 'show', String(first.run))
    const { confusion, perClass, ...numbers } = shown.test
    expect(first).toMatchObject(numbers)
    const classes = perClass.map((one: { class: string }) => one.class)
    expect(perClass.map((one: { support: number }) => one.support)).toEqual([2, 2, 2])
    // Test images stand in the order of the source: two of each class, whose folders are sorted by name.
    const truth = trueClasses(cwd)
    const loss = predicted.reduce((sum, { probabilities }, i) => sum - Math.log(probabilities[truth[i]!]!), 0) / 6
    expect(numbers.loss).toBeCloseTo(loss, 5)
    expect(numbers.accuracy).toBeCloseTo(predicted.filter((one, i) => one.class === truth[i]).length / 6, 12)
    const brier = predicted.reduce(
      (sum, { probabilities }, i) =>
        sum +
        classes.reduce((all: number, name: string) => all + (probabilities[name]! - (name === truth[i] ? 1 : 0)) ** 2, 0),
      0,
    )
    expect(numbers.brier).toBeCloseTo(brier / 6, 5)
    expect(confusion.flat().reduce((sum: number, count: number) => sum + count, 0)).toBe(6)
    expect(shown).toMatchObject({ brier: expect.any(Number), ece: expect.any(Number) })
    expect(shown).toHaveProperty('quadraticWeightedKappa')
  })

  it('changes nothing when asked again, and then tables and contrasts stand on test', async () => {
    const before = await json('runs', 'show', '1')
    const again = await json('evaluate')
    expect(again).toMatchObject({ study: 'main', already: true })
    expect(again.runs).toHaveLength(12)
    expect((await runLab(['evaluate'], cwd)).stdout).toContain('was evaluated already')
    expect(await json('runs', 'show', '1')).toEqual(before)
    const table = await json('tables', '--on', 'test')
    expect(table).toMatchObject({ on: 'test', rows: [{ cells: [{ n: 3, published: null }, { n: 3 }] }, {}] })
    expect((await json('contrasts', '--on', 'test', '--metric', 'accuracy')).contrasts[0]).toMatchObject({ complete: true })
  })

  it('does not look at runs that the study grew by: the test images were seen', async () => {
    const grown = await runLab(['run', 'spec.json', '--runs', '4', '--quiet', '--workers', '1'], cwd)
    expect(grown.code).toBe(0)
    expect(await json('evaluate')).toMatchObject({ already: true })
    const table = await json('tables', '--on', 'test')
    expect(table.rows[0].cells[0].marks).toContain('3 of 4 runs')
    expect((await json('contrasts', '--on', 'test')).contrasts[0]).toMatchObject({ pairs: 3, complete: false, p: null })
  })

  it('refuses a study whose split has no test images, or that is not finished', async () => {
    const { code } = await runLab(['data', 'add', 'parts', 'images', '--validation', 'images'], cwd)
    expect(code).toBe(0)
    const parity = {
      ...SPEC,
      name: 'parity',
      dataset: 'parts',
      split: 'parity',
      runs: 1,
      policies: ['none'],
      contrasts: 'default',
    }
    writeFileSync(join(cwd, 'parity.json'), JSON.stringify(parity))
    expect((await runLab(['run', 'parity.json', '--quiet', '--workers', '1'], cwd)).code).toBe(0)
    expect(await refused('evaluate', '--study', 'parity')).toContain('the parity split of dataset parts has no test images')
    expect(await refused('tables', '--study', 'parity', '--on', 'test')).toContain('has no test images')
    expect(await refused('contrasts', '--study', 'parity', '--on', 'test')).toContain('has no test images')
    const database = new Database(join(cwd, 'lab.db'))
    database.prepare("UPDATE runs SET status = 'queued' WHERE id = (SELECT max(id) FROM runs)").run()
    database.prepare('DELETE FROM results WHERE run = (SELECT max(id) FROM runs)').run()
    database.close()
    expect(await refused('evaluate', '--study', 'parity')).toContain('1 of 2 runs are still to be trained')
  })
})

/** The classes of toy's test images in source order. */
function trueClasses(folder: string): string[] {
  const database = new Database(join(folder, 'lab.db'), { readonly: true })
  const rows = database
    .prepare<[], { label: number; classes: string }>(
      `SELECT label, classes FROM images JOIN datasets ON datasets.id = images.dataset
       WHERE datasets.name = 'toy' AND part = 'test' ORDER BY position`,
    )
    .all()
  database.close()
  return rows.map(({ label, classes }) => String(JSON.parse(classes)[label]))
}
