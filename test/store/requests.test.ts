import { describe, expect, it } from 'vitest'
import { labError, storeWithStudy } from './laboratory.ts'

describe('requests', () => {
  it('wait until they are applied, oldest first, each once', () => {
    const store = storeWithStudy()
    const pause = store.requests.add({ kind: 'pause', study: 'first', runs: null })
    store.requests.add({ kind: 'retry', study: null, runs: [3, 4] })
    expect(store.requests.open()).toEqual([
      { id: pause, kind: 'pause', study: 'first', runs: null },
      { id: pause + 1, kind: 'retry', study: null, runs: [3, 4] },
    ])
    let effects = 0
    for (let i = 0; i < 2; i++) store.requests.apply(pause, () => effects++)
    expect(effects).toBe(1)
    expect(store.requests.isApplied(pause)).toBe(true)
    expect(store.requests.open().map(request => request.kind)).toEqual(['retry'])
  })

  it('stay open when their effect fails, together with it', () => {
    const store = storeWithStudy()
    const id = store.requests.add({ kind: 'stop', study: 'first', runs: null })
    expect(() =>
      store.requests.apply(id, () => {
        store.studies.setState('first', 'stopped')
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(store.requests.isApplied(id)).toBe(false)
    expect(store.studies.get('first')?.state).toBe('active')
  })

  it('are refused for a study that is not there', () => {
    expect(() => storeWithStudy().requests.add({ kind: 'stop', study: 'none', runs: null })).toThrow(
      labError('usage', 'none'),
    )
  })
})
