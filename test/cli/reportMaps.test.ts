import { describe, expect, it } from 'vitest'
import { typicalRun } from '../../src/cli/reportMaps.ts'
import type { Run } from '../../src/core/study/index.ts'
import { inventedContent } from '../core/report/content.ts'

const withLosses = (losses: readonly (readonly [scenario: string, loss: number])[]): Run[] => {
  const [run] = inventedContent().runs
  return losses.map(([scenario, validationLoss], i) => ({
    ...{ ...run!, id: i + 1, index: i },
    cell: { ...run!.cell, scenario },
    result: { ...run!.result!, validationLoss },
  }))
}

describe("the run of a report's maps", () => {
  it('is the nearest to the median of the cell with the lowest median: neither the best run nor of the luckiest cell', () => {
    const runs = withLosses([
      ['lucky', 0.1],
      ['lucky', 0.9],
      ['lucky', 0.9],
      ['good', 0.3],
      ['good', 0.5],
      ['good', 0.6],
      ['good', Number.NaN],
    ])
    expect(typicalRun(runs)?.id).toBe(5)
  })

  it('is the first of those that are as near, and none where no run has a number', () => {
    expect(
      typicalRun(
        withLosses([
          ['a', 0.75],
          ['a', 0.25],
        ]),
      )?.id,
    ).toBe(1)
    expect(typicalRun(withLosses([['a', Number.NaN]]))).toBeNull()
    expect(typicalRun([])).toBeNull()
  })
})
