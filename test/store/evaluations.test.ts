import { describe, expect, it } from 'vitest'
import type { TestResult } from '../../src/core/study/run.ts'
import { dataset, finished, labError, queued, result, storeWithStudy, temporaryStore } from './laboratory.ts'

function measured(loss: number): TestResult {
  const { accuracy, balancedAccuracy, macroF1, auc, brier, ece, quadraticWeightedKappa, confusion, perClass } = result()
  return { loss, accuracy, balancedAccuracy, macroF1, auc, brier, ece, quadraticWeightedKappa, confusion, perClass }
}

/** A study of two done runs and a failed one. */
function trained() {
  const store = storeWithStudy()
  const ids = queued(store, 'a', 'b', 'c')
  for (const id of ids) store.runs.markRunning(id, 'onnx-cpu')
  for (const id of ids.slice(0, 2)) store.runs.finish(id, finished())
  store.runs.fail(ids[2]!, 'no reason')
  return { store, a: ids[0]!, b: ids[1]!, c: ids[2]! }
}

describe('an evaluation', () => {
  it('gives its runs their test results, a diverged one too', () => {
    const { store, a, b, c } = trained()
    expect([store.evaluations.of('first'), store.runs.get(a)?.test]).toEqual([null, null])
    const results = new Map([
      [a, measured(0.5)],
      [b, { ...measured(Number.NaN), brier: Number.NaN, quadraticWeightedKappa: 0.25 }],
    ])
    const made = store.evaluations.record('first', 'onnx-cpu', results)
    expect(made).toEqual({ runs: [a, b], engine: 'onnx-cpu', created: expect.stringMatching(/^2026-01-01T00:/) })
    expect(store.evaluations.of('first')).toEqual(made)
    expect(store.runs.get(a)?.test).toEqual(measured(0.5))
    expect(store.runs.list().map(run => run.test?.loss)).toEqual([0.5, Number.NaN, undefined])
    expect(store.runs.get(b)?.test).toMatchObject({ brier: null, quadraticWeightedKappa: 0.25 })
    expect(store.runs.get(c)?.test).toBeNull()
  })

  it('is made once', () => {
    const { store, a, b } = trained()
    store.evaluations.record('first', 'onnx-cpu', new Map([[a, measured(0.5)]]))
    const again = () => store.evaluations.record('first', 'onnx-cpu', new Map([[b, measured(0.1)]]))
    expect(again).toThrow(labError('failed', 'first', 'evaluated'))
    expect(store.runs.get(b)?.test).toBeNull()
    expect(() => store.evaluations.record('none', 'onnx-cpu', new Map())).toThrow(labError('usage', 'none'))
  })

  it('keeps what another study measured of a run that both use', () => {
    const { store, a, b } = trained()
    store.studies.add({ name: 'second', dataset: 'sample', spec: {} })
    store.studies.grow('second', [a, b])
    store.evaluations.record('first', 'onnx-cpu', new Map([[a, measured(0.5)]]))
    const results = new Map([
      [a, measured(0.9)],
      [b, measured(0.8)],
    ])
    expect(store.evaluations.record('second', 'reference', results).runs).toEqual([a, b])
    expect([a, b].map(id => store.runs.get(id)?.test?.loss)).toEqual([0.5, 0.8])
  })

  it('is gone with its runs', () => {
    const { store, a } = trained()
    store.evaluations.record('first', 'onnx-cpu', new Map([[a, measured(0.5)]]))
    store.runs.delete(a)
    expect(store.runs.get(a)).toBeNull()
    expect(store.check().filter(line => !line.includes('.files'))).toEqual([])
  })
})

it('a dataset remembers that its classes were given in order', () => {
  const store = temporaryStore()
  store.datasets.add(dataset('given', { orderedClasses: true }))
  store.datasets.add(dataset('found'))
  expect(store.datasets.get('given')?.orderedClasses).toBe(true)
  expect(store.datasets.get('found')).not.toHaveProperty('orderedClasses')
})
