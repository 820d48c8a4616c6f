import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import type { Store } from '../../src/store/index.ts'
import { epoch, finished, labError, planned, queued, result, storeWithStudy } from './laboratory.ts'

/** A running run. */
function running(store: Store, key = 'a'): number {
  const [id] = queued(store, key)
  store.runs.markRunning(id!, 'onnx-cpu')
  return id!
}

describe('the wait for data', () => {
  it('is the share of the time of the last twenty finished runs of a study', () => {
    const store = storeWithStudy()
    expect(store.provenance.dataWait('first')).toBeNull()
    const ids = queued(store, ...Array.from({ length: 23 }, (_, i) => `run ${i}`))
    for (const [i, id] of ids.slice(0, 22).entries()) {
      store.runs.markRunning(id, 'onnx-cpu')
      const provenance = { seconds: i + 1, dataSeconds: i < 2 ? i + 1 : 0.25 }
      store.runs.finish(id, finished({ provenance }))
    }
    const seconds = Array.from({ length: 20 }, (_, i) => i + 3).reduce((a, b) => a + b)
    expect(store.provenance.dataWait('first')).toBeCloseTo((20 * 0.25) / seconds, 12)
    expect(store.provenance.dataWait('none')).toBeNull()
  })
})

describe('the life of a run', () => {
  it('goes from the queue to its result', () => {
    const store = storeWithStudy()
    const [id] = queued(store, 'key of a')
    const fresh = {
      id,
      key: 'key of a',
      study: 'first',
      cell: { model: 'cnn', policy: 'none', scenario: '100/0' },
      index: 0,
      seed: 1,
      status: 'queued',
      result: null,
      test: null,
      error: null,
      engine: null,
      created: '2026-01-01T00:00:02.000Z',
      finished: null,
    }
    expect(store.runs.get(id!)).toEqual(fresh)
    store.runs.markRunning(id!, 'onnx-cpu')
    expect(store.runs.get(id!)).toEqual({ ...fresh, status: 'running', engine: 'onnx-cpu' })
    store.epochs.append(id!, epoch(1, { trainLoss: 99 }))
    expect(store.epochs.of(id!)).toEqual([epoch(1, { trainLoss: 99 })])
    store.runs.finish(id!, finished())
    const done = {
      ...fresh,
      status: 'done',
      engine: 'onnx-cpu',
      result: result(),
      finished: '2026-01-01T00:00:03.000Z',
    }
    expect(store.runs.get(id!)).toEqual(done)
    expect(store.runs.byKey('key of a')).toEqual(done)
    expect(store.runs.list()).toEqual([done])
    expect(store.epochs.of(id!)).toEqual([epoch(1), epoch(2)])
    expect(store.provenance.of(id!)).toEqual(finished().provenance)
    expect(store.training.of(id!)).toEqual(finished().training)
  })

  it('is not there before it is queued', () => {
    const store = storeWithStudy()
    expect(store.runs.get(1)).toBeNull()
    expect(store.runs.byKey('a')).toBeNull()
    expect(store.epochs.of(1)).toEqual([])
    expect(store.provenance.of(1)).toBeNull()
    expect(store.training.of(1)).toBeNull()
    expect(() => store.runs.markRunning(1, 'reference')).toThrow(labError('usage', 'no run 1'))
    expect(() => store.runs.queue('none', [planned('a')])).toThrow(labError('usage', 'none'))
  })

  it('is queued once a key, whatever has become of it', () => {
    const store = storeWithStudy()
    const id = running(store)
    store.runs.finish(id, finished())
    expect(store.runs.queue('first', [planned('b'), planned('a'), planned('b')])).toEqual([id + 1, id, id + 1])
    expect(store.runs.list().map(run => run.status)).toEqual(['done', 'queued'])
  })

  it('takes no step its state forbids, and says why', () => {
    const store = storeWithStudy()
    const id = running(store)
    expect(() => store.runs.markRunning(id, 'reference')).toThrow(labError('failed', `run ${id} is running, not queued`))
    store.runs.finish(id, finished())
    for (const step of [
      () => store.runs.finish(id, finished()),
      () => store.runs.fail(id, 'late'),
      () => store.runs.stop(id),
      () => store.epochs.append(id, epoch(3)),
    ]) {
      expect(step).toThrow(labError('failed', `run ${id}`))
    }
    expect(() => store.runs.requeue([id])).toThrow(labError('usage', `run ${id} is done`))
    expect(store.runs.get(id)?.result).toEqual(result())
  })

  it('refuses a result that contradicts itself', () => {
    const store = storeWithStudy()
    const id = running(store)
    const wrong = [
      finished({ epochs: [epoch(1)] }),
      finished({ epochs: [epoch(2), epoch(1)] }),
      finished({ result: result({ bestEpoch: 3 }) }),
      finished({ result: result({ confusion: [[1, 2]] }) }),
      finished({ result: result({ confusion: [[1], [2]] }) }),
      finished({ result: result({ perClass: [] }) }),
    ]
    for (const contradiction of wrong) {
      expect(() => store.runs.finish(id, contradiction)).toThrow(labError('failed', `run ${id}`, 'not stored'))
    }
    expect(store.runs.get(id)?.status).toBe('running')
  })

  it('finishes wholly or not at all', () => {
    const store = storeWithStudy()
    const id = running(store)
    store.epochs.append(id, epoch(1))
    const before = store.dataVersion()
    const impossible = result({
      confusion: [
        [1.5, 0],
        [0, 1],
      ],
    }) // prettier-ignore
    expect(() => store.runs.finish(id, finished({ result: impossible }))).toThrow('cannot store REAL value in INTEGER')
    expect(store.runs.get(id)).toMatchObject({ status: 'running', result: null })
    expect(store.epochs.of(id)).toEqual([epoch(1)])
    expect(store.dataVersion()).toBe(before)
  })

  it('fails and stops with its epochs, and tries again without them', () => {
    const store = storeWithStudy()
    const failed = running(store, 'a')
    store.epochs.append(failed, epoch(1))
    store.runs.fail(failed, 'the trainer\n  died twice')
    const [stopped] = queued(store, 'b')
    store.runs.stop(stopped!)
    expect(store.runs.get(failed)).toMatchObject({
      status: 'failed',
      error: 'the trainer died twice',
      engine: 'onnx-cpu',
      finished: '2026-01-01T00:00:03.000Z',
    })
    expect(store.epochs.of(failed)).toEqual([epoch(1)])
    const [other] = queued(store, 'c')
    expect(() => store.runs.requeue([failed, other!])).toThrow(labError('usage', `run ${other} is queued`))
    expect(store.runs.get(failed)?.status).toBe('failed')
    store.runs.requeue([failed, stopped!])
    for (const id of [failed, stopped!])
      expect(store.runs.get(id)).toMatchObject({ status: 'queued', error: null, engine: null })
    expect(store.epochs.of(failed)).toEqual([])
  })

  it('goes back to the queue when its runner died', () => {
    const store = storeWithStudy()
    const done = running(store, 'a')
    store.runs.finish(done, finished())
    const torn = running(store, 'b')
    store.epochs.append(torn, epoch(1))
    expect(store.runs.requeueRunning()).toEqual([torn])
    expect(store.runs.requeueRunning()).toEqual([])
    expect(store.runs.list().map(run => run.status)).toEqual(['done', 'queued'])
    expect(store.epochs.of(torn)).toEqual([])
    expect(store.epochs.of(done).length).toBe(2)
  })

  it('is deleted with all it has, unless it runs; its id is not used again', () => {
    const store = storeWithStudy()
    const [a, b] = [running(store, 'a'), running(store, 'b')]
    expect(() => store.runs.delete(a)).toThrow(labError('usage', `run ${a} is running`))
    for (const id of [a, b]) store.runs.finish(id, finished())
    store.notes.add({ run: b }, 'odd')
    expect(store.runs.delete(a)).toBeNull()
    expect(store.training.of(b)).toEqual(finished().training)
    expect(store.runs.delete(b)).toBe(result().weights)
    expect(() => store.runs.delete(b)).toThrow(labError('usage', `no run ${b}`))
    expect(store.studies.runIds('first')).toEqual([])
    const raw = new Database(store.path)
    for (const table of [
      'results',
      'epochs',
      'confusion',
      'class_scores',
      'provenance',
      'training',
      'training_sets',
      'notes',
    ]) {
      expect([table, raw.prepare(`SELECT count(*) FROM ${table}`).pluck().get()]).toEqual([table, 0])
    }
    raw.close()
    expect(queued(store, 'c')[0]).toBeGreaterThan(b)
  })
})

