/** What tables and contrasts measure of a run. */
import type { Run } from './run.ts'

export const METRICS = ['loss', 'accuracy', 'balancedAccuracy', 'macroF1', 'auc'] as const
/** `loss` in nats, less is better; the others 0 to 1, more is better. */
export type Metric = (typeof METRICS)[number]

/** The images that are measured. */
export type On = 'validation' | 'test'

/** For people, at length and in a sentence. */
export const METRIC_NAMES: Readonly<Record<Metric, { readonly title: string; readonly word: string }>> = {
  loss: { title: 'cross entropy (nats)', word: 'loss' },
  accuracy: { title: 'accuracy', word: 'accuracy' },
  balancedAccuracy: { title: 'balanced accuracy', word: 'balanced accuracy' },
  macroF1: { title: 'macro F1', word: 'macro F1' },
  auc: { title: 'area under the ROC curve (one against rest, mean)', word: 'area under the ROC curve' },
}

/** A run's number; NaN where it diverged, null where it is undefined or not measured. */
export function scoreOf({ result, test }: Run, metric: Metric, on: On): number | null {
  if (result === null) return null
  const loss = on === 'validation' ? result.validationLoss : test?.loss
  const measured = on === 'validation' ? result : test
  if (loss === undefined || measured === null) return null
  if (!Number.isFinite(loss)) return Number.NaN // what it answers, NaN, is no prediction: no accuracy either
  return metric === 'loss' ? loss : measured[metric]
}

/** What a run that diverged counts as. */
export function worstOf(metric: Metric): number {
  return metric === 'loss' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
}
