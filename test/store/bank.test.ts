import { readdirSync } from 'node:fs'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { migrate } from '../../src/store/migrate.ts'
import { MIGRATIONS } from '../../src/store/migrations/index.ts'
import { dataset, finished, labError, queued, storeWithStudy } from './laboratory.ts'

const hash = (letter: string) => letter.repeat(64)

function image(file: string, given: object = {}) {
  const made = {
    dataset: 'sample',
    generator: 'morph',
    class: 'MildDemented',
    parents: [hash('b'), hash('c')],
    variation: 1,
  }
  const rest = { trainedOn: [], parameters: { seed: 1 }, cost: 0, terms: null, width: 4, height: 3 }
  return { ...made, ...rest, sha256: hash(file), ...given }
}

describe('the bank', () => {
  it('gives back what it was given, in its order, and images of one model share what it learned from', () => {
    const store = storeWithStudy()
    const trainedOn = [hash('a'), hash('b')]
    const given = [
      image('1', { trainedOn, cost: 0.02, terms: 'CC0' }),
      image('2', { trainedOn: [...trainedOn], variation: 2 }),
    ]
    expect(store.bank.add([...given, image('3', { generator: 'gan' })])).toEqual([1, 2, 3])
    const [first, second] = store.bank.list({ generator: 'morph' })
    expect(first).toEqual({ ...given[0], id: 1, created: expect.stringMatching(/^2026-/) })
    expect(second!.trainedOn).toBe(first!.trainedOn)
    expect(store.bank.list({ dataset: 'other' })).toEqual([])
    expect(store.bank.get(3)).toMatchObject({ generator: 'gan' })
    expect(store.bank.get(4)).toBeNull()
  })

  it('holds an image of the same parents once, and adds all or none', () => {
    const store = storeWithStudy()
    expect(store.bank.add([image('1')])).toEqual([1])
    expect(store.bank.add([image('1'), image('1', { parents: [hash('c')] }), image('1', { parents: [] })])).toEqual([2, 3])
    expect(store.bank.add([image('1', { parents: [] })])).toEqual([])
    expect(() => store.bank.add([image('4'), image('5', { dataset: 'none' })])).toThrow(labError('usage', 'none'))
    expect(store.bank.list()).toHaveLength(3)
  })

  it('removes with the files that nothing needs any more, and keeps its dataset', () => {
    const store = storeWithStudy()
    store.bank.add([image('1'), image('1', { parents: [hash('c')] }), image('2', { trainedOn: [hash('a')] })])
    expect(store.referencedFiles()).toEqual(expect.arrayContaining([hash('1'), hash('2')]))
    expect(store.bank.remove([1])).toEqual([])
    expect(() => store.bank.remove([3, 9])).toThrow(labError('usage', 'no bank image 9'))
    store.datasets.add(dataset('free'))
    expect(store.datasets.remove('free')).toBeNull()
    store.datasets.add(dataset('held'))
    store.bank.add([image('3', { dataset: 'held' })])
    expect(() => store.datasets.remove('held')).toThrow(labError('usage', '1 synthetic images'))
    expect(store.bank.remove([2, 3])).toEqual([hash('1'), hash('2')])
    expect(store.check().filter(line => line.startsWith('table'))).toEqual([])
  })

  it('goes into backups', () => {
    const store = storeWithStudy()
    const sha256 = store.files.write(Buffer.from('P5\n1 1\n255\n.'))
    const pixels = store.files.write(Buffer.from('pixels'))
    store.datasets.add(dataset('d', { pixels }))
    store.bank.add([image('1', { dataset: 'd', sha256 })])
    expect(store.referencedFiles()).toEqual(expect.arrayContaining([sha256, pixels]))
    expect(readdirSync(store.files.folder).sort()).toEqual([sha256, pixels].sort())
  })
})

describe('runs', () => {
  it('keep their marks and the bank images they were trained on', () => {
    const store = storeWithStudy()
    const [run, other] = queued(store, 'k1', 'k2')
    const training = { MildDemented: { real: 1, synthetic: 1, images: ['a-1', 'a-1s1'], bank: [hash('1')] } }
    store.runs.markRunning(run!, 'onnx-cpu')
    store.runs.finish(run!, finished({ training, marks: ['m', 'n', 'm'] }))
    expect(store.training.of(run!)).toEqual(training)
    expect([...store.training.bankFiles()]).toEqual([hash('1')])
    expect(store.marks.of([run!, other!])).toEqual(new Map([[run, ['m', 'n']]]))
    store.runs.delete(run!)
    expect(store.marks.of([run!])).toEqual(new Map())
    expect([...store.training.bankFiles()]).toEqual([])
  })
})

describe('the migration', () => {
  it('brings a database of the step before up to date with its rows', () => {
    const database = new Database(':memory:')
    const at = MIGRATIONS.findIndex(({ sql }) => sql.includes('CREATE TABLE bank_images'))
    migrate(database, MIGRATIONS.slice(0, at))
    const count = () => database.prepare('SELECT count(*) AS n FROM datasets').get()
    database.exec(`INSERT INTO datasets (id, name, fingerprint, classes, split, validation_fraction, test_fraction, split_seed, simulated_labels, pixels, rejected, created)
      VALUES (1, 'old', 'f', '[]', 'parity', 0.2, 0.2, 1, 0, 'p', '[]', 'now')`)
    migrate(database, MIGRATIONS.slice(0, at + 1))
    expect(count()).toEqual({ n: 1 })
    expect(database.pragma('foreign_key_check')).toEqual([])
    expect(database.prepare('SELECT count(*) AS n FROM bank_images').get()).toEqual({ n: 0 })
  })
})
