import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openStore } from '../../src/store/index.ts'
import { clock, dataset, labError, storeWithStudy, temporaryStore } from './laboratory.ts'

describe('datasets', () => {
  it('come back as they went in, from another process too', () => {
    const store = temporaryStore()
    store.datasets.add(dataset('sample'))
    const { source: _, ...bare } = dataset('empty', { images: [], rejected: [], simulatedLabels: false })
    store.datasets.add(bare)
    const reader = openStore(store.path, { now: clock(), mode: 'read' })!
    expect(reader.datasets.get('sample')).toStrictEqual(dataset('sample'))
    expect(reader.datasets.get('empty')).toStrictEqual(bare)
    expect(reader.datasets.get('other')).toBeNull()
    expect(reader.datasets.imagesOf('sample')).toEqual(dataset('sample').images)
    expect(() => reader.datasets.imagesOf('other')).toThrow(labError('usage', 'other'))
    reader.close()
  })

  it('are listed in the order they came', () => {
    const store = temporaryStore()
    store.datasets.add(dataset('b'))
    store.datasets.add(dataset('a', { images: [] }))
    const { fingerprint, split, classes, simulatedLabels } = dataset('b')
    const same = { fingerprint, split, classes, simulatedLabels }
    expect(store.datasets.list()).toEqual([
      { name: 'b', ...same, images: 3, created: '2026-01-01T00:00:00.000Z' },
      { name: 'a', ...same, images: 0, created: '2026-01-01T00:00:01.000Z' },
    ])
  })

  it('take a name once, and all of their images or nothing', () => {
    const store = temporaryStore()
    store.datasets.add(dataset('sample'))
    expect(() => store.datasets.add(dataset('sample', { images: [] }))).toThrow(labError('usage', 'sample', 'exists'))
    const image = dataset('x').images[0]!
    expect(() => store.datasets.add(dataset('twice', { images: [image, image] }))).toThrow('UNIQUE')
    expect(store.datasets.list().map(({ name, images }) => [name, images])).toEqual([['sample', 3]])
  })

  it('are removed with their images, and tell when their pixels are nobody else’s', () => {
    const store = temporaryStore()
    store.datasets.add(dataset('a'))
    store.datasets.add(dataset('b'))
    expect(store.datasets.remove('a')).toBeNull()
    expect(store.datasets.remove('b')).toBe(dataset('b').pixels)
    expect(store.datasets.list()).toEqual([])
    expect(() => store.datasets.remove('b')).toThrow(labError('usage', 'b'))
    const raw = new Database(store.path)
    expect(raw.prepare('SELECT count(*) AS n FROM images').get()).toEqual({ n: 0 })
    raw.close()
  })

  it('stay while studies use them, and say which', () => {
    const store = storeWithStudy()
    store.studies.add({ name: 'second', dataset: 'sample', spec: {} })
    expect(() => store.datasets.remove('sample')).toThrow(labError('usage', 'sample', 'studies first, second'))
    expect(store.datasets.get('sample')).toEqual(dataset('sample'))
  })
})
