/** A run as `runs --json` writes it: every field there, null where not measured. */
import type { Run } from '../core/study/run.ts'

export function runRecord(run: Run): Record<string, unknown> {
  const { result } = run
  return {
    id: run.id,
    key: run.key,
    study: run.study,
    ...run.cell,
    index: run.index,
    seed: run.seed,
    status: run.status,
    epochs: result?.epochs ?? null,
    bestEpoch: result?.bestEpoch ?? null,
    stoppedBy: result?.stoppedBy ?? null,
    validationLoss: result?.validationLoss ?? null,
    finalValidationLoss: result?.finalValidationLoss ?? null,
    accuracy: result?.accuracy ?? null,
    balancedAccuracy: result?.balancedAccuracy ?? null,
    macroF1: result?.macroF1 ?? null,
    auc: result?.auc ?? null,
    brier: result?.brier ?? null,
    ece: result?.ece ?? null,
    quadraticWeightedKappa: result?.quadraticWeightedKappa ?? null,
    engine: run.engine,
    seconds: result?.seconds ?? null,
    weights: result?.weights ?? null,
    diverged: result?.diverged ?? null,
    error: run.error,
    created: run.created,
    finished: run.finished,
  }
}
