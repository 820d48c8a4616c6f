import { LabError } from '../core/shared/errors.ts'
import type { Epoch, RunResult } from '../core/study/run.ts'

/** Throws a LabError `failed` when what a trainer hands over contradicts itself: better no result than a wrong one. */
export function assertFinished(run: number, result: RunResult, epochs: readonly Epoch[]): void {
  const fault = faultIn(result, epochs)
  if (fault !== null) throw new LabError('failed', `run ${run}: its result was not stored: ${fault}`)
}

function faultIn(result: RunResult, epochs: readonly Epoch[]): string | null {
  const { bestEpoch, confusion, perClass } = result
  if (epochs.length === 0 || epochs.length !== result.epochs) return `${result.epochs} epochs told, ${epochs.length} given`
  if (epochs.some((epoch, position) => epoch.epoch !== position + 1)) return 'its epochs do not count 1, 2, 3 ...'
  if (!Number.isInteger(bestEpoch) || bestEpoch < 1 || bestEpoch > epochs.length)
    return `no epoch ${bestEpoch} to be the best`
  if (perClass.length === 0 || confusion.length !== perClass.length) {
    return `${confusion.length} confusion rows for ${perClass.length} classes`
  }
  if (confusion.some(row => row.length !== perClass.length)) return 'its confusion matrix is not square'
  return null
}
