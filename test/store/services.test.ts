import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { migrate } from '../../src/store/migrate.ts'
import { MIGRATIONS } from '../../src/store/migrations/index.ts'
import { dataset, labError, storeWithStudy, temporaryStore } from './laboratory.ts'

const order = { class: 'MildDemented', parents: ['b'.repeat(64)], variation: 1 } as const
const owner = { dataset: 'sample', generator: 'openai-edit', host: 'a.example', budget: 100 }

/** A store whose dataset may go to `a.example`, and a ledger of it. */
function lab(budget: number | null = 100) {
  const store = storeWithStudy()
  store.consents.give({ dataset: 'sample', host: 'a.example', sends: 'pixels' })
  return { store, ledger: store.spending.open({ ...owner, budget }) }
}

describe('consent', () => {
  it('is given once for a dataset and a host, and taken back', () => {
    const store = storeWithStudy()
    const { consents } = store
    store.datasets.add(dataset('other'))
    expect(consents.get('sample', 'a.example')).toBeNull()
    expect(consents.give({ dataset: 'sample', host: 'a.example', sends: 'pixels' })).toBe(true)
    expect(consents.give({ dataset: 'sample', host: 'a.example', sends: 'more' })).toBe(false)
    expect(consents.get('sample', 'a.example')).toMatchObject({ sends: 'pixels', withdrawn: null })
    expect(consents.get('sample', 'b.example')).toBeNull()
    expect(consents.get('other', 'a.example')).toBeNull()
    expect(consents.withdraw('sample', 'a.example')).toBe(true)
    expect(consents.withdraw('sample', 'a.example')).toBe(false)
    expect(consents.get('sample', 'a.example')).toBeNull()
    expect(consents.give({ dataset: 'sample', host: 'a.example', sends: 'again' })).toBe(true)
    expect(consents.list().map(one => one.withdrawn !== null)).toEqual([true, false])
  })

  it('goes with its dataset: another of the same name needs its own', () => {
    const store = temporaryStore()
    store.datasets.add(dataset('sample'))
    store.consents.give({ dataset: 'sample', host: 'a.example', sends: 'pixels' })
    store.datasets.remove('sample')
    store.datasets.add(dataset('sample'))
    expect(store.consents.list()).toEqual([])
    expect(() => store.consents.give({ dataset: 'none', host: 'h', sends: '' })).toThrow(labError('usage', 'none'))
  })
})

