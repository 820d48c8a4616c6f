import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type EarlyStopping, earlyStopping } from '../../../src/core/training/earlyStopping.ts'

/** Feeds losses until it stops; how many it took, and where it stood. */
function follow(losses: readonly number[], settings: { patience: number; epochs: number }) {
  let now: EarlyStopping | null = null
  let epoch = 0
  for (const loss of losses) {
    now = earlyStopping(now, ++epoch, loss, settings)
    if (now.stop !== null) break
  }
  return { ...now!, epochs: epoch }
}

describe('early stopping', () => {
  it('stops after two epochs in a row that are not strictly lower', () => {
    const { epochs, bestEpoch, bestLoss, stop } = follow([1, 0.5, 0.5, 0.6, 0.1], { patience: 2, epochs: 100 })
    expect({ epochs, bestEpoch, bestLoss, stop }).toEqual({ epochs: 4, bestEpoch: 2, bestLoss: 0.5, stop: 'patience' })
  })
  it('starts counting again after an improvement', () => {
    const { epochs, bestEpoch } = follow([1, 1.1, 0.9, 1, 0.8, 0.9, 0.9, 0], { patience: 2, epochs: 100 })
    expect({ epochs, bestEpoch }).toEqual({ epochs: 7, bestEpoch: 5 })
  })
  it('stops at the last epoch', () => {
    const { epochs, bestEpoch, stop } = follow([3, 2, 1], { patience: 2, epochs: 3 })
    expect({ epochs, bestEpoch, stop }).toEqual({ epochs: 3, bestEpoch: 3, stop: 'epochs' })
  })
  it('NaN never improves; a run of NaN keeps its first epoch', () => {
    expect(follow([Number.NaN, Number.NaN, 1], { patience: 2, epochs: 9 })).toMatchObject({
      epochs: 2,
      bestEpoch: 1,
      stop: 'patience',
    })
    expect(follow([1, Number.NaN, 0.5, 0.6, 0.6], { patience: 2, epochs: 9 })).toMatchObject({ bestEpoch: 3, bestLoss: 0.5 })
  })
  it('the best epoch has the lowest loss seen, the first of equals, and patience epochs follow it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 40, maxLength: 40 }),
        fc.integer({ min: 1, max: 4 }),
        (losses, patience) => {
          const { epochs, bestEpoch, stop } = follow(losses, { patience, epochs: losses.length })
          const seen = losses.slice(0, epochs)
          expect(bestEpoch).toBe(seen.indexOf(Math.min(...seen)) + 1)
          if (stop === 'patience') expect(epochs - bestEpoch).toBe(patience)
        },
      ),
    )
  })
})
