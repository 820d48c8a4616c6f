import { describe, expect, it } from 'vitest'
import { learningCurves, type Scenario, type Table } from '../../../src/core/study/index.ts'

const plain = { synthetic: 0, generator: null, classes: null } as const
const real = (name: string, fraction: Scenario['real']): Scenario => ({ name, real: fraction, ...plain })
const cell = (policy: string, median: number) => ({
  ...{ policy, n: 6, median, low: median - 0.1, high: median + 0.1, interquartileMean: median, published: null, marks: [] },
})

function curvesOf(scenarios: readonly Scenario[], policies = ['none', 'flip'] as const) {
  const table: Table = {
    ...{ study: 's', metric: 'loss', on: 'validation', split: '', runsOfCell: 6, marks: [] },
    rows: ['cnn', 'vit'].flatMap(model =>
      scenarios.map(({ name }, i) => ({
        model,
        scenario: name,
        cells: policies.map((policy, j) => cell(policy, 1 + i + 10 * j)),
      })),
    ),
  }
  return learningCurves({ policies, scenarios, controls: false }, ['NonDemented', 'MildDemented'], table)
}

describe('learning curves', () => {
  it('go through the fractions of real images, each with its cell, whatever their order and names', () => {
    const curves = curvesOf([real('whole', 1), real('a', 0.4), real('c', { NonDemented: 0.8, MildDemented: 0.8 })])
    expect(curves.map(({ model, policy }) => `${model} ${policy}`)).toEqual(['cnn none', 'cnn flip', 'vit none', 'vit flip'])
    expect(curves[1]!.points.map(({ scenario, fraction, cell: { median } }) => [scenario.name, fraction, median])).toEqual([
      ['a', 0.4, 12],
      ['c', 0.8, 13],
      ['whole', 1, 11],
    ])
  })

  it('leave out what has synthetic images, further controls, or classes of unlike fractions; below three there are none', () => {
    const three = [real('40/0', 0.4), real('60/0', 0.6), real('100/0', 1)]
    const others: Scenario[] = [
      { ...real('80/20', 0.8), synthetic: 0.2, generator: 'morph' },
      { ...real('weighed', 0.7), balance: 'weights' },
      { ...real('longer', 0.9), stepsOf: '100/0' },
      real('uneven', { NonDemented: 0.5, MildDemented: 1 }),
      real('one class', { NonDemented: 0.5 }),
      real('again', 0.6),
    ]
    const [curve] = curvesOf([...others.slice(0, 5), ...three, others[5]!])
    expect(curve!.points.map(({ scenario }) => scenario.name)).toEqual(['40/0', '60/0', '100/0'])
    expect(curvesOf([...others, ...three.slice(1)])).toEqual([])
  })
})
