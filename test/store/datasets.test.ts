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

  it('come back with groups, unused images and the mark of a phantom', () => {
    const store = temporaryStore()
    const images = dataset('x').images.map((image, i) =>
      i === 0 ? { ...image, part: 'unused' as const } : { ...image, group: `p${i}` },
    )
    const given = dataset('heads', { images, phantom: true, groups: { by: 'column', column: 'patient' } })
    store.datasets.add(given)
    expect(store.datasets.get('heads')).toStrictEqual(given)
    expect(store.datasets.list()).toMatchObject([{ phantom: true, groups: { by: 'column', column: 'patient' } }])
  })

  it('keep what the last audit found, and groups where they had none', () => {
    const store = temporaryStore()
    store.datasets.add(dataset('sample'))
    expect(store.datasets.audit('sample')).toBeNull()
    const rule = { by: 'duplicates', threshold: 0.9 } as const
    store.datasets.keepAudit('sample', { nearDuplicates: 1 }, { rule, names: ['a', 'a', 'b'] })
    store.datasets.keepAudit('sample', { nearDuplicates: 2 }, { rule, names: ['c', 'c', 'c'] })
    expect(store.datasets.audit('sample')).toEqual({ record: { nearDuplicates: 2 }, created: expect.any(String) })
    expect(store.datasets.get('sample')).toMatchObject({
      groups: rule,
      images: [{ group: 'a' }, { group: 'a' }, { group: 'b' }],
    })
    store.datasets.remove('sample')
    expect(store.datasets.audit('sample')).toBeNull()
    expect(() => store.datasets.keepAudit('sample', {})).toThrow(labError('usage', 'sample'))
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
