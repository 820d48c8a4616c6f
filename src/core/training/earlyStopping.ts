/**
 * Early stopping by validation loss: an epoch improves if its loss is strictly below the best so far (NaN never is); training stops
 * after `patience` epochs in a row that do not, or at `epochs`. Epochs count from 1.
 */
export interface EarlyStopping {
  readonly bestEpoch: number
  readonly bestLoss: number
  /** Epochs in a row without an improvement. */
  readonly waited: number
  readonly improved: boolean
  readonly stop: 'patience' | 'epochs' | null
}

export function earlyStopping(
  before: EarlyStopping | null,
  epoch: number,
  validationLoss: number,
  { patience, epochs }: { patience: number; epochs: number },
): EarlyStopping {
  const bestLoss = before?.bestLoss ?? Number.POSITIVE_INFINITY
  const improved = validationLoss < bestLoss
  const waited = improved ? 0 : (before?.waited ?? 0) + 1
  const stop = waited >= patience ? 'patience' : epoch >= epochs ? 'epochs' : null
  // A run that never improves (NaN from the first epoch) keeps its first epoch: a diverged run is data.
  const bestEpoch = improved ? epoch : (before?.bestEpoch ?? 1)
  return { bestEpoch, bestLoss: improved ? validationLoss : bestLoss, waited, improved, stop }
}
