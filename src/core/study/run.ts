/** One training of one cell, as it is queued, trained and kept. */
import type { ClassScore } from '../stats/index.ts'

export type { ClassScore } from '../stats/index.ts'
export type { Epoch } from '../training/index.ts'

export const RUN_STATUSES = ['queued', 'running', 'done', 'failed', 'stopped'] as const
export type RunStatus = (typeof RUN_STATUSES)[number]

/** model x policy x scenario. */
export interface Cell {
  readonly model: string
  readonly policy: string
  readonly scenario: string
}

/** Where a run diverged, and what may help. */
export interface RunDivergence {
  /** The first step, from 1 over the whole run, whose loss is NaN or infinite, or after which the validation loss is. */
  readonly step: number
  readonly epoch: number
  /** One line for people. */
  readonly hint: string
}

/** What kept weights measure on images, beside their loss. */
interface Measures {
  /** 0 to 1, as the three below. */
  readonly accuracy: number
  readonly balancedAccuracy: number | null
  readonly macroF1: number | null
  readonly auc: number | null
  /** 0 to 2; null where the run diverged, and for runs of before it was measured, as the two below. */
  readonly brier: number | null
  /** Expected calibration error, 0 to 1. */
  readonly ece: number | null
  /** At most 1; null too where the classes are in no declared order. */
  readonly quadraticWeightedKappa: number | null
  /** Rows true, columns predicted, in class order. */
  readonly confusion: readonly (readonly number[])[]
  readonly perClass: readonly ClassScore[]
}

/** What a finished run measured on the validation images, at the epoch whose weights are kept. */
export interface RunResult extends Measures {
  /** Epochs trained. */
  readonly epochs: number
  readonly bestEpoch: number
  readonly stoppedBy: 'patience' | 'epochs'
  /** At bestEpoch; NaN (null in JSON) where no epoch's was finite. Such a run ranks last, as +Infinity would. */
  readonly validationLoss: number
  readonly finalValidationLoss: number
  /** Wall-clock seconds of the run. */
  readonly seconds: number
  /** SHA-256 of the kept weights (safetensors). */
  readonly weights: string
  /** Left out where no loss was NaN or infinite. */
  readonly diverged?: RunDivergence
}

/** What the kept weights measure on the test images of the run's split, once, after the study. */
export interface TestResult extends Measures {
  readonly loss: number
}

/** The images a run was trained on, by class name. */
export type TrainingImages = Readonly<
  Record<
    string,
    {
      readonly real: number
      readonly synthetic: number
      /** Further copies of these images, where small classes are oversampled. Left out where there are none. */
      readonly copies?: number
      /** What an image of the class counts in the training loss. Left out where all count 1. */
      readonly weight?: number
      /** Ids: the real images, the synthetic ones, then the copies. */
      readonly images: readonly string[]
      /** SHA-256 of the bank images, in the order of their ids, the `synthetic` of `images`. Left out for copies of real ones. */
      readonly bank?: readonly string[]
    }
  >
>

/** A run as stored. Fields of a run that did not finish are null. */
export interface Run {
  readonly id: number
  /** Hash of everything that decides the numbers; a run that exists is used again. */
  readonly key: string
  /** The first study that asked for it. */
  readonly study: string
  readonly cell: Cell
  /** Which of the cell's runs, from 0: runs of equal index are paired across cells. */
  readonly index: number
  readonly seed: number
  readonly status: RunStatus
  readonly result: RunResult | null
  /** Null before `evaluate`. */
  readonly test: TestResult | null
  /** Why it failed, one line. */
  readonly error: string | null
  readonly engine: string | null
  /** ISO 8601, UTC. */
  readonly created: string
  readonly finished: string | null
}
