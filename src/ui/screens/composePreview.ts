/** What a composed study would take, and what it could show: as `run --plan` says it, of what the form knows. Pure. */
import { cellsOf, type Preview, previewOf, type RunStatus, type Spec } from '../../core/study/index.ts'
import type { BankPlan } from '../asked/bankPlan.ts'
import { type ModelPace, runPlace, type SplitCounts } from '../queries/compose.ts'

export interface PreviewKnowledge {
  readonly counts: SplitCounts
  readonly pace: readonly ModelPace[]
  /** Images a second by model: see measuredSpeed. */
  readonly speeds: Readonly<Record<string, number | null>>
  /** Of the study of that name, by runPlace. */
  readonly statuses: Readonly<Record<string, RunStatus>>
  /** Null before it is known. */
  readonly bank: BankPlan | null
  readonly workers: number
}

/** Runs of other studies that would be found too are not looked for: each key must be cheap. */
export function composePreview(spec: Spec, { counts, pace, speeds, statuses, bank, workers }: PreviewKnowledge): Preview {
  const cells = cellsOf(spec)
  const planned = Array.from({ length: spec.runs }, (_, index) =>
    cells.map(cell => ({ cell, status: statuses[runPlace(cell, index)] ?? null })),
  ).flat()
  return previewOf(spec, {
    data: {
      classes: counts.classes.map(one => one.name),
      train: counts.classes.map(one => one.train),
      validation: counts.classes.reduce((sum, one) => sum + one.validation, 0),
    },
    planned,
    bank: bank?.generators ?? [],
    paceOf: model => pace.find(one => one.model === model) ?? null,
    speedOf: model => speeds[model] ?? null,
    workers,
  })
}
