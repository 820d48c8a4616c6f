import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { migrate } from '../../src/store/migrate.ts'
import { MIGRATIONS } from '../../src/store/migrations/index.ts'
import { dataset, labError, storeWithStudy } from './laboratory.ts'

const hash = (letter: string) => letter.repeat(64)
const model = (given: object = {}) => {
  return { key: 'k', dataset: 'sample', generator: 'diffusion', step: 10, steps: 30, sha256: hash('a'), ...given }
}

describe('models of generators', () => {
  it('one a key: a later state takes the place of an earlier one, whose file is not needed any more', () => {
    const { generatorModels: models } = storeWithStudy()
    expect(models.get('k')).toBeNull()
    expect(models.put(model())).toBeNull()
    expect(models.put(model())).toBeNull()
    expect(models.put(model({ step: 20, sha256: hash('b') }))).toBe(hash('a'))
    expect(models.put(model({ step: 5, sha256: hash('c') }))).toBe(hash('c')) // another process was slower
    expect(models.get('k')).toEqual(model({ step: 20, sha256: hash('b') }))
    expect(models.put(model({ key: 'other', sha256: hash('b') }))).toBeNull()
    expect(models.put(model({ step: 30, sha256: hash('d') }))).toBeNull() // the other has the file too
    expect(() => models.put(model({ dataset: 'none' }))).toThrow(labError('usage', 'none'))
    expect(() => models.put(model({ key: 'x', step: 31 }))).toThrow()
  })

  it('goes with its dataset; until then its file is one that the database needs', () => {
    const store = storeWithStudy()
    store.datasets.add(dataset('free'))
    store.generatorModels.put(model({ dataset: 'free' }))
    expect(store.referencedFiles()).toContain(hash('a'))
    expect(store.generatorModels.of('free')).toEqual([model({ dataset: 'free' })])
    expect(store.generatorModels.of('sample')).toEqual([])
    store.datasets.remove('free')
    expect(store.generatorModels.get('k')).toBeNull()
    expect(store.referencedFiles()).not.toContain(hash('a'))
  })

  it('the migration brings a database of the step before up to date with its rows', () => {
    const database = new Database(':memory:')
    const at = MIGRATIONS.findIndex(({ sql }) => sql.includes('CREATE TABLE generator_models'))
    migrate(database, MIGRATIONS.slice(0, at))
    database.exec(`INSERT INTO datasets (id, name, fingerprint, classes, split, validation_fraction, test_fraction, split_seed, simulated_labels, pixels, rejected, created)
      VALUES (1, 'old', 'f', '[]', 'parity', 0.2, 0.2, 1, 0, 'p', '[]', 'now')`)
    migrate(database, MIGRATIONS.slice(0, at + 1))
    expect(database.prepare('SELECT name FROM datasets').all()).toEqual([{ name: 'old' }])
    expect(database.pragma('foreign_key_check')).toEqual([])
    expect(database.prepare('SELECT count(*) AS n FROM generator_models').get()).toEqual({ n: 0 })
  })
})
