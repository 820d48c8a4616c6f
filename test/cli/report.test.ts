/** `report` and `export --study` through the program itself, over a small study with synthetic images, told while it is unfinished and after. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Table } from '../../src/core/study/index.ts'
import { all, readDocument, words } from '../core/report/documentReader.ts'
import { runLab } from './program.ts'
import { labIn, makeToyStudy, NAME } from './toyStudy.ts'

let cwd = ''
const lab = (...args: string[]) => labIn(cwd, ...args)
const page = (file: string) => readDocument(readFileSync(join(cwd, file), 'utf8'))

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'mri-lab-report-'))
  await makeToyStudy(cwd)
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

describe('report', () => {
  it('writes one file of the newest study and says where and how large it is', async () => {
    const written = JSON.parse(await lab('report', '--out', 'r.html', '--json'))
    expect(written).toEqual({ study: NAME, path: 'r.html', bytes: statSync(join(cwd, 'r.html')).size, complete: true })
    expect(readdirSync(cwd).filter(name => name.includes('r.html'))).toEqual(['r.html'])
  })

  it('says what tables say, to the last digit', async () => {
    await lab('report', '--study', NAME, '--out', 'r.html')
    const html = page('r.html')
    const shown = all(html, 'table')
      .filter(table => table.attributes.class === 'medians')
      .map(table =>
        all(all(table, 'tbody')[0]!, 'tr').map(row => [
          words(all(row, 'th')[0]!),
          ...all(row, 'data').map(({ attributes }) => attributes.value),
        ]),
      )
    const metrics = ['loss', 'accuracy', 'balancedAccuracy', 'macroF1', 'auc']
    for (const [at, metric] of metrics.entries()) {
      const table: Table = JSON.parse(await lab('tables', '--format', 'json', '--metric', metric))
      expect(shown[at]).toEqual(
        table.rows.map(({ scenario, cells }) => [
          scenario,
          ...cells.flatMap(({ median, low, high, n, interquartileMean, published }) =>
            [median, low, high, n, interquartileMean, published].filter(value => value !== null).map(String),
          ),
        ]),
      )
    }
  })

  it('shows real images, synthetic ones beside them, their fidelity, and what a model looks at', () => {
    const html = page('r.html')
    const named = (start: RegExp) => all(html, 'img').filter(({ attributes }) => start.test(attributes.alt!))
    expect(named(/^\w+Demented, real image \d+$/).length).toBeGreaterThanOrEqual(3 * 6)
    expect(named(/synthetic image \d+, made from the real one before it$/).length).toBeGreaterThanOrEqual(3)
    expect(named(/^(real|synthetic) image of \w+ under the map of \w+$/)).toHaveLength(2 * 2 * 2)
    expect(words(html)).toContain('Feature space: ')
    expect(words(html)).toContain('The study is complete: 6 runs in 3 cells.')
  })

  it('has the same bytes on the same date, and no other difference on another', async () => {
    // Dates on which no study of this test was made.
    for (const [file, date] of [
      ['a.html', '2001-02-03'],
      ['b.html', '2001-02-03'],
      ['c.html', '2001-02-04'],
    ] as const)
      await lab('report', '--out', file, '--date', date)
    const [a, b, c] = ['a.html', 'b.html', 'c.html'].map(file => readFileSync(join(cwd, file), 'utf8'))
    expect(b).toBe(a)
    expect(c).not.toBe(a)
    expect(c!.replaceAll('2001-02-04', '2001-02-03')).toBe(a)
  })

  it('leaves out what it is told to leave out', async () => {
    await lab('report', '--out', 'plain.html', '--no-pictures', '--no-fidelity', '--metric', 'accuracy')
    const html = page('plain.html')
    expect(all(html, 'img')).toEqual([])
    expect(words(html)).toContain('Pictures were left out')
    expect(words(html)).toContain('cnn: validation accuracy of every run')
    await lab('report', '--out', 'plain.html', '--no-gradcam')
    expect(words(page('plain.html'))).toContain('Maps were left out')
  })

  it('refuses what there is not, and leaves the file as it was', async () => {
    const before = readFileSync(join(cwd, 'r.html'))
    for (const [args, code, line] of [
      [['report'], 2, 'give --out FILE.html'],
      [['report', '--study', 'other', '--out', 'r.html'], 2, 'no study named other'],
      [['report', '--out', 'r.html', '--date', 'soon'], 2, '--date'],
      [['report', '--out', 'r.html', '--db', 'none.db'], 2, 'no studies yet'],
      [['report', '--out', 'nowhere/r.html', '--no-gradcam', '--no-fidelity'], 1, 'nowhere/r.html'],
    ] as const) {
      const ended = await runLab(args, cwd)
      expect([ended.code, ended.stdout]).toEqual([code, ''])
      expect(ended.stderr).toContain(line)
    }
    expect(readFileSync(join(cwd, 'r.html'))).toEqual(before)
  })

  it('tells a study that lost runs and weights, instead of refusing it', async () => {
    const database = new Database(join(cwd, 'lab.db'))
    const weights = database.prepare('SELECT DISTINCT weights FROM results').all() as { weights: string }[]
    database.prepare("UPDATE runs SET status = 'failed', error = 'no <space> left' WHERE id = 1").run()
    database.prepare('DELETE FROM results WHERE run = 1').run()
    database.close()
    for (const name of readdirSync(join(cwd, 'lab.db.files'), { recursive: true, encoding: 'utf8' }))
      if (weights.some(one => name.endsWith(one.weights))) rmSync(join(cwd, 'lab.db.files', name))
    const written = JSON.parse(await lab('report', '--out', 'lost.html', '--json'))
    expect(written.complete).toBe(false)
    const text = words(page('lost.html'))
    expect(text).toContain('This study is not finished: 5 of 6 runs are done')
    expect(text).toContain('no <space> left')
    expect(text).toMatch(/cnn: run \d could not be asked: /)
  })
})

describe('export --study', () => {
  it('writes a row for each run, and what its columns mean', async () => {
    const exported = JSON.parse(await lab('export', '--study', NAME, '--csv', 'runs.csv', '--json'))
    expect(exported).toMatchObject({
      study: NAME,
      rows: 6,
      files: [{ path: 'runs.csv' }, { path: 'runs.dictionary.csv' }],
    })
    const rows: Record<string, string>[] = parse(readFileSync(join(cwd, 'runs.csv')), { columns: true })
    const runs: { id: number; validationLoss: number | null; status: string; scenario: string }[] = JSON.parse(
      await lab('runs', '--json'),
    )
    expect(rows.map(row => [row.run, row.status, row.scenario, row.validationLoss])).toEqual(
      runs.map(run => [
        String(run.id),
        run.status,
        run.scenario,
        run.validationLoss === null ? '' : String(run.validationLoss),
      ]),
    )
    const dictionary: Record<string, string>[] = parse(readFileSync(join(cwd, 'runs.dictionary.csv')), { columns: true })
    expect(dictionary.map(({ column }) => column)).toEqual(Object.keys(rows[0]!))
  })

  it.each([
    [['export', '--study', 'other', '--csv', 'x.csv'], 2, 'no study named other'],
    [['export', '--study', NAME], 2, '--study S and --csv FILE'],
    [['export', '--csv', 'x.csv'], 2, '--study S and --csv FILE'],
    [['export', '--study', NAME, '--csv', 'nowhere/x.csv'], 1, 'nowhere/x.'],
  ])('refuses %j by exit code %i', async (args, code, line) => {
    const ended = await runLab(args, cwd)
    expect([ended.code, ended.stdout]).toEqual([code, ''])
    expect(ended.stderr).toContain(line)
  })
})
