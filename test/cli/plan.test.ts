/** What `run` shows before it trains, by the program; and runs that failed: their cause, and trying again. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runLab } from './program.ts'

const SAMPLE = fileURLToPath(new URL('../../fixtures/sample', import.meta.url))
const SPEC = {
  ...{ name: 'small', dataset: 'heads', models: ['cnn'], policies: ['none'], controls: true },
  scenarios: [
    { name: '100/0', real: 1 },
    { name: '50/10', real: 0.5, synthetic: 0.1, generator: 'morph', classes: ['ModerateDemented'] },
  ],
  ...{ runs: 2, epochs: 1, batch: 64, size: 8 },
}
let cwd = ''

const lab = (...args: string[]) => runLab(args, cwd)
async function json(...args: string[]) {
  const { code, stdout, stderr } = await lab(...args, '--json', '--quiet')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'mri-lab-plan-'))
  writeFileSync(join(cwd, 'spec.json'), JSON.stringify(SPEC))
  expect(await lab('data', 'add', 'heads', SAMPLE)).toMatchObject({ code: 0 })
}, 120_000)
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

describe.sequential('the plan of a study', () => {
  it('says what is new, what the bank lacks, and what is not measured yet; it stores nothing', async () => {
    const plan = await json('run', 'spec.json', '--plan')
    expect(plan).toMatchObject({
      ...{ study: 'small', cells: 3, runs: { all: 6, toTrain: 6, new: 6, found: 0, failed: 0 } },
      images: { validation: 104 },
      bank: [{ generator: 'morph', present: 0 }],
      time: { seconds: null, from: 'not yet measured', runs: 0 },
      usd: 0,
    })
    expect(plan.images.train[0]).toEqual({ scenario: '100/0', images: 384 })
    expect(plan.bank[0].missing).toBeGreaterThan(0)
    // The CNN's weights at 8x8 six times, and the missing images.
    expect(plan.disk).toBeGreaterThan(6 * 100_000)
    const [added] = plan.families
    expect(added.smallestP).toBe(Math.min(1, 0.5 * added.contrasts))
    expect(await json('studies')).toEqual([])
    const { stdout, stderr } = await lab('run', 'spec.json', '--plan')
    expect(stderr).toBe('')
    expect(stdout).toContain('study small: 6 runs of 3 cells: 0 found, 6 new, 6 to train\n')
    expect(stdout).toContain('time: not yet measured here\n')
    expect(stdout).toMatch(/bank: morph: \d+ images, 0 there, \d+ missing/)
  })

  it('is shown before the study starts, and then says what is found', async () => {
    await json('synth', 'run', '--spec', 'spec.json')
    const run = await lab('run', 'spec.json', '--workers', '1', '--threads', '1')
    expect(run).toMatchObject({ code: 0, stdout: 'study small: 6 of 6 runs done, 6 of them now\n' })
    expect(run.stderr).toContain('study small: 6 runs of 3 cells: 0 found, 6 new, 6 to train\n')
    const more = await json('run', 'spec.json', '--plan', '--runs', '3')
    expect(more).toMatchObject({ runs: { all: 9, toTrain: 3, new: 3, found: 6 }, time: { from: 'earlier runs', runs: 6 } })
    expect(more.time.seconds).toBeGreaterThan(0)
    expect((await lab('run', 'spec.json', '--plan')).stdout).toContain('time: none: every run is there\n')
  })

  it('says where two generators of one mix would have the same control trained twice', async () => {
    const [, synthetic] = SPEC.scenarios
    const twice = { ...SPEC, scenarios: [...SPEC.scenarios, { ...synthetic, name: 'mine', generator: 'mine' }] }
    writeFileSync(join(cwd, 'twice.json'), JSON.stringify(twice))
    const { stdout } = await lab('run', 'twice.json', '--plan')
    expect(stdout).toContain(`controls: 'mine control' is the same training as '${synthetic!.name} control'`)
    expect((await lab('run', 'spec.json', '--plan')).stdout).not.toContain('controls:')
  })

  it('of a spec that is no growth of its study exits 2', async () => {
    expect(await lab('run', 'spec.json', '--plan', '--epochs', '2')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("another value of 'epochs'"),
    })
  })
})

describe.sequential('a failed run', () => {
  it('is listed with its cause, planned again, and tried again', async () => {
    const raw = new Database(join(cwd, 'lab.db'))
    raw.pragma('foreign_keys = ON')
    for (const table of ['results', 'confusion', 'class_scores', 'epochs', 'training', 'provenance', 'run_marks'])
      raw.exec(`DELETE FROM ${table} WHERE run = 2`)
    raw.exec(
      `UPDATE runs SET status = 'failed', error = 'its trainer died 2 times (signal SIGKILL)', finished = NULL WHERE id = 2`,
    )
    raw.close()
    const listed = await lab('runs', '--status', 'failed')
    expect(listed.stdout).toContain(
      "\n\nrun 2 failed: its trainer died 2 times (signal SIGKILL)\n'mri-lab retry 2' tries again\n",
    )
    expect(await json('runs', '--status', 'failed')).toMatchObject([
      { id: 2, error: 'its trainer died 2 times (signal SIGKILL)' },
    ])
    expect(await json('run', 'spec.json', '--plan')).toMatchObject({ runs: { toTrain: 1, new: 0, found: 5, failed: 1 } })
    expect(await json('retry', '2')).toEqual({ runs: [2] })
    let failed = 1
    for (let i = 0; failed > 0 || i === 0; i++) {
      const [study] = await json('studies')
      failed = study.runs - study.done
    }
    expect((await lab('runs')).stdout).not.toContain('failed')
    expect((await json('db', 'check')).problems).toEqual([])
  }, 120_000)
})
