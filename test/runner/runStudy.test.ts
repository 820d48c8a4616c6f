/** Studies end to end: a real database, a real trainer process with real worker threads, the CNN at a small size on the sample's images. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type ImportedDataset, importDataset } from '../../src/core/dataset/index.ts'
import { parseSpec, type Run } from '../../src/core/study/index.ts'
import { prepareStudy, runStudy, type StudyEvent } from '../../src/runner/index.ts'
import { openStore, type Store } from '../../src/store/index.ts'

const sample = fileURLToPath(new URL('../../fixtures/sample', import.meta.url))
let imported: ImportedDataset
const opened: { store: Store; folder: string }[] = []

beforeAll(async () => {
  imported = await importDataset({ name: 'sample', paths: [sample], seed: 1 })
})
afterEach(() => {
  for (const { store, folder } of opened.splice(0)) {
    store.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

function lab(): Store {
  const folder = mkdtempSync(join(tmpdir(), 'mri-lab-'))
  const store = openStore(join(folder, 'lab.db'), { now: () => new Date(0), mode: 'write' })
  store.files.write(imported.pixels)
  store.datasets.add(imported.dataset)
  opened.push({ store, folder })
  return store
}

const spec = (overrides: object = {}) =>
  parseSpec(
    {
      name: 'small',
      dataset: 'sample',
      models: ['cnn'],
      policies: ['none', 'flip'],
      scenarios: [
        { name: '100/0', real: 1 },
        { name: '50/20 control', real: 0.5, synthetic: 0.2, generator: 'duplicate' },
      ],
      runs: 2,
      epochs: 2,
      size: 16,
      ...overrides,
    },
    'test',
  )
const engine = { engine: 'onnx-cpu', threads: 1, lowering: '1' } as const

async function train(
  store: Store,
  asked = spec(),
  { workers = 1, signal = new AbortController().signal, onEvent = (_: StudyEvent) => {} } = {},
) {
  const prepared = prepareStudy(store, asked, engine)
  return runStudy(store, prepared, { workers, device: 'test', version: '0', onEvent, signal })
}

/** What a run's numbers are, without what may differ between equal runs: ids and durations. */
function numbers({ cell, index, status, result }: Run) {
  const { seconds: _, ...measured } = result!
  return { cell, index, status, ...measured }
}

