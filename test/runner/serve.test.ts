/** Studies end to end: a real database, a real trainer process with real worker threads, the CNN at a small size on the sample's images. */
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { parseSpec, type Run } from '../../src/core/study/index.ts'
import { followStudy, prepareStudy, type StudyEvent } from '../../src/runner/index.ts'
import { serve } from '../../src/runner/serve.ts'
import { openStore, type Store } from '../../src/store/index.ts'
import { sampleLab } from './sampleLab.ts'

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
const engine = { engine: 'onnx-cpu', threads: 1, workers: 1, lowering: '1' } as const

/** Serves a study in this process, with its trainer in another, and follows it over a connection of its own, as a person would. */
async function train(store: Store, asked = spec(), { workers = 1, silence = 60_000, onEvent = (_: StudyEvent) => {} } = {}) {
  prepareStudy(store, asked, engine)
  const watching = openStore(store.path, { now: () => new Date(0), mode: 'write' })
  try {
    const served = serve(store, { workers, cores: 1, device: 'test', version: '0', silence })
    let over = false
    void served.finally(() => {
      over = true
    })
    const end = await followStudy(watching, asked.name, { onEvent, leave: () => over })
    await served
    const { done, failed, stopped, queued, running, state, error } = watching.studies.get(end.name)!
    return { done, failed, stopped, left: queued + running, state, error }
  } finally {
    watching.close()
  }
}
const ALL_DONE = { done: 8, failed: 0, stopped: 0, left: 0, state: 'active', error: null }

/** What a run's numbers are, without what may differ between equal runs: ids and durations. */
function numbers({ cell, index, status, result }: Run) {
  const { seconds: _, ...measured } = result!
  return { cell, index, status, ...measured }
}

