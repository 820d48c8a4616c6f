/** Pins and tags of runs, the lines of lists, and the migration that brought them. */
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { migrate } from '../../src/store/migrate.ts'
import { MIGRATIONS } from '../../src/store/migrations/index.ts'
import { finished, labError, queued, result, storeWithStudy } from './laboratory.ts'

describe('labels', () => {
  it('stay on their run until they are taken away, and go with it', () => {
    const store = storeWithStudy()
    const [a, b] = queued(store, 'a', 'b')
    store.runLabels.setPinned(b!, true)
    store.runLabels.setPinned(a!, true)
    store.runLabels.setPinned(a!, true)
    store.runLabels.setTags(a!, ['odd', 'best'])
    expect(store.runLabels.pinned()).toEqual([b, a])
    expect(store.runLabels.tags()).toEqual(new Map([[a, ['best', 'odd']]]))
    store.runLabels.setTags(a!, ['best'])
    store.runLabels.setPinned(b!, false)
    expect(store.runLabels.tags().get(a!)).toEqual(['best'])
    store.runs.delete(a!)
    expect(store.runLabels.pinned()).toEqual([])
    expect(store.runLabels.tags().size).toBe(0)
  })

  it('are put on no run that is not there, and tags are words', () => {
    const store = storeWithStudy()
    const [a] = queued(store, 'a')
    store.runLabels.setPinned(99, true)
    store.runLabels.setTags(99, ['x'])
    expect(store.runLabels.pinned()).toEqual([])
    expect(() => store.runLabels.setTags(a!, ['two words'])).toThrow(labError('usage', 'is no tag'))
    expect(() => store.runLabels.setTags(a!, ['x'.repeat(41)])).toThrow(labError('usage', 'is no tag'))
  })

  it('come by a migration that leaves runs as they are', () => {
    const database = new Database(':memory:')
    migrate(database, MIGRATIONS.slice(0, 10))
    database.exec(`
      INSERT INTO datasets (name, fingerprint, classes, split, validation_fraction, test_fraction, split_seed, simulated_labels, pixels, rejected, created)
        VALUES ('d', 'f', '[]', 'parity', 0.2, 0.2, 1, 0, 'p', '[]', 'now');
      INSERT INTO studies (name, dataset, spec, state, created) SELECT 's', id, '{}', 'active', 'now' FROM datasets;
      INSERT INTO runs (key, study, model, policy, scenario, "index", seed, status, created) SELECT 'k', id, 'cnn', 'none', '100/0', 0, 1, 'queued', 'now' FROM studies;`)
    migrate(database, MIGRATIONS.slice(0, 11))
    expect(database.prepare('SELECT key FROM runs').pluck().all()).toEqual(['k'])
    expect(database.prepare('SELECT count(*) FROM run_tags').pluck().get()).toBe(0)
    expect(database.prepare('SELECT count(*) FROM pinned_runs').pluck().get()).toBe(0)
  })
})

describe('the lines of lists', () => {
  it('say of runs what whole runs say', () => {
    const store = storeWithStudy()
    const [a, b, c] = queued(store, 'a', 'b', 'c')
    store.runs.markRunning(a!, 'onnx-cpu')
    store.runs.finish(a!, finished())
    store.runs.markRunning(b!, 'onnx-cpu')
    store.runs.finish(b!, finished({ result: result({ validationLoss: Number.NaN }) }))
    store.runs.markRunning(c!, 'onnx-cpu')
    store.runs.fail(c!, 'why')
    const { validationLoss, accuracy, epochs, seconds, balancedAccuracy } = result()
    const [first, second, third] = store.runLines.list()
    expect(first).toEqual({
      ...{
        id: a,
        study: 'first',
        model: 'cnn',
        policy: 'none',
        scenario: '100/0',
        index: 0,
        status: 'done',
        engine: 'onnx-cpu',
      },
      ...{ loss: validationLoss, accuracy, epochs, seconds, balancedAccuracy },
    })
    expect(second?.loss).toBeNaN()
    expect(third).toMatchObject({ status: 'failed', loss: null, accuracy: null, seconds: null, epochs: null })
    expect(store.runLines.list('first').map(one => one.id)).toEqual([a, b, c])
    expect(store.runLines.list('none')).toEqual([])
    expect(store.runLines.newest('cnn', 1).map(one => one.id)).toEqual([b])
    expect(store.runs.get(c!)?.finished).not.toBeNull()
  })
})
