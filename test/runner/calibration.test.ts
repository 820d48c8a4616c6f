/** What nobody chose is measured with real trainers at a small size, kept, and used again. The machine is said to have two cores. */
import { expect, it } from 'vitest'
import { parseSpec } from '../../src/core/study/index.ts'
import { foreseeMemory } from '../../src/runner/foresee.ts'
import { prepareStudy } from '../../src/runner/index.ts'
import { serve } from '../../src/runner/serve.ts'
import { openStore, type Store, type StudyEngine } from '../../src/store/index.ts'
import { sample, sampleLab } from './sampleLab.ts'

const OPEN: StudyEngine = { engine: 'onnx-cpu', threads: null, workers: null, lowering: 'test' }

const spec = (name: string, overrides: object = {}) =>
  parseSpec(
    {
      name,
      dataset: 'sample',
      models: ['cnn'],
      policies: ['none'],
      scenarios: [{ name: '50/0', real: 0.5 }],
      runs: 4,
      epochs: 1,
      batch: 16,
      size: 16,
      ...overrides,
    },
    'test',
  )

interface Serving {
  readonly workers?: number | null
  readonly availableMemory?: () => number
}

async function train(store: Store, { workers = null, ...more }: Serving = {}): Promise<void> {
  await serve(store, { workers, cores: 2, device: 'test', version: '0', silence: 60_000, ...more })
}

const setting = (store: Store) => {
  const runtime = (store.provenance.of(1) as { engine: { versions: { onnxruntime: string } } }).engine.versions.onnxruntime
  const [machine, model] = [
    { processor: 'test', cores: 2 },
    { model: 'cnn', size: 16, batch: 16, microBatch: 16 },
  ]
  return { ...machine, ...model, engine: 'onnx-cpu', lowering: 'test', runtime }
}

it('a study without a layout is measured once, trained with the soonest layout, and keeps it when it goes on', async () => {
  const store = sampleLab()
  prepareStudy(store, spec('first'), OPEN)
  await train(store)
  const study = store.studies.get('first')!
  expect(study).toMatchObject({ state: 'active', done: 4, error: null })
  const measured = store.calibrations.of(setting(store))
  expect(measured.map(({ workers, threads }) => [workers, threads])).toEqual([
    [1, 2],
    [2, 1],
  ])
  for (const { imagesPerSecond } of measured) expect(imagesPerSecond).toBeGreaterThan(10)
  const [one, two] = measured.map(layout => layout.imagesPerSecond)
  const chosen = two! > one! ? { workers: 2, threads: 1 } : { workers: 1, threads: 2 }
  expect(study.engine).toEqual({ ...OPEN, ...chosen })
  for (const run of store.runs.list()) {
    expect(store.provenance.of(run.id)).toMatchObject({ workers: chosen.workers, engine: { threads: chosen.threads } })
  }

  // The next studies ask the calibration, whatever a new measurement would say: here it says the opposite.
  const [slow, fast] = [
    { workers: 2, threads: 1 },
    { workers: 1, threads: 2 },
  ].toSorted(a => (a.workers === chosen.workers ? -1 : 1))
  store.calibrations.put(setting(store), { ...slow!, imagesPerSecond: 1 })
  store.calibrations.put(setting(store), { ...fast!, imagesPerSecond: 1e6 })
  prepareStudy(store, spec('second', { seed: 2 }), OPEN)
  prepareStudy(store, spec('first', { runs: 5 }), OPEN)
  await train(store)
  expect(store.studies.get('second')).toMatchObject({ engine: { ...OPEN, ...fast! }, done: 4 })
  expect(store.studies.get('first')).toMatchObject({ engine: { ...OPEN, ...chosen }, done: 5 })
  const last = store.runs.list({ study: 'first' }).at(-1)!
  expect(store.provenance.of(last.id)).toMatchObject({ engine: { threads: chosen.threads } })
})

it('one run gets all cores, what was chosen by hand is kept, and neither is measured', async () => {
  const store = sampleLab()
  prepareStudy(store, spec('one', { runs: 1 }), OPEN)
  prepareStudy(store, spec('by hand', { seed: 2 }), { ...OPEN, threads: 1 })
  prepareStudy(store, spec('also by hand', { seed: 3 }), { ...OPEN, workers: 1 })
  await train(store)
  expect(store.studies.list().map(({ done, engine }) => [done, engine?.workers, engine?.threads])).toEqual([
    [1, 1, 2],
    [4, 2, 1],
    [4, 1, 2],
  ])
  expect(store.calibrations.of(setting(store))).toEqual([])
})

it('the runner may be told another number of workers, which the study does not keep', async () => {
  const store = sampleLab()
  prepareStudy(store, spec('study'), { ...OPEN, workers: 2, threads: 1 })
  await train(store, { workers: 1 })
  expect(store.studies.get('study')).toMatchObject({ done: 4, engine: { workers: 2, threads: 1 } })
  expect(store.provenance.of(1)).toMatchObject({ workers: 1 })
})

it('a layout without memory for it is not tried', async () => {
  const store = sampleLab()
  const { dataset } = prepareStudy(store, spec('study'), OPEN)
  const workers = async (bytes: number) => (await foreseeMemory(spec('study'), [dataset], 'onnx-cpu', bytes))!.workers
  let bytes = 1e9
  while ((await workers(bytes)) > 1) bytes -= 1e7
  await train(store, { availableMemory: () => bytes })
  expect(store.studies.get('study')).toMatchObject({ done: 4, engine: { workers: 1, threads: 2 } })
  expect(store.calibrations.of(setting(store))).toEqual([])
})

it('a study that is stopped while it is measured stays open and is measured when it goes on', async () => {
  const store = sampleLab()
  prepareStudy(store, spec('study'), OPEN)
  const stop = setTimeout(() => {
    const other = openStore(store.path, { now: () => new Date(0), mode: 'write' })
    other.requests.add({ kind: 'stop', study: null, runs: null })
    other.close()
  }, 400)
  await train(store)
  clearTimeout(stop)
  expect(store.studies.get('study')).toMatchObject({ state: 'stopped', done: 0, queued: 4, engine: OPEN })
  prepareStudy(store, spec('study'), OPEN)
  await train(store)
  expect(store.studies.get('study')).toMatchObject({ state: 'active', done: 4 })
  expect(store.calibrations.of(setting(store))).toHaveLength(2)
})

it('a study that no layout can train is stopped and says why', async () => {
  const store = sampleLab()
  prepareStudy(store, spec('study'), OPEN)
  store.files.remove(sample.dataset.pixels)
  await train(store)
  expect(store.studies.get('study')).toMatchObject({ state: 'stopped', done: 0, error: expect.stringContaining('missing') })
})