describe('a study', () => {
  it('trains every run of every cell, round by round, and keeps everything of each', async () => {
    const store = lab()
    const events: StudyEvent[] = []
    expect(await train(store, spec(), { onEvent: event => events.push(event) })).toEqual({
      done: 8,
      failed: 0,
      interrupted: false,
    })
    const runs = store.runs.list({ study: 'small' })
    expect(runs.map(run => `${run.index} ${run.cell.scenario} ${run.cell.policy}`).slice(0, 5)).toEqual([
      '0 100/0 none',
      '0 100/0 flip',
      '0 50/20 control none',
      '0 50/20 control flip',
      '1 100/0 none',
    ])
    for (const run of runs) {
      expect(run.status).toBe('done')
      const history = store.epochs.of(run.id)
      expect(history).toHaveLength(run.result!.epochs)
      expect(run.result!.validationLoss).toBe(Math.min(...history.map(epoch => epoch.validationLoss)))
      expect(store.files.has(run.result!.weights)).toBe(true)
      expect(run.result!.confusion.flat().reduce((a, b) => a + b)).toBe(104)
      expect(store.provenance.of(run.id)).toMatchObject({ engine: { engine: 'onnx-cpu', threads: 1 } })
    }
    expect(events[0]).toEqual({ event: 'study', study: 'small', runs: 8, engine: 'onnx-cpu' })
    expect(events.at(-1)).toEqual({ event: 'study-done', study: 'small', done: 8, failed: 0 })
    expect(events.filter(event => event.event === 'run-start')).toHaveLength(8)
    expect(events.filter(event => event.event === 'epoch')).toHaveLength(
      runs.reduce((sum, run) => sum + run.result!.epochs, 0),
    )
  })

  it('gives the same numbers to the last bit whatever the number of workers', async () => {
    const [one, three] = [lab(), lab()]
    await Promise.all([train(one, spec(), { workers: 1 }), train(three, spec(), { workers: 3 })])
    expect(three.runs.list().map(numbers)).toEqual(one.runs.list().map(numbers))
    const losses = (store: Store) =>
      store.runs.list().map(run => store.epochs.of(run.id).map(epoch => [epoch.trainLoss, epoch.validationLoss]))
    expect(losses(three)).toEqual(losses(one))
  })

  it('a run that exists is not trained again, and a study may grow', async () => {
    const store = lab()
    await train(store, spec({ policies: ['none'], runs: 1 }))
    const before = store.runs.list()
    const events: StudyEvent[] = []
    await train(store, spec(), { onEvent: event => events.push(event) })
    expect(events.filter(event => event.event === 'run-start')).toHaveLength(6)
    expect(store.runs.list().filter(run => before.some(old => old.id === run.id))).toEqual(before)
  })

  it('is refused under its name with another seed, naming the field', async () => {
    const store = lab()
    prepareStudy(store, spec(), engine)
    expect(() => prepareStudy(store, spec({ seed: 2 }), engine)).toThrow(/seed/)
    expect(() => prepareStudy(store, spec({ policies: ['none'] }), engine)).toThrow(/policies/)
  })

  it('records the images of each run: rounding, subsets and copies as the sampling rules say', async () => {
    const store = lab()
    await train(store, spec({ policies: ['none'], epochs: 1 }))
    for (const index of [0, 1]) {
      const [whole, control] = ['100/0', '50/20 control'].map(scenario => {
        const run = store.runs.list({ study: 'small', scenario }).find(each => each.index === index)!
        return store.training.of(run.id)!
      })
      const { MildDemented: all } = whole!
      const { MildDemented: half } = control!
      expect([all!.real, all!.synthetic, half!.real, half!.synthetic]).toEqual([48, 0, 24, 10])
      expect(half!.images.slice(0, 24)).toEqual(all!.images.slice(0, 24))
      expect(half!.images.slice(24)).toEqual(all!.images.slice(0, 10).map(id => `${id}s1`))
    }
  })
})

describe('stopping', () => {
  it('ends at the next step, keeps what is done, and goes on later to the same numbers', async () => {
    const [stopped, whole] = [lab(), lab()]
    const controller = new AbortController()
    const outcome = await train(stopped, spec(), {
      signal: controller.signal,
      onEvent: event => {
        if (event.event === 'run-done') controller.abort()
      },
    })
    expect(outcome.interrupted).toBe(true)
    expect(outcome.done).toBeGreaterThan(0)
    expect(outcome.done).toBeLessThan(8)
    expect(stopped.runs.list({ status: 'running' })).toEqual([])
    expect(await train(stopped)).toEqual({ done: 8, failed: 0, interrupted: false })
    await train(whole)
    expect(stopped.runs.list().map(numbers)).toEqual(whole.runs.list().map(numbers))
  })

  it('refuses a second runner on the same database', async () => {
    const store = lab()
    const first = train(store)
    await expect(train(store)).rejects.toThrow(/another runner/)
    await first
  })
})

describe('a trainer that dies', () => {
  it('is replaced, and its runs are trained again', async () => {
    const store = lab()
    let killed = false
    const { execFileSync } = await import('node:child_process')
    const outcome = await train(store, spec({ runs: 1 }), {
      onEvent: event => {
        if (event.event !== 'epoch' || killed) return
        killed = true
        const children = execFileSync('pgrep', ['-P', String(process.pid), '-f', 'trainer'], { encoding: 'utf8' })
        for (const pid of children.trim().split('\n')) process.kill(Number(pid), 'SIGKILL')
      },
    })
    expect(outcome).toEqual({ done: 4, failed: 0, interrupted: false })
    const whole = lab()
    await train(whole, spec({ runs: 1 }))
    expect(store.runs.list().map(numbers)).toEqual(whole.runs.list().map(numbers))
  })
})
