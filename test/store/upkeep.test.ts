import * as fs from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openStore } from '../../src/store/index.ts'
import {
  clock,
  dataset,
  finished,
  labError,
  queued,
  result,
  storeWithStudy,
  temporaryFolder,
  temporaryStore,
} from './laboratory.ts'

/** A store with a done run and every file it names. */
function wholeStore() {
  const store = temporaryStore()
  const pixels = store.files.write(Buffer.from('pixels'))
  const weights = store.files.write(Buffer.from('weights'))
  store.datasets.add(dataset('sample', { pixels }))
  store.studies.add({ name: 'first', dataset: 'sample', spec: {} })
  const [id] = queued(store, 'a', 'b')
  store.runs.markRunning(id!, 'reference')
  store.runs.finish(id!, finished({ result: result({ weights }) }))
  return { store, pixels, weights, id: id! }
}

/** Writes past the store, checks and keys off: what a failing disk or a curious hand may do. */
function damage(path: string, ...statements: readonly string[]): void {
  const raw = new Database(path)
  raw.pragma('foreign_keys = OFF')
  raw.pragma('ignore_check_constraints = ON')
  for (const statement of statements) raw.exec(statement)
  raw.close()
}

describe('a damaged row', () => {
  it('is named by its table and id', () => {
    const { store, id } = wholeStore()
    damage(
      store.path,
      `UPDATE runs SET status = 'lost' WHERE key = 'b'`,
      `UPDATE provenance SET record = '[1]'`,
      `UPDATE studies SET spec = '{'`,
      `UPDATE images SET part = 'exam' WHERE position = 1`,
      `UPDATE training_sets SET images = x'00'`,
      `UPDATE epochs SET epoch = -2 WHERE epoch = 2`,
    )
    expect(() => store.runs.list()).toThrow(labError('data', store.path, 'table runs', `id ${id + 1}`, 'status'))
    expect(() => store.provenance.of(id)).toThrow(labError('data', 'table provenance', `run ${id}`))
    expect(() => store.studies.get('first')).toThrow(labError('data', 'table studies', 'name first', 'spec', 'not JSON'))
    expect(() => store.datasets.get('sample')).toThrow(labError('data', 'table images', `${'a'.repeat(64)}-1`, 'part'))
    expect(() => store.training.of(id)).toThrow(labError('data', 'table training_sets', 'sha256'))
    expect(() => store.epochs.of(id)).toThrow(labError('data', 'table epochs', `run ${id}, epoch -2`))
    expect(store.check().length).toBeGreaterThan(0)
  })

  it('is told where a done run lacks a part of its result', () => {
    const { store, id } = wholeStore()
    damage(store.path, 'DELETE FROM confusion WHERE true = 0 AND predicted = 1')
    expect(() => store.runs.get(id)).toThrow(labError('data', 'table confusion', `run ${id}`))
    damage(store.path, 'DELETE FROM confusion')
    expect(() => store.runs.get(id)).toThrow(labError('data', 'table results', `run ${id}`))
    damage(store.path, 'DELETE FROM results')
    expect(() => store.runs.get(id)).toThrow(labError('data', 'table runs', `id ${id}`, 'done without a result'))
  })
})

describe('the check', () => {
  it('finds nothing in a whole store', () => {
    const { store } = wholeStore()
    expect(store.check({ verify: true })).toEqual([])
    const reader = openStore(store.path, { now: clock(), mode: 'read' })!
    expect(reader.check()).toEqual([])
    reader.close()
  })

  it('finds broken links, and missing and changed files', () => {
    const { store, pixels, weights } = wholeStore()
    damage(store.path, 'UPDATE studies SET dataset = 77')
    fs.writeFileSync(store.files.pathOf(pixels), 'pixelz')
    store.files.remove(weights)
    expect(store.check()).toEqual([
      expect.stringMatching(/table studies, row 1 .* datasets/),
      expect.stringContaining(store.files.pathOf(weights)),
    ])
    expect(store.check({ verify: true })).toContainEqual(expect.stringContaining(store.files.pathOf(pixels)))
  })

  it('finds a page that the disk lost', () => {
    const { store } = wholeStore()
    store.close()
    const bytes = fs.readFileSync(store.path)
    bytes.fill(0xa5, 4096 * 2, 4096 * 6)
    fs.writeFileSync(store.path, bytes)
    let found: string[] = []
    try {
      const broken = openStore(store.path, { now: clock(), mode: 'read' })
      found = broken?.check() ?? []
      broken?.close()
    } catch (thrown) {
      expect(thrown).toEqual(labError('data', store.path, 'damaged'))
      found = ['refused']
    }
    expect(found.length).toBeGreaterThan(0)
  })
})

describe('the backup', () => {
  it('is a lab of its own, taken while others write, by a reader too', () => {
    const { store, id } = wholeStore()
    const reader = openStore(store.path, { now: clock(), mode: 'read' })!
    const folder = temporaryFolder()
    for (const [name, source] of [
      ['one.db', store],
      ['two.db', reader],
    ] as const) {
      const file = join(folder, name)
      source.backup(file)
      expect(fs.statSync(file).mode & 0o777).toBe(0o600)
      expect(() => source.backup(file)).toThrow(labError('usage', file, 'exists'))
      const copy = openStore(file, { now: clock(), mode: 'read' })!
      expect(copy.check({ verify: true })).toEqual([])
      expect(copy.runs.list()).toEqual(store.runs.list())
      expect(copy.epochs.of(id)).toEqual(store.epochs.of(id))
      expect(copy.referencedFiles()).toEqual(store.referencedFiles())
      copy.close()
    }
    expect(fs.readdirSync(folder).sort()).toEqual(['one.db', 'one.db.files', 'two.db', 'two.db.files'])
    reader.close()
  })

  it('is refused where a file it needs is missing, and leaves no database behind', () => {
    const { store, weights } = wholeStore()
    store.files.remove(weights)
    const folder = temporaryFolder()
    expect(() => store.backup(join(folder, 'backup.db'))).toThrow(labError('data', weights))
    expect(fs.readdirSync(folder).filter(name => !name.endsWith('.files'))).toEqual([])
  })
})

describe('following', () => {
  it('sees that another connection wrote, and only that', () => {
    const store = storeWithStudy()
    const reader = openStore(store.path, { now: clock(), mode: 'read' })!
    const before = reader.dataVersion()
    expect(reader.dataVersion()).toBe(before)
    queued(store, 'a')
    expect(reader.dataVersion()).not.toBe(before)
    reader.close()
  })

  it('reads several things from one moment', () => {
    const store = storeWithStudy()
    const reader = openStore(store.path, { now: clock(), mode: 'read' })!
    reader.together(() => {
      expect(reader.runs.list()).toEqual([])
      queued(store, 'a')
      expect(reader.runs.list()).toEqual([])
    })
    expect(reader.runs.list().length).toBe(1)
    reader.close()
  })

  it('keeps all of several operations, or none', () => {
    const store = storeWithStudy()
    const failing = () =>
      store.atomically(() => {
        queued(store, 'a')
        store.studies.grow('none', [])
      })
    expect(failing).toThrow(labError('usage', 'none'))
    expect(store.runs.list()).toEqual([])
  })
})
