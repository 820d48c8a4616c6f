/** What `synth fidelity` tells. */
import type { Agreement } from './agreement.ts'
import type { Detection } from './detector.ts'
import type { KernelDistance } from './kid.ts'
import type { Manifold, Share } from './manifold.ts'
import type { ByMeasure } from './nearest.ts'

/** Two clouds of images compared: real and synthetic ones of a class, or, as what real images reach, training and validation images. */
export interface FidelityRow extends Readonly<Record<keyof Manifold, Share | null>> {
  /** Null for all classes together. */
  readonly class: string | null
  /** Images of the training part. */
  readonly real: number
  /** Images beside them. */
  readonly images: number
  readonly kid: KernelDistance | null
  readonly detector: Detection | null
  /** Share that the classifier takes for their label; null without one. `unseen`: of the images none of whose parents it learned from. */
  readonly agreement: Agreement | null
  readonly unseen: Agreement | null
}

export interface NearestRecord {
  /** Image id; of the validation part `validation`, else of the training part. */
  readonly image: string
  readonly class: string
  readonly likeness: number
  readonly parent: boolean
}

/** A synthetic image with the most similar real ones. */
export interface ImageRecord {
  readonly id: number
  readonly class: string
  readonly train: ByMeasure<NearestRecord> | null
  readonly validation: ByMeasure<NearestRecord> | null
  /** Likeness to the most similar parent. */
  readonly parents: ByMeasure<number> | null
  readonly copy: boolean
  /** Of what it is one: of its parents alone, or of a training image that is none of them. Null for no copy. */
  readonly copyOf: 'parent' | 'other' | null
  readonly nearerToValidation: ByMeasure<boolean> | null
}

/** The JSON of `synth fidelity`. */
export interface Fidelity {
  readonly dataset: string
  readonly split: string
  readonly generator: string
  readonly seed: number
  readonly featureSpace: { readonly name: string; readonly width: number; readonly run: number | null }
  /** What tells which images hang together, for intervals and folds: the dataset's groups, or null where each image stands alone. */
  readonly groups: string | null
  /** k of precision, recall, density and coverage. */
  readonly neighbours: number
  readonly nearest: {
    readonly images: number
    /** Likeness above which an image counts as a copy, see memorisation.ts. */
    readonly thresholds: ByMeasure<number | null>
    readonly copies: number
    /** Of the copies, those of nothing but images they were made from: near their sources, as variations may be. */
    readonly copiesOfParents: number
    /** Of the copies, those of an image they were not made from, or of which nobody said what they were made from: memory of the generator's. */
    readonly copiesOfOthers: number
    /** Images that could be asked, having parents that are known. */
    readonly withParents: number
    readonly nearerToValidation: ByMeasure<number>
  }
  /** A class each, and all together where there are several. */
  readonly synthetic: readonly FidelityRow[]
  /** The same of real validation images: what images as good as real ones reach. */
  readonly validation: readonly FidelityRow[]
  /** Classes without synthetic images. */
  readonly classesWithout: readonly string[]
  readonly images: readonly ImageRecord[]
}
