/** What a report is made from: everything it says, read before. Making the document looks nothing up. */
import type { Audit, Dataset } from '../dataset/index.ts'
import type { Contrasts, Epoch, Metric, Run, Spec, Table } from '../study/index.ts'
import type { Fidelity } from '../synthesis/index.ts'

export interface ReportContent {
  /** The program's version. */
  readonly version: string
  /** When it was made; of the date, ISO 8601, whatever is to be printed. */
  readonly date: string
  readonly spec: Spec
  /** Measure that its figures and contrasts speak of. */
  readonly metric: Metric
  readonly study: {
    /** ISO 8601, UTC. */
    readonly created: string
    /** Why the runner stopped it; null where it did not. */
    readonly error: string | null
    /** When its runs were measured on the test images; null before. */
    readonly evaluated: string | null
    /** What people wrote about it. */
    readonly notes: readonly string[]
  }
  /** Under each of the study's splits. */
  readonly splits: readonly Dataset[]
  /** What an audit of the first of them found; null where it could not be made. */
  readonly audit: Audit | null
  /** What is wrong with the data, a sentence each. */
  readonly warnings: readonly string[]
  /** All runs that the study uses. */
  readonly runs: readonly Run[]
  readonly notesOfRuns: readonly { readonly run: number; readonly text: string }[]
  /** By run. */
  readonly epochs: ReadonlyMap<number, readonly Epoch[]>
  /** By run, those that are done. */
  readonly provenance: ReadonlyMap<number, RunProvenance>
  /** Of every metric; those on validation first. */
  readonly tables: readonly Table[]
  /** Of `metric`; those on validation first. */
  readonly contrasts: readonly Contrasts[]
  readonly bank: readonly BankSummary[]
  /** Money that the whole database has spent on services; null where it asked none. */
  readonly spent: { readonly dollars: number; readonly requests: number } | null
  readonly pictures: ReportPictures
}

/** What a finished run keeps of how it was made, as far as a report tells it. */
export interface RunProvenance {
  readonly version: string
  readonly node: string
  readonly platform: string
  readonly engine: string
  readonly device: string
  readonly threads: number | null
  readonly workers: number | null
  readonly lowering: string
  readonly versions: Readonly<Record<string, string>>
}

/** Synthetic images of one generator that stand ready for the study's dataset. */
export interface BankSummary {
  readonly generator: string
  readonly images: readonly { readonly class: string; readonly count: number }[]
  /** USD. */
  readonly dollars: number
  /** How like real ones they are; null where nobody measured it. */
  readonly fidelity: Fidelity | null
}

/** A picture in the document: a PNG as a data address. */
export interface EmbeddedImage {
  readonly address: string
  readonly width: number
  readonly height: number
}

export interface ReportPictures {
  /** Real training images by class. */
  readonly real: readonly { readonly class: string; readonly total: number; readonly images: readonly EmbeddedImage[] }[]
  readonly synthetic: readonly {
    readonly generator: string
    readonly class: string
    readonly pairs: readonly { readonly real: EmbeddedImage | null; readonly synthetic: EmbeddedImage }[]
  }[]
  readonly maps: readonly ModelMaps[]
  /** What is not shown and why, a sentence each. */
  readonly missing: readonly string[]
}

/** What one run looks at. */
export interface ModelMaps {
  readonly model: string
  readonly run: number
  readonly cell: string
  readonly layer: string
  readonly targets: readonly string[]
  readonly notes: readonly string[]
  readonly images: readonly {
    readonly kind: 'real' | 'synthetic'
    readonly class: string
    readonly predicted: string
    readonly image: EmbeddedImage
    /** One a target, in order. */
    readonly maps: readonly { readonly picture: EmbeddedImage; readonly probability: number; readonly empty: boolean }[]
  }[]
  /** How alike the maps of a real image and of its synthetic one are: rank correlation, by class of the pair and target. */
  readonly alike: readonly { readonly class: string; readonly target: string; readonly rank: number | null }[]
}