describe('the list of runs', () => {
  it('is restricted by what is asked for', () => {
    const store = storeWithStudy()
    const ids = store.runs.queue('first', [
      planned('a', { cell: { model: 'cnn', policy: 'none', scenario: '100/0' } }),
      planned('b', { cell: { model: 'cnn', policy: 'flip', scenario: '80/0' } }),
      planned('c', { cell: { model: 'vit', policy: 'flip', scenario: '100/0' } }),
    ])
    store.studies.grow('first', ids.toReversed())
    store.runs.stop(ids[1]!)
    const keys = (filter: Parameters<typeof store.runs.list>[0]) => store.runs.list(filter).map(run => run.key)
    expect(keys({})).toEqual(['a', 'b', 'c'])
    expect(keys({ study: 'first' })).toEqual(['c', 'b', 'a'])
    expect(keys({ model: 'cnn' })).toEqual(['a', 'b'])
    expect(keys({ policy: 'flip', scenario: '100/0' })).toEqual(['c'])
    expect(keys({ status: 'stopped' })).toEqual(['b'])
    expect(keys({ study: 'first', model: 'cnn', status: 'queued' })).toEqual(['a'])
    expect(keys({ model: undefined, scenario: 'none' })).toEqual([])
  })

  it('gives each run its own result', () => {
    const store = storeWithStudy()
    const [a, b, c] = queued(store, 'a', 'b', 'c')
    for (const id of [a!, b!]) store.runs.markRunning(id, 'reference')
    const other = result({ confusion: [[7]], perClass: [{ ...result().perClass[0]!, class: 'Only' }], validationLoss: 9 })
    store.runs.finish(b!, finished({ result: other }))
    store.runs.finish(a!, finished())
    expect(store.runs.list().map(run => [run.id, run.result])).toEqual([
      [a, result()],
      [b, other],
      [c, null],
    ])
  })
})
