import { readFileSync } from 'node:fs'

export interface ClassificationCase {
  readonly name: string
  readonly classes: number
  readonly logits: readonly number[]
  readonly labels: readonly number[]
  readonly logSoftmaxFirstRow: readonly number[]
  readonly softmaxLastRow: readonly number[]
  readonly crossEntropy: number
  readonly predicted: readonly number[]
  readonly confusion: readonly (readonly number[])[]
  readonly accuracy: number
  readonly balancedAccuracy: number
  readonly macroF1: number
  readonly precision: readonly (number | null)[]
  readonly recall: readonly (number | null)[]
  readonly f1: readonly (number | null)[]
  readonly support: readonly number[]
  readonly areas: readonly (number | null)[]
  readonly auc: number | null
  readonly brier: number
  readonly ece: number
  readonly quadraticWeightedKappa: number | null
}

export interface SummaryCase {
  readonly values: readonly number[]
  readonly median: number
  readonly interquartileMean: number
  readonly interval: { readonly rank: number; readonly low: number; readonly high: number; readonly coverage: number } | null
}

interface Golden {
  readonly classification: readonly ClassificationCase[]
  readonly summaries: readonly SummaryCase[]
  readonly coverages: readonly { readonly n: number; readonly rank: number; readonly coverage: number }[]
  readonly midRanks: readonly { readonly values: readonly number[]; readonly ranks: readonly number[] }[]
  readonly baseline: { readonly train: readonly number[]; readonly validation: readonly number[]; readonly value: number }
  readonly signedRanks: readonly { readonly differences: readonly number[]; readonly p: number }[]
  readonly normal: readonly { readonly z: number; readonly p: number }[]
  readonly quantiles: readonly { readonly z: number; readonly p: number }[]
}

interface PairedCase {
  readonly name: string
  readonly differences: readonly number[]
  readonly distribution: 'exact' | 'asymptotic'
  readonly p: number
  readonly estimate: number | null
  readonly low: number | null
  readonly high: number | null
}

/** What scikit-learn, torchmetrics and SciPy say; made by fixtures/stats/make_stats_golden.py. */
export const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../fixtures/stats/stats.golden.json', import.meta.url), 'utf8'),
)

/** What R says of pairs; made by fixtures/stats/make_paired_golden.R. */
export const pairedGolden: {
  readonly paired: readonly PairedCase[]
  readonly holm: readonly { readonly p: readonly number[]; readonly corrected: readonly number[] }[]
} = JSON.parse(readFileSync(new URL('../../../fixtures/stats/paired.golden.json', import.meta.url), 'utf8'))
