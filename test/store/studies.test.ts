import { describe, expect, it } from 'vitest'
import { finished, labError, planned, queued as queue, storeWithStudy } from './laboratory.ts'

describe('studies', () => {
  it('are known by their name and keep their spec', () => {
    const store = storeWithStudy()
    const spec = { name: 'first', scenarios: [{ real: 0.8, classes: ['Ärger "quoted"'] }], controls: true }
    store.studies.updateSpec('first', spec)
    expect(store.studies.get('first')).toMatchObject({ name: 'first', dataset: 'sample', spec })
    expect(store.studies.get('second')).toBeNull()
    expect(() => store.studies.updateSpec('second', {})).toThrow(labError('usage', 'second'))
    expect(() => store.studies.add({ name: 'first', dataset: 'sample', spec })).toThrow(labError('usage', 'first', 'exists'))
    expect(() => store.studies.add({ name: 'third', dataset: 'none', spec })).toThrow(labError('usage', 'none'))
    expect(store.studies.list().map(study => study.name)).toEqual(['first'])
  })

  it('count their runs by state', () => {
    const store = storeWithStudy()
    const [done, running, failed, stopped] = queue(store, 'a', 'b', 'c', 'd', 'e')
    for (const id of [done!, running!]) store.runs.markRunning(id, 'reference')
    store.runs.finish(done!, finished())
    store.runs.fail(failed!, 'no room')
    store.runs.stop(stopped!)
    store.studies.add({ name: 'empty', dataset: 'sample', spec: {} })
    const counts = store.studies.list().map(study => {
      const { name, runs, queued, running, done, failed, stopped } = study
      return { name, runs, queued, running, done, failed, stopped }
    })
    expect(counts).toEqual([
      { name: 'first', runs: 5, queued: 1, running: 1, done: 1, failed: 1, stopped: 1 },
      { name: 'empty', runs: 0, queued: 0, running: 0, done: 0, failed: 0, stopped: 0 },
    ])
    expect(store.studies.get('first')).toMatchObject({ runs: 5, done: 1 })
  })

  it('know which was added last, or had a run finished since', () => {
    const store = storeWithStudy()
    expect(store.studies.latest()).toBe('first')
    store.studies.add({ name: 'second', dataset: 'sample', spec: {} })
    expect(store.studies.latest()).toBe('second')
    const [a] = queue(store, 'a')
    store.runs.markRunning(a!, 'reference')
    expect(store.studies.latest()).toBe('second')
    store.runs.finish(a!, finished())
    expect(store.studies.latest()).toBe('first')
  })

  it('grow: a run of several studies is one row, each study has its own order', () => {
    const store = storeWithStudy()
    store.studies.add({ name: 'second', dataset: 'sample', spec: {} })
    const [a, b] = queue(store, 'a', 'b')
    const [c, again] = store.runs.queue('second', [planned('c'), planned('a')])
    expect(again).toBe(a)
    store.studies.grow('second', [c!, a!])
    store.studies.grow('first', [b!, c!])
    expect(store.studies.runIds('first')).toEqual([a, b, c])
    expect(store.studies.runIds('second')).toEqual([c, a])
    expect(store.runs.list({ study: 'second' }).map(run => [run.key, run.study])).toEqual([
      ['c', 'second'],
      ['a', 'first'],
    ])
    expect(store.runs.list({ study: 'none' })).toEqual([])
    expect(() => store.studies.grow('none', [a!])).toThrow(labError('usage', 'none'))
    expect(() => store.studies.grow('second', [b!, 99])).toThrow('FOREIGN KEY')
    expect(store.studies.runIds('second')).toEqual([c, a])
  })
})

describe('notes', () => {
  it('are kept on studies and runs, with their time', () => {
    const store = storeWithStudy()
    const [run] = queue(store, 'a')
    const note = store.notes.add({ study: 'first' }, 'looks odd')
    store.notes.add({ run: run! }, 'look at its Grad-CAM')
    store.notes.add({ study: 'first' }, 'fine after all')
    expect(store.notes.of({ study: 'first' }).map(({ text }) => text)).toEqual(['looks odd', 'fine after all'])
    expect(store.notes.of({ study: 'first' })[0]).toEqual(note)
    expect(note.created).toMatch(/^2026-01-01T00:00:\d\d\.000Z$/)
    expect(store.notes.of({ run: run! }).map(({ text }) => text)).toEqual(['look at its Grad-CAM'])
    store.notes.remove(note.id)
    expect(store.notes.of({ study: 'first' }).length).toBe(1)
    expect(() => store.notes.remove(note.id)).toThrow(labError('usage'))
    expect(() => store.notes.add({ study: 'none' }, 'x')).toThrow(labError('usage', 'none'))
    expect(() => store.notes.add({ run: 99 }, 'x')).toThrow(labError('usage', '99'))
    expect(() => store.notes.add({ run: run! }, ' ')).toThrow(labError('usage'))
  })

  it('are deleted with what is theirs alone; runs of several go to the next that uses them', () => {
    const store = storeWithStudy()
    const [a, b] = queue(store, 'a', 'b')
    for (const name of ['second', 'third']) {
      store.studies.add({ name, dataset: 'sample', spec: {} })
      store.studies.grow(name, [b!])
    }
    store.notes.add({ study: 'first' }, 'looked at')
    store.requests.add({ kind: 'stop', study: 'first', runs: null })
    expect([store.studies.ownRunIds('first'), store.studies.ownRunIds('second')]).toEqual([[a], []])
    expect(() => store.studies.delete('first')).toThrow() // its own run would be of no study
    expect(store.studies.get('first')).toMatchObject({ runs: 2 })
    store.runs.delete(a!)
    store.studies.delete('first')
    expect(store.studies.list().map(study => [study.name, study.runs])).toEqual([
      ['second', 1],
      ['third', 1],
    ])
    expect(store.runs.list().map(run => [run.key, run.study])).toEqual([['b', 'second']])
    expect(store.requests.open()).toEqual([])
    expect(store.inconsistencies().filter(line => line.startsWith('run'))).toEqual([])
    expect(() => store.studies.delete('first')).toThrow(labError('usage', 'first'))
    store.studies.delete('second')
    expect(store.runs.list().map(run => [run.key, run.study])).toEqual([['b', 'third']])
  })
})
