/** The bank: the synthetic images that are kept, and the rules by which one may enter a run. */
import type { Parameters } from './order.ts'

/** A stored synthetic image. Its pixels lie in the content file `sha256`, see greyFile.ts. */
export interface BankImage {
  readonly id: number
  /** Name of the dataset that its parents are of. */
  readonly dataset: string
  readonly generator: string
  /** Of its source, which is its own. */
  readonly class: string
  /** Content hashes of all images it was made from, the source first; empty where nobody said (imported without). */
  readonly parents: readonly string[]
  /** Content hashes of the images that its generator learned from. Images of one model share the list. */
  readonly trainedOn: readonly string[]
  /** Which image of its source, from 1. */
  readonly variation: number
  readonly parameters: Parameters
  /** USD. */
  readonly cost: number
  readonly terms: string | null
  /** ISO 8601, UTC. */
  readonly created: string
  readonly sha256: string
  readonly width: number
  readonly height: number
}

/** The part of a bank image that the rules look at. */
export type Origin = Pick<BankImage, 'parents' | 'trainedOn'>

/** What a run may see of its dataset, as content hashes. */
export interface RunImages {
  /** Its real training images. */
  readonly sample: ReadonlySet<string>
  /** Validation and test images of its split. */
  readonly heldOut: ReadonlySet<string>
}

/**
 * Why a bank image may not enter a run, or null where it may: every parent is in the run's sample, and none of the images its generator
 * learned from is a validation or test image. One whose parents nobody knows may enter none.
 */
export function refusalOf({ parents, trainedOn }: Origin, { sample, heldOut }: RunImages): string | null {
  if (parents.length === 0) return 'nobody said which images it was made from'
  if (!parents.every(parent => sample.has(parent))) return "it was made from images that are not in the run's sample"
  if (trainedOn.some(image => heldOut.has(image))) return 'its generator learned from images of the validation or test part'
  return null
}

/** Whether a generator learned from more than a run's sample: allowed, but the run and its tables say so. */
export function exceedsSample({ trainedOn }: Pick<Origin, 'trainedOn'>, sample: ReadonlySet<string>): boolean {
  return trainedOn.some(image => !sample.has(image))
}

/** What such runs and tables say. */
export const EXCEEDS_SAMPLE = 'generator learned from more than the sample'
