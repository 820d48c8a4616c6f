/**
 * kill -9 of runner or trainer at random moments, thirty times and more: the next start finishes the study, no finished run is lost or trained
 * twice, and the numbers are those of an undisturbed study, to the last bit.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ImportedDataset, importDataset } from '../../src/core/dataset/index.ts'
import { randomStream } from '../../src/core/shared/random.ts'
import { parseSpec, type Run } from '../../src/core/study/index.ts'
import { createControl, ensureRunner, type RunnerSettings } from '../../src/runner/index.ts'
import { openStore, runnerHolder, type Store } from '../../src/store/index.ts'

const KILLS = 32
const engine = { engine: 'onnx-cpu', threads: 1, workers: 1, lowering: '1' } as const
const sample = fileURLToPath(new URL('../../fixtures/sample', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'mri-lab-kill-'))
const draws = randomStream('kill test')
let imported: ImportedDataset

beforeAll(async () => {
  imported = await importDataset({ name: 'sample', paths: [sample], seed: 1 })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function lab(name: string): { store: Store; settings: RunnerSettings } {
  const database = join(folder, name)
  const store = openStore(database, { now: () => new Date(), mode: 'write' })
  store.files.write(imported.pixels)
  store.datasets.add(imported.dataset)
  return { store, settings: { database, workers: 2, cores: 1, device: 'test', version: '0' } }
}

const spec = (seed: number) =>
  parseSpec(
    {
      name: `study ${seed}`,
      dataset: 'sample',
      models: ['cnn'],
      policies: ['none', 'flip'],
      scenarios: [
        { name: '100/0', real: 1 },
        { name: '80/20 control', real: 0.8, synthetic: 0.2, generator: 'duplicate' },
      ],
      runs: 3,
      epochs: 4,
      size: 24,
      seed,
    },
    'test',
  )

function numbers({ cell, index, status, result }: Run) {
  const { seconds: _, ...measured } = result!
  return { cell, index, status, ...measured }
}

/** The runner, or one of its children. */
function victim(database: string): number | null {
  const runner = runnerHolder(database)?.pid ?? null
  if (runner === null || draws.uniform() < 0.5) return runner
  try {
    const children = execFileSync('pgrep', ['-P', String(runner)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number)
    return children[Math.floor(draws.uniform() * children.length)] ?? runner
  } catch {
    return runner // it has no child just now
  }
}

it(`survives ${KILLS} kills`, async () => {
  const disturbed = lab('disturbed.db')
  const whole = lab('whole.db')
  const control = createControl(disturbed.store, engine, disturbed.settings)
  /** When each finished run finished: this must never change again. */
  const finished = new Map<number, string>()
  let kills = 0
  let seed = 0
  while (kills < KILLS) {
    seed++
    const { name } = spec(seed)
    await control.start(spec(seed))
    for (;;) {
      await wait(50 + 1200 * draws.uniform())
      for (const run of disturbed.store.runs.list({ status: 'done' })) {
        expect(run.finished).toBe(finished.get(run.id) ?? run.finished)
        finished.set(run.id, run.finished!)
      }
      const study = disturbed.store.studies.get(name)!
      if (study.error !== null) {
        // Killed again and again before it could train, as a slow machine lets it be: it is stopped, and goes on when asked.
        expect(study.error).toContain('the trainer ended before it could train (signal SIGKILL')
        await control.resume(name)
      }
      if (study.queued + study.running === 0) {
        if (study.failed === 0) break
        await control.retry() // a run during which its trainer died twice under one runner
      }
      const pid = victim(disturbed.settings.database)
      if (pid !== null && kills < KILLS) {
        process.kill(pid, 'SIGKILL')
        kills++
      }
      await ensureRunner(disturbed.settings)
    }
  }
  expect(disturbed.store.check({ verify: true })).toEqual([])

  const undisturbed = createControl(whole.store, engine, whole.settings)
  for (let each = 1; each <= seed; each++) {
    await undisturbed.start(spec(each))
    while (whole.store.studies.get(spec(each).name)!.done < 12) await wait(200)
    const [a, b] = [disturbed, whole].map(({ store }) => store.runs.list({ study: spec(each).name }))
    expect(a!.map(numbers)).toEqual(b!.map(numbers))
    for (const [i, run] of a!.entries()) {
      const history = (store: Store, id: number) =>
        store.epochs.of(id).map(({ trainLoss, validationLoss }) => [trainLoss, validationLoss])
      expect(history(disturbed.store, run.id)).toEqual(history(whole.store, b![i]!.id))
    }
  }
  console.log(`${kills} kills over ${seed} studies of 12 runs; ${finished.size} finished runs, none lost or trained twice`)
  disturbed.store.close()
  whole.store.close()
})