describe('a study', () => {
  it('trains every run of every cell, round by round, and keeps everything of each', async () => {
    const store = sampleLab()
    const events: StudyEvent[] = []
    expect(await train(store, spec(), { onEvent: event => events.push(event) })).toEqual(ALL_DONE)
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
      const provenance = store.provenance.of(run.id) as { seconds: number; dataSeconds: number; dataWait: number }
      expect(provenance).toMatchObject({ engine: { engine: 'onnx-cpu', threads: 1 }, workers: 1 })
      expect(provenance.dataWait).toBeCloseTo(provenance.dataSeconds / provenance.seconds)
      expect(provenance.dataWait).toBeGreaterThan(0)
      expect(provenance.dataWait).toBeLessThan(1)
    }
    expect(events[0]).toEqual({ event: 'study', study: 'small', runs: 8, engine: 'onnx-cpu' })
    expect(events.at(-1)).toEqual({ event: 'study-done', study: 'small', done: 8, failed: 0 })
    expect(events.filter(event => event.event === 'run-start')).toHaveLength(8)
    expect(events.filter(event => event.event === 'epoch')).toHaveLength(
      runs.reduce((sum, run) => sum + run.result!.epochs, 0),
    )
  })

  it('gives the same numbers to the last bit whatever the number of workers', async () => {
    const [one, three] = [sampleLab(), sampleLab()]
    await Promise.all([train(one, spec(), { workers: 1 }), train(three, spec(), { workers: 3 })])
    expect(three.runs.list().map(numbers)).toEqual(one.runs.list().map(numbers))
    const losses = (store: Store) =>
      store.runs.list().map(run => store.epochs.of(run.id).map(epoch => [epoch.trainLoss, epoch.validationLoss]))
    expect(losses(three)).toEqual(losses(one))
  })

  it('a run that exists is not trained again, and a study may grow', async () => {
    const store = sampleLab()
    await train(store, spec({ policies: ['none'], runs: 1 }))
    const before = store.runs.list()
    const events: StudyEvent[] = []
    await train(store, spec(), { onEvent: event => events.push(event) })
    expect(events.filter(event => event.event === 'run-start')).toHaveLength(6)
    expect(store.runs.list().filter(run => before.some(old => old.id === run.id))).toEqual(before)
  })

  it('is refused under its name with another seed, naming the field', async () => {
    const store = sampleLab()
    prepareStudy(store, spec(), engine)
    expect(() => prepareStudy(store, spec({ seed: 2 }), engine)).toThrow(/seed/)
    expect(() => prepareStudy(store, spec({ policies: ['none'] }), engine)).toThrow(/policies/)
  })

  it('records the images of each run: rounding, subsets and copies as the sampling rules say', async () => {
    const store = sampleLab()
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

/** Asks something of the runner from another connection, as every other process does. */
function ask(store: Store, kind: 'pause' | 'stop' | 'resume' | 'retry', runs: number[] | null = null): void {
  const other = openStore(store.path, { now: () => new Date(0), mode: 'write' })
  other.requests.add({ kind, study: 'small', runs })
  other.close()
}

/** Calls `act` at the first event of a kind. */
function once(kind: StudyEvent['event'], act: (event: StudyEvent) => void) {
  let acted = false
  return (event: StudyEvent): void => {
    if (event.event !== kind || acted) return
    acted = true
    act(event)
  }
}

const trainers = (): number[] =>
  execFileSync('pgrep', ['-P', String(process.pid), '-f', 'trainer'], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(Number)

describe('requests', () => {
  it('stop ends the runs in work, keeps what is done, and the study goes on later to the same numbers', async () => {
    const [stopped, whole] = [sampleLab(), sampleLab()]
    const end = await train(stopped, spec(), { onEvent: once('run-done', () => ask(stopped, 'stop')) })
    expect(end.state).toBe('stopped')
    expect(end.done).toBeGreaterThan(0)
    expect(end.done + end.stopped + end.left).toBe(8)
    expect(end.done).toBeLessThan(8)
    expect(stopped.runs.list({ status: 'running' })).toEqual([])
    expect(await train(stopped)).toEqual(ALL_DONE)
    await train(whole)
    expect(stopped.runs.list().map(numbers)).toEqual(whole.runs.list().map(numbers))
  })

  it('pause lets the runs in work finish and starts no more', async () => {
    const store = sampleLab()
    const end = await train(store, spec(), { workers: 2, onEvent: once('epoch', () => ask(store, 'pause')) })
    expect(end).toMatchObject({ state: 'paused', stopped: 0, failed: 0 })
    expect(end.done).toBeGreaterThan(0)
    expect(end.left).toBeGreaterThan(0)
  })

  it('that nobody applied wait for the next runner; resume undoes pause', async () => {
    const store = sampleLab()
    prepareStudy(store, spec(), engine)
    ask(store, 'pause')
    await serve(store, { workers: 1, cores: 1, device: 'test', version: '0', silence: 60_000 })
    expect(store.studies.get('small')).toMatchObject({ state: 'paused', done: 0, queued: 8 })
    ask(store, 'resume')
    await serve(store, { workers: 2, cores: 1, device: 'test', version: '0', silence: 60_000 })
    expect(store.studies.get('small')).toMatchObject({ state: 'active', done: 8, queued: 0 })
  })

  it('a second runner on the same database leaves at once', async () => {
    const store = sampleLab()
    const first = train(store)
    await serve(store, { workers: 1, cores: 1, device: 'test', version: '0', silence: 60_000 })
    expect(store.studies.get('small')!.done).toBeLessThan(8)
    expect(await first).toEqual(ALL_DONE)
  })

  it('a study that grows while it is trained is trained whole', async () => {
    const store = sampleLab()
    const grow = once('epoch', () => {
      const other = openStore(store.path, { now: () => new Date(0), mode: 'write' })
      prepareStudy(other, spec(), engine)
      other.close()
    })
    await train(store, spec({ policies: ['none'], runs: 1 }), { onEvent: grow })
    expect(store.studies.get('small')).toMatchObject({ runs: 8, done: 8 })
  })
})

it('a study whose spec an earlier release wrote, with fewer fields and in another order, is trained to its end', async () => {
  const store = sampleLab()
  prepareStudy(store, spec({ runs: 1, policies: ['none'] }), engine)
  const { sources: _, contrasts: __, ...written } = store.studies.get('small')!.spec as Record<string, unknown>
  store.studies.updateSpec('small', Object.fromEntries(Object.entries(written).reverse()))
  await serve(store, { workers: 1, cores: 1, device: 'test', version: '0', silence: 60_000 })
  expect(store.studies.get('small')).toMatchObject({ runs: 2, done: 2 })
})

describe('a trainer that dies', () => {
  it('is replaced, and its runs are trained again to the same numbers', async () => {
    const [store, whole] = [sampleLab(), sampleLab()]
    const end = await train(store, spec(), {
      onEvent: once('epoch', () => {
        for (const pid of trainers()) process.kill(pid, 'SIGKILL')
      }),
    })
    expect(end).toEqual(ALL_DONE)
    await train(whole)
    expect(store.runs.list().map(numbers)).toEqual(whole.runs.list().map(numbers))
  })

  it('twice during one run fails it, skips it, and retry starts its count anew', async () => {
    const store = sampleLab()
    const kill = (event: StudyEvent): void => {
      if (event.event === 'run-start' && event.run === 1) for (const pid of trainers()) process.kill(pid, 'SIGKILL')
    }
    const end = await train(store, spec({ epochs: 100, patience: 100, policies: ['none'], runs: 1 }), { onEvent: kill })
    expect(end).toMatchObject({ done: 1, failed: 1, left: 0 })
    expect(store.runs.get(1)).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/died 2 times .*SIGKILL.*memory/),
    })
    ask(store, 'retry')
    await serve(store, { workers: 1, cores: 1, device: 'test', version: '0', silence: 60_000 })
    expect(store.studies.get('small')).toMatchObject({ done: 2, failed: 0 })
  })

  it('or goes silent is killed and replaced', async () => {
    const store = sampleLab()
    const end = await train(store, spec({ policies: ['none'], runs: 1 }), {
      silence: 1500,
      onEvent: once('run-start', () => {
        for (const pid of trainers()) process.kill(pid, 'SIGSTOP')
      }),
    })
    expect(end).toMatchObject({ done: 2, failed: 0, left: 0 })
  })
})

it('an engine that cannot start stops the study and says why', async () => {
  const store = sampleLab()
  prepareStudy(store, spec(), { engine: 'onnx-cuda', threads: 1, workers: 1, lowering: '1' })
  await serve(store, { workers: 1, cores: 1, device: 'test', version: '0', silence: 60_000 })
  const study = store.studies.get('small')!
  expect(study).toMatchObject({ state: 'stopped', done: 0, queued: 8, error: expect.stringContaining('onnx-cuda') })
})
