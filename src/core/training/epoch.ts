/** One epoch, counted from 1. Losses are mean cross entropy in nats. */
export interface Epoch {
  readonly epoch: number
  /** Mean over the epoch's images, each before its batch's update; weighted where classes have weights. */
  readonly trainLoss: number
  readonly validationLoss: number
  /** 0 to 1. */
  readonly validationAccuracy: number
  /** Training images per second of this epoch, validation not counted. */
  readonly imagesPerSecond: number
  /** Wall clock, validation included. */
  readonly seconds: number
}
