import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../../src/core/dataset/index.ts'
import { datasetUnder, splitWords } from '../../../src/core/dataset/split.ts'
import { planRuns } from '../../../src/core/study/plan.ts'
import { parseSpec } from '../../../src/core/study/spec.ts'

const dataset: Dataset = {
  name: 'scans',
  fingerprint: 'f',
  classes: ['A', 'B'],
  split: { kind: 'random', validationFraction: 0.25, testFraction: 0.25, seed: 3 },
  simulatedLabels: false,
  groups: { by: 'column', column: 'patient' },
  pixels: 'p',
  rejected: [],
  images: Array.from({ length: 96 }, (_, i) => {
    const sha256 = `image${i}`
    const size = { width: 8, height: 8, offset: 0 }
    return {
      id: `${sha256}-1`,
      sha256,
      label: i % 2,
      part: 'train',
      sourcePart: null,
      group: `${i % 24}`,
      ...size,
      origin: sha256,
    }
  }),
}
const spec = (fields: object) =>
  parseSpec(
    { dataset: 'scans', models: ['cnn'], policies: ['none', 'flip'], scenarios: [{ name: '100/0', real: 1 }], ...fields },
    'spec.json',
  )
const engine = { engine: 'onnx-cpu', lowering: 'x' } as const
const keysOf = (fields: object) => {
  const asked = spec(fields)
  const splits = Array.from({ length: asked.splits }, (_, number) => datasetUnder(dataset, asked.split, number))
  return planRuns(asked, splits, engine)
}

describe('"splits": K', () => {
  it('run i of every cell stands on split i mod K, which its key knows', () => {
    const several = keysOf({ split: 'grouped', splits: 3, runs: 7 })
    const one = (number: number) =>
      planRuns(spec({ split: 'grouped', runs: 7 }), [datasetUnder(dataset, 'grouped', number)], engine)
    for (const [at, run] of several.entries()) expect(run.key).toBe(one(run.index % 3)[at]!.key)
    expect(new Set(several.map(({ key }) => key)).size).toBe(14)
  })

  it('is 5 where the split is grouped, and a study of more splits keeps the runs of its first ones', () => {
    expect(spec({ split: 'grouped' }).splits).toBe(5)
    expect(spec({ split: 'random' }).splits).toBe(1)
    const first = keysOf({ split: 'random', splits: 1, runs: 1 })
    expect(keysOf({ split: 'random', splits: 4, runs: 4 }).slice(0, 2)).toEqual(first)
  })

  it('numbered splits differ, keep their number, and the first is the plain one', () => {
    const [zero, one] = [datasetUnder(dataset, 'grouped', 0), datasetUnder(dataset, 'grouped', 1)]
    expect(zero.split).toEqual({ ...dataset.split, kind: 'grouped' })
    expect(one.split).toEqual({ ...dataset.split, kind: 'grouped', number: 1 })
    expect(one.fingerprint).not.toBe(zero.fingerprint)
    expect(datasetUnder(one, 'grouped', 0).fingerprint).toBe(zero.fingerprint)
  })

  it('says what it stands on', () => {
    expect(splitWords(dataset, 'grouped', 5)).toBe('5 grouped splits of scans (groups by column patient)')
    expect(splitWords(dataset, 'parity', 1)).toBe('parity split of scans')
  })

  it('there is one parity split, and grouping needs groups', () => {
    expect(() => spec({ split: 'parity', splits: 2 })).toThrow(/splits: there is one parity split/)
    const { groups: _, ...old } = dataset
    expect(() => datasetUnder(old, 'grouped')).toThrow(/data audit scans/)
  })
})
