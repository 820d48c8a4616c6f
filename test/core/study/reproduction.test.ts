import { describe, expect, it } from 'vitest'
import { compareRuns, LOSS_TOLERANCE, type Measured, SHARE_TOLERANCE } from '../../../src/core/study/reproduction.ts'
import type { Epoch, RunResult } from '../../../src/core/study/run.ts'
import { epoch, result } from '../../store/laboratory.ts'

const run = (given: { epochs?: Partial<Epoch>[]; result?: Partial<RunResult> } = {}): Measured => ({
  history: [0, 1].map(i => epoch(i + 1, given.epochs?.[i])),
  result: result(given.result),
})
const same = { sameSetting: true }
const other = { sameSetting: false }

describe('a run beside itself trained again', () => {
  it('is bit-equal whatever the time that it took', () => {
    const slower = run({ epochs: [{ seconds: 9, imagesPerSecond: 1 }], result: { seconds: 99 } })
    expect(compareRuns(run(), slower, same)).toEqual({ verdict: 'bit-equal', differences: [], first: null, greatest: 0 })
  })

  it('is bit-equal where it diverged alike', () => {
    const diverged = run({ epochs: [{}, { validationLoss: Number.NaN }], result: { validationLoss: Number.NaN } })
    expect(compareRuns(diverged, diverged, same).verdict).toBe('bit-equal')
    expect(compareRuns(diverged, run(), other)).toMatchObject({
      verdict: 'different',
      first: { epoch: 2, stored: null, again: 0.55 },
    })
  })

  it('is different by a last bit in the same setting, and within tolerance in another', () => {
    const nearly = run({ epochs: [{}, { trainLoss: 0.5 + 2 ** -53 }] })
    const first = { epoch: 2, quantity: 'trainLoss', stored: 0.5, again: 0.5 + 2 ** -53 }
    expect(compareRuns(run(), nearly, same)).toMatchObject({ verdict: 'different', first })
    expect(compareRuns(run(), nearly, other)).toMatchObject({ verdict: 'within tolerance', first, greatest: 2 ** -52 })
  })

  it.each<[string, Parameters<typeof run>[0], string]>([
    ['a loss', { epochs: [{ validationLoss: 1.1 * (1 + 0.9 * LOSS_TOLERANCE) }] }, 'within tolerance'],
    ['a loss by more', { epochs: [{ validationLoss: 1.1 * (1 + 1.1 * LOSS_TOLERANCE) }] }, 'different'],
    ['an accuracy', { result: { accuracy: 0.75 - 0.9 * SHARE_TOLERANCE } }, 'within tolerance'],
    ['an accuracy by more', { result: { accuracy: 0.75 - 1.1 * SHARE_TOLERANCE } }, 'different'],
    ['the weights', { result: { weights: 'd'.repeat(64) } }, 'within tolerance'],
    [
      'an image',
      {
        result: {
          confusion: [
            [6, 0],
            [0, 12],
          ],
        },
      },
      'within tolerance',
    ],
    ['the best epoch', { result: { bestEpoch: 1 } }, 'different'],
    ['a metric that there is not', { result: { auc: null } }, 'different'],
  ])('on another engine: %s', (_, given, verdict) => {
    expect(compareRuns(run(), run(given), other).verdict).toBe(verdict)
    expect(compareRuns(run(), run(given), same).verdict).toBe('different')
  })

  it('a metric of later releases is no difference', () => {
    expect(compareRuns(run({ result: { brier: null } }), run(), same).verdict).toBe('bit-equal')
  })

  it('tells the first difference, epochs before the end, and one beyond tolerance before one within', () => {
    const again = run({ epochs: [{ trainLoss: 1 + 1e-7 }, { validationLoss: 0.7 }], result: { bestEpoch: 1 } })
    expect(compareRuns(run(), again, same).first).toMatchObject({ epoch: 1, quantity: 'trainLoss' })
    expect(compareRuns(run(), again, other).first).toMatchObject({ epoch: 2, quantity: 'validationLoss' })
    const shorter = { ...run(), history: [epoch(1)] }
    expect(compareRuns(run(), shorter, other).first).toEqual({ epoch: null, quantity: 'epochs', stored: 2, again: 1 })
  })
})
