/** A classical augmentation policy: a random change of one training image, drawn anew for every epoch. Validation images are never changed. */
import type { RandomStream } from '../shared/random.ts'

export interface Policy {
  readonly name: string
  /**
   * Writes the changed image to `target`. Both hold `size * size` grey bytes in row order; `draws` is the image's own stream for this
   * run and epoch, so that the result does not depend on who computes it, or when.
   */
  apply(source: Uint8Array, target: Uint8Array, size: number, draws: RandomStream): void
}
