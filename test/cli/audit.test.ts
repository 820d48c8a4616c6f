/** `data audit`, `data phantom` and pages of images, through the program itself. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runLab } from './program.ts'

let cwd = ''
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'mri-lab-audit-'))
  expect(await runLab(['data', 'phantom', 'heads', '--images', '60', '--seed', '2', '--quiet'], cwd)).toMatchObject({
    code: 0,
  })
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

async function json(...args: string[]) {
  const { code, stdout, stderr } = await runLab([...args, '--json', '--quiet'], cwd)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

/** Two classes of six images; `slices` of one patient differ by one grey level, so that they are near duplicates. */
async function writePatients(folder: string): Promise<void> {
  for (const [label, first] of [
    ['A', 0],
    ['B', 6],
  ] as const) {
    mkdirSync(join(cwd, folder, label), { recursive: true })
    for (let patient = first; patient < first + 6; patient++) {
      for (let slice = 0; slice < 2; slice++) {
        const grey = Buffer.from(
          Array.from({ length: 32 * 32 }, (_, i) => {
            const [x, y] = [i % 32, Math.floor(i / 32)]
            return 100 + slice + 60 * Math.sin((x * (patient + 2)) / 9 + patient) * Math.cos((y * (patient + 3)) / 11)
          }),
        )
        const png = sharp(grey, { raw: { width: 32, height: 32, channels: 1 } }).png()
        await png.toFile(join(cwd, folder, label, `p${patient}_s${slice}.png`))
      }
    }
  }
}

describe('data phantom', () => {
  it('is marked as such in lists and texts, and takes its name once', async () => {
    expect(await json('data', 'list')).toMatchObject([{ name: 'heads', phantom: true, split: 'grouped', images: 60 }])
    const { stdout } = await runLab(['data', 'show', 'heads'], cwd)
    expect(stdout).toContain('phantom: drawn images, for teaching')
    expect((await runLab(['data', 'list'], cwd)).stdout).toContain('phantom')
    expect(await runLab(['data', 'phantom', 'heads'], cwd)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('exists'),
    })
    expect(await runLab(['data', 'phantom', 'few', '--images', '5'], cwd)).toMatchObject({ code: 2 })
  })
})

describe('data audit', () => {
  it('finds what a random split tears apart, as JSON and in words; a grouped split by file name holds it together', async () => {
    await writePatients('images')
    await json('data', 'add', 'torn', 'images', '--split', 'random')
    const torn = await json('data', 'audit', 'torn')
    expect(torn).toMatchObject({ name: 'torn', exactDuplicates: 0, nearDuplicates: 12, labelConflicts: 0, outliers: [] })
    expect(torn.acrossSplits).toBeGreaterThan(0)
    expect(torn.pairs).toHaveLength(12)
    expect(torn.pairs[0]).toMatchObject({
      acrossSplits: true,
      a: { part: expect.any(String) },
      b: { part: expect.any(String) },
    })
    expect(torn.baselineLoss).toBeCloseTo(Math.log(2), 10)
    const { stdout } = await runLab(['data', 'audit', 'torn'], cwd)
    expect(stdout).toMatch(/^! .* lie in two parts of the random split; .*--split grouped/m)

    const added = await json('data', 'add', 'whole', 'images', '--split', 'grouped', '--group-pattern', '^(p\\d+)_')
    expect(added.groups).toEqual({ by: 'file name, ^(p\\d+)_', count: 12 })
    const whole = await json('data', 'audit', 'whole')
    expect(whole).toMatchObject({ nearDuplicates: 12, acrossSplits: 0, groups: { acrossSplits: 0 } })
    expect((await runLab(['data', 'audit', 'whole'], cwd)).stdout).toContain('Nothing found')
  })

  it.each([
    [['data', 'audit', 'nobody'], 2, 'no dataset named nobody'],
    [['data', 'add', 'x', 'images', '--group-pattern', '(', '--split', 'grouped'], 2, '--group-pattern'],
    [['data', 'add', 'x', 'images', '--group-pattern', 'q', '--group-column', 'c'], 2, 'give one of them'],
    [['data', 'add', 'x', 'images', '--group-column', 'patient'], 3, '--group-pattern'],
  ])('%j exits %i', async (args, code, words) => {
    expect(await runLab(args, cwd)).toMatchObject({ code, stderr: expect.stringContaining(words) })
  })
})

it('a study on a split that leaks says so when it starts; its table names the splits and the phantom', async () => {
  const spec = [
    'run',
    'quick',
    '--dataset',
    'heads',
    '--name',
    'taught',
    '--runs',
    '2',
    '--epochs',
    '1',
    '--size',
    '16',
    '--policies',
    'none',
  ]
  const random = await runLab([...spec, '--scenarios', '100/0', '--split', 'random', '--splits', '2', '--workers', '1'], cwd)
  expect(random.code).toBe(0)
  expect(random.stderr).toMatch(/the random split of heads leaks: \d+ of 15 groups \(drawn subject\)/)
  const table = await json('tables', '--study', 'taught')
  expect(table.split).toBe('2 random splits of heads')
  expect(table.marks).toContain('phantom: images drawn by a program, for teaching')
  const runs = await json('runs', '--study', 'taught')
  const splits = await Promise.all(
    runs.map(async ({ id }: { id: number }) => (await json('runs', 'show', String(id))).provenance.dataset),
  )
  expect(splits.map(({ split }) => split.number ?? 0)).toEqual([0, 1])
  expect(new Set(splits.map(({ fingerprint }) => fingerprint)).size).toBe(2)
})

it('a page of images by class is drawn', async () => {
  await json('data', 'show', 'heads', '--sheet', 'sheet.png', '--columns', '4')
  const { width, height } = await sharp(join(cwd, 'sheet.png')).metadata()
  expect(width).toBe(4 * 128 + 3 * 6 + 24)
  expect(height).toBeGreaterThan(4 * 128)
})
