/** A search by the program: planned, stopped, gone on with, done again; its rounds are studies, its winner confirmed and judged once on test. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cleanEnvironment, MAIN, runLab } from './program.ts'

let cwd = ''
const SPEC = {
  ...{ name: 'which', dataset: 'toy', split: 'random', models: ['cnn'], epochs: 1, batch: 8, size: 8 },
  search: { classes: 'each', synthetic: [0.5], budget: { runs: 45 }, confirm: 7 },
}
const WORKERS = ['--workers', '1', '--threads', '1']

async function writeImages(folder: string, count: number): Promise<void> {
  for (const [label, side] of [['NonDemented', 0] as const, ['MildDemented', 1] as const]) {
    mkdirSync(join(folder, label), { recursive: true })
    for (let i = 0; i < count; i++) {
      const grey = Buffer.alloc(256, i)
      for (let at = 0; at < 256; at++) if (Number(at % 16 >= 8) === side) grey[at] = 120 + 5 * i
      const png = sharp(grey, { raw: { width: 16, height: 16, channels: 1 } }).png()
      await png.toFile(join(folder, label, `${i}.png`))
    }
  }
}

async function json(...args: string[]) {
  const { code, stdout, stderr } = await runLab([...args, '--json', '--quiet'], cwd)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'mri-lab-search-'))
  await writeImages(join(cwd, 'images'), 15)
  writeFileSync(join(cwd, 'which.json'), JSON.stringify(SPEC))
  await json('data', 'add', 'toy', 'images', '--split', 'random')
}, 60_000)
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

describe.sequential('search', () => {
  it('--plan says what it would train, and trains nothing', async () => {
    const plan = await json('search', 'which.json', '--plan')
    expect(plan.candidates.map((one: { name: string }) => one.name)).toEqual([
      '100/50 NonDemented',
      '100/50 MildDemented',
      '100/50 all',
    ])
    expect(plan.plan).toMatchObject({
      candidates: 3,
      confirm: 7,
      rounds: [
        { candidates: 3, runs: 3 },
        { candidates: 2, runs: 7 },
      ],
      runs: 45,
    })
    expect(await json('studies')).toEqual([])
  })

  it.each([
    [
      { ...SPEC, search: { ...SPEC.search, budget: { runs: 25 } } },
      2,
      /^mri-lab: wrong.json: search.budget \(line 16\): 25 runs are too few for 3 candidates: 28 are the fewest/,
    ],
    [
      { ...SPEC, search: { ...SPEC.search, classes: [['Other']] } },
      2,
      /^mri-lab: wrong.json: search.classes\[0\]\[0\] \(line 14\): there is no class 'Other'; there are NonDemented, MildDemented$/m,
    ],
    [
      { ...SPEC, search: { ...SPEC.search, classes: undefined, synthetic: { Mild: [0.5] } } },
      2,
      /^mri-lab: wrong.json: search.synthetic.Mild \(line 13\): there is no class 'Mild'/,
    ],
    [{ ...SPEC, dataset: 'none' }, 2, /no dataset named none/],
    [
      { ...SPEC, search: { ...SPEC.search, confirm: 2 } },
      2,
      /^mri-lab: wrong.json: search.confirm \(line 19\): must be 7 or more/,
    ],
    [{ ...SPEC, search: { ...SPEC.search, clases: 1 } }, 2, /: search.clases \(line 20\): is no field of a spec here$/m],
    [{ ...SPEC, runs: 3 }, 2, /: runs \(line 21\): is for the search to choose: leave it out$/m],
    [{ ...SPEC, epochs: 'x' }, 2, /: epochs \(line 8\): must be a number, or numbers by model, not "x"$/m],
  ])('refuses what cannot be searched before anything is made', async (spec, code, line) => {
    writeFileSync(join(cwd, 'wrong.json'), JSON.stringify(spec, null, 2))
    const ended = await runLab(['search', 'wrong.json'], cwd)
    expect(ended).toMatchObject({ code, stdout: '' })
    expect(ended.stderr).toMatch(line)
    expect([await json('studies'), await json('synth', 'list')]).toEqual([[], []])
  })

  it('stopped by Ctrl+C keeps all and exits 130; the same command goes on to the end', async () => {
    const child = spawn(process.execPath, [MAIN, 'search', 'which.json', ...WORKERS, '--quiet'], {
      cwd,
      env: cleanEnvironment(),
      stdio: 'ignore',
    })
    const ended = new Promise(resolve => child.on('close', resolve))
    let done = 0
    while (done === 0) done = (await json('runs', '--status', 'done')).length
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    const kept: { key: string; weights: string }[] = await json('runs', '--status', 'done')
    const found = await json('search', 'which.json', ...WORKERS)
    const all: { key: string; weights: string }[] = await json('runs')
    for (const run of kept) expect(all.find(one => one.key === run.key)?.weights).toBe(run.weights)
    expect(all).toHaveLength(45)
    expect(found).toMatchObject({ search: 'which', candidates: 3, cost: { runs: 45, usd: 0 } })
    expect(found.rounds.map((round: { results: unknown[] }) => round.results.length)).toEqual([3, 2])
    const [last] = found.rounds[1].results
    expect(last).toMatchObject({
      candidate: found.winner.candidate,
      kept: true,
      pairs: 7,
      estimate: found.winner.searchEstimate,
    })
  }, 300_000)

  it('ranks by paired differences, and drops the worse', async () => {
    const found = await json('search', 'which.json', ...WORKERS)
    const runs: { scenario: string; index: number; seed: number; validationLoss: number }[] = await json(
      'runs',
      '--study',
      'which round 1',
    )
    const loss = (scenario: string, index: number) =>
      runs.find(run => run.scenario === scenario && run.index === index)!.validationLoss
    for (const { candidate, estimate } of found.rounds[0].results) {
      const d = [0, 1, 2].map(i => loss(candidate, i) - loss('100/0', i)).toSorted((a, b) => a - b)
      const walsh = d.flatMap((a, i) => d.slice(i).map(b => (a + b) / 2)).toSorted((a, b) => a - b)
      expect(estimate).toBeCloseTo((walsh[2]! + walsh[3]!) / 2, 9)
    }
    const estimates = found.rounds[0].results.map((one: { estimate: number }) => one.estimate)
    expect(estimates).toEqual(estimates.toSorted((a: number, b: number) => a - b))
  }, 120_000)

  it('done again trains nothing and says the same; its winner is confirmed on fresh seeds, and once on test', async () => {
    const runs = await json('runs')
    const first = await json('search', 'which.json', ...WORKERS)
    expect(await json('search', 'which.json', ...WORKERS)).toEqual(first)
    expect(await json('runs')).toEqual(runs)
    const { confirmation, test } = first
    expect(confirmation).toMatchObject({ study: 'which confirmation', runs: 7, contrasts: { length: 2 } })
    const fresh: { seed: number; scenario: string }[] = await json('runs', '--study', 'which confirmation')
    expect(new Set(fresh.map(run => run.seed))).toEqual(new Set([confirmation.seed]))
    expect(confirmation.seed).not.toBe(1)
    expect(new Set(fresh.map(run => run.scenario)).size).toBe(3)
    expect(confirmation.contrasts[0]).toMatchObject({ family: 'cnn: confirmation', pairs: 7, complete: true })
    expect((await json('contrasts', '--study', 'which confirmation')).contrasts).toEqual(confirmation.contrasts)
    expect((await json('contrasts', '--study', 'which confirmation', '--on', 'test')).contrasts).toEqual(test.contrasts)
    expect((await json('contrasts', '--study', 'which round 1')).contrasts).toEqual([])
  }, 120_000)

  it('says what it found, what it does not show, and what it cost', async () => {
    const { stdout } = await runLab(['search', 'which.json', ...WORKERS, '--quiet'], cwd)
    expect(stdout).toMatch(/round 1: 3 candidates, 3 runs of each\n/)
    expect(stdout).toMatch(/\nwinner: 100\/50 /)
    expect(stdout).toContain("winner's curse")
    expect(stdout).toMatch(/\ncost: 45 runs, /)
    expect(stdout).toMatch(/\non the test images, once:\n- cnn: /)
  }, 120_000)
})
