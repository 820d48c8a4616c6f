/** A finished run beside itself trained again: equal, nearly equal, or different and where. */
import type { Epoch, RunResult } from './run.ts'

/** What a run measured, epoch by epoch and at its end. */
export interface Measured {
  readonly history: readonly Epoch[]
  readonly result: RunResult
}

/** One number, or word, that differs. */
export interface Difference {
  /** Null for what is of the whole run. */
  readonly epoch: number | null
  readonly quantity: string
  /** Null where it is not there, or is no finite number. */
  readonly stored: number | string | null
  readonly again: number | string | null
}

/**
 * - `bit-equal`: every loss and accuracy of every epoch, every metric, the confusion matrix and the weights are the same to the last bit;
 * - `within tolerance`: on another engine or machine the same but for rounding: see {@link LOSS_TOLERANCE};
 * - `different`: neither.
 */
export type Verdict = 'bit-equal' | 'within tolerance' | 'different'

export interface Comparison {
  readonly verdict: Verdict
  /** In order: epochs first, then the end. Empty where all is bit-equal. */
  readonly differences: readonly Difference[]
  /** The first that decided the verdict: of `within tolerance` the first at all, of `different` the first beyond what is tolerated. */
  readonly first: Difference | null
  /** The greatest difference of a loss, relative to the stored one. */
  readonly greatest: number
}

/**
 * Losses of runs on two engines may differ by so much of the stored one. Rounding grows with every step: what was measured stands in docs/parity.md.
 */
export const LOSS_TOLERANCE = 1e-3
/** Shares of images, and what is made of them, may differ by so much: an image or two of a hundred that lies on the border. */
export const SHARE_TOLERANCE = 0.02

const EPOCH_LOSSES = ['trainLoss', 'validationLoss'] as const
const RUN_LOSSES = ['validationLoss', 'finalValidationLoss'] as const
const RUN_SHARES = ['accuracy', 'balancedAccuracy', 'macroF1', 'auc', 'brier', 'ece', 'quadraticWeightedKappa'] as const

/** How much of a difference is tolerated: nothing, or a share of the stored loss, or an absolute amount; everything where another quantity tells it. */
type Tolerance = 'none' | 'loss' | 'share' | 'any'

/** @param sameSetting whether engine, device, threads and versions were the same: then equality to the last bit is promised, and nothing else is equal */
export function compareRuns(
  stored: Measured,
  again: Measured,
  { sameSetting }: { readonly sameSetting: boolean },
): Comparison {
  const found = differencesOf(stored, again)
  const beyond = found.filter(({ difference, tolerance }) => sameSetting || !tolerated(difference, tolerance))
  const verdict = found.length === 0 ? 'bit-equal' : beyond.length === 0 ? 'within tolerance' : 'different'
  const losses = found.filter(({ tolerance }) => tolerance === 'loss').map(({ difference }) => relative(difference))
  return {
    verdict,
    differences: found.map(({ difference }) => difference),
    first: (beyond[0] ?? found[0])?.difference ?? null,
    greatest: Math.max(0, ...losses),
  }
}

function differencesOf(stored: Measured, again: Measured): { difference: Difference; tolerance: Tolerance }[] {
  const found: { difference: Difference; tolerance: Tolerance }[] = []
  const compare = (
    epoch: number | null,
    quantity: string,
    values: readonly [number | string | null, number | string | null],
    tolerance: Tolerance,
  ): void => {
    if (Object.is(values[0], values[1]) || values[0] === values[1]) return
    found.push({ difference: { epoch, quantity, stored: told(values[0]), again: told(values[1]) }, tolerance })
  }
  for (const [i, before] of stored.history.entries()) {
    const now = again.history[i]
    if (now === undefined) break
    for (const loss of EPOCH_LOSSES) compare(before.epoch, loss, [before[loss], now[loss]], 'loss')
    compare(before.epoch, 'validationAccuracy', [before.validationAccuracy, now.validationAccuracy], 'share')
  }
  compare(null, 'epochs', [stored.history.length, again.history.length], 'none')
  const [before, now] = [stored.result, again.result]
  compare(null, 'bestEpoch', [before.bestEpoch, now.bestEpoch], 'none')
  compare(null, 'stoppedBy', [before.stoppedBy, now.stoppedBy], 'none')
  for (const loss of RUN_LOSSES) compare(null, loss, [before[loss], now[loss]], 'loss')
  for (const share of RUN_SHARES) {
    // Not measured when the run was trained.
    if (before[share] !== null || now[share] === null) compare(null, share, [before[share], now[share]], 'share')
  }
  compare(null, 'confusion', [JSON.stringify(before.confusion), JSON.stringify(now.confusion)], 'any')
  compare(null, 'weights', [before.weights, now.weights], 'any')
  return found
}

function tolerated(difference: Difference, tolerance: Tolerance): boolean {
  const { stored, again } = difference
  if (tolerance === 'any') return true
  if (tolerance === 'none' || typeof stored !== 'number' || typeof again !== 'number') return false
  return tolerance === 'loss' ? relative(difference) <= LOSS_TOLERANCE : Math.abs(stored - again) <= SHARE_TOLERANCE
}

function relative({ stored, again }: Difference): number {
  if (typeof stored !== 'number' || typeof again !== 'number') return Number.POSITIVE_INFINITY
  return Math.abs(again - stored) / Math.max(Math.abs(stored), Number.MIN_VALUE)
}

function told(value: number | string | null): number | string | null {
  return typeof value === 'number' && !Number.isFinite(value) ? null : value
}