describe('the ledger', () => {
  it('sets aside before, settles after, and never passes the budget', () => {
    const { store, ledger } = lab()
    const claim = (variation: number, micros: number) => ledger.claim({ ...order, variation }, 't', micros)
    expect(claim(1, 60)).toEqual({ kind: 'granted', id: 1, micros: 60 })
    expect(claim(2, 41)).toEqual({ kind: 'over budget', spent: 60, budget: 100, micros: 41 })
    ledger.settle(1, { outcome: 'arrived', micros: 50, answer: Buffer.from('x') })
    expect(store.spending.total()).toEqual({ micros: 50, requests: 1 })
    // One of this kind cost 50: no less is set aside for the next.
    expect(claim(2, 41)).toMatchObject({ kind: 'granted', micros: 50 })
    ledger.settle(2, { outcome: 'failed', reason: '500' })
    expect(store.spending.total()).toEqual({ micros: 50, requests: 2 })
    expect(claim(3, 1)).toMatchObject({ kind: 'granted' })
    ledger.settle(3, { outcome: 'unknown', micros: 50, reason: 'no answer' })
    expect(claim(4, 1)).toMatchObject({ kind: 'over budget', spent: 100 })
    ledger.close()
  })

  it('is one for all generators and ledgers, and sets no end without a budget', () => {
    const { store, ledger } = lab()
    ledger.claim(order, 't', 90)
    const other = store.spending.open({ ...owner, generator: 'openai-variation' })
    expect(other.claim(order, 'u', 11)).toMatchObject({ kind: 'over budget' })
    const free = store.spending.open({ ...owner, generator: 'openai-variation', budget: null })
    expect(free.claim(order, 'u', 1e9)).toMatchObject({ kind: 'granted' })
    for (const one of [ledger, other, free]) one.close()
  })

  it('grants an image to one at a time, and none that the bank has', () => {
    const { store, ledger } = lab(null)
    const other = store.spending.open({ ...owner, budget: null })
    expect(ledger.claim(order, 't', 1)).toMatchObject({ kind: 'granted' })
    expect(other.claim(order, 't', 1)).toEqual({ kind: 'elsewhere' })
    ledger.settle(1, { outcome: 'unusable', micros: 1, reason: 'no image' })
    expect(other.claim(order, 't', 1)).toMatchObject({ kind: 'granted', id: 2 })
    const image = { dataset: 'sample', generator: 'openai-edit', parameters: {}, cost: 0, terms: null, trainedOn: [] }
    store.bank.add([{ ...image, ...order, sha256: 'c'.repeat(64), width: 4, height: 3 }])
    expect(ledger.claim(order, 't', 1)).toEqual({ kind: 'stored' })
    expect(ledger.claim({ ...order, variation: 2 }, 't', 1)).toMatchObject({ kind: 'granted' })
    for (const one of [ledger, other]) one.close()
  })

  it('keeps an answer until it is stored, for whoever comes after', () => {
    const { store, ledger } = lab(null)
    ledger.claim(order, 't', 7)
    ledger.settle(1, { outcome: 'arrived', micros: 5, answer: Buffer.from('image') })
    ledger.claim({ ...order, variation: 2 }, 't', 7)
    const other = store.spending.open({ ...owner, budget: null })
    expect(other.recover()).toEqual([]) // its process lives
    expect(other.claim(order, 't', 7)).toEqual({ kind: 'elsewhere' })
    ledger.close() // as the end of its process
    expect(other.claim(order, 't', 7)).toMatchObject({ kind: 'arrived', id: 1, micros: 5 })
    const third = store.spending.open({ ...owner, budget: null })
    expect(third.recover()).toEqual([]) // taken over
    other.close()
    expect(third.recover()).toEqual([{ id: 1, order, micros: 5, answer: Buffer.from('image') }])
    // What nobody answered counts as it was set aside.
    expect(store.spending.total()).toEqual({ micros: 5 + 7, requests: 2 })
    third.stored(1)
    third.close()
    const last = store.spending.open({ ...owner, budget: null })
    expect(last.recover()).toEqual([])
    last.close()
  })

  it('grants nothing without consent', () => {
    const { store, ledger } = lab(null)
    const elsewhere = store.spending.open({ ...owner, host: 'b.example' })
    expect(elsewhere.claim(order, 't', 1)).toEqual({ kind: 'no consent' })
    store.consents.withdraw('sample', 'a.example')
    expect(ledger.claim(order, 't', 1)).toEqual({ kind: 'no consent' })
    expect(store.spending.total().requests).toBe(0)
    for (const one of [ledger, elsewhere]) one.close()
  })
})

it('a database of before services is brought up to date with its rows', () => {
  const database = new Database(':memory:')
  const at = MIGRATIONS.findIndex(({ sql }) => sql.includes('CREATE TABLE service_requests'))
  migrate(database, MIGRATIONS.slice(0, at))
  database.exec(`INSERT INTO datasets (id, name, fingerprint, classes, split, validation_fraction, test_fraction, split_seed, simulated_labels, pixels, rejected, created)
    VALUES (1, 'old', 'f', '[]', 'parity', 0.2, 0.2, 1, 0, 'p', '[]', 'now')`)
  migrate(database, MIGRATIONS.slice(0, at + 1))
  expect(database.prepare('SELECT name FROM datasets').all()).toEqual([{ name: 'old' }])
  expect(database.pragma('foreign_key_check')).toEqual([])
  expect(database.prepare('SELECT count(*) AS n FROM service_requests, consents').get()).toEqual({ n: 0 })
})
