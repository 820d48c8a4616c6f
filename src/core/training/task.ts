/** What a worker is asked to train, as plain data that can cross threads. */

/** An image of the trainer's shared memory. */
export interface TaskImage {
  /** Names the image's place in the batch order and its random draws. */
  readonly id: string
  /** Which of the memory's images its pixels are. */
  readonly place: number
  /** Index of its class. */
  readonly label: number
}

export interface TrainingTask {
  readonly model: string
  /** Input height and width in pixels; the memory's images have this size. */
  readonly size: number
  /** In order. */
  readonly classes: readonly string[]
  readonly train: readonly TaskImage[]
  readonly validation: readonly TaskImage[]
  readonly policy: string
  readonly seed: number
  /** Which run of its cell, from 0. */
  readonly index: number
  readonly batch: number
  /** Images whose gradients are computed at once, where fewer than the batch: less memory, the same step but for rounding. */
  readonly microBatch?: number
  readonly learningRate: number
  readonly epochs: number
  readonly patience: number
}
