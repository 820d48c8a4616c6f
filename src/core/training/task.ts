/** What a worker is asked to train, as plain data that can cross threads. */
import type { CustomPolicy } from '../augmentation/index.ts'
import { type Configuration, type Model, modelNamed, type PretrainedFile, pretrainedOptions } from '../models/index.ts'

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
  /** One of the lab's by its name, or one of the user's own. */
  readonly policy: string | CustomPolicy
  readonly seed: number
  /** Which run of its cell, from 0. */
  readonly index: number
  readonly batch: number
  /**
   * Images that an epoch takes, where other than all of `train` once: passes over `train` follow each other without regard to where epochs end, so
   * that every image is seen equally often. Steps, warm-up, validation and early stopping go by epochs as ever.
   */
  readonly epochImages?: number
  /** A weight for each class, by index, in the training loss; classWeights.ts. Validation's is never weighted. */
  readonly classWeights?: readonly number[]
  /** Images whose gradients are computed at once, where fewer than the batch: less memory, the same step but for rounding. */
  readonly microBatch?: number
  readonly learningRate: number
  /** Epochs over which the learning rate rises linearly from 0 to its full height. Default: 0. */
  readonly warmupEpochs?: number
  readonly epochs: number
  readonly patience: number
  /** What of the model is other than at full size. */
  readonly configuration?: Configuration
  /** Weights to start from; from scratch where left out. */
  readonly pretrained?: PretrainedFile
  /** Which weights are trained. Default: all. */
  readonly fineTune?: 'all' | 'head'
}

/** @throws LabError `usage` where the model does not take the size or configuration */
export function modelOfTask({
  model,
  size,
  classes,
  configuration,
  pretrained,
}: Pick<TrainingTask, 'model' | 'size' | 'classes' | 'configuration' | 'pretrained'>): Model {
  const given = pretrained === undefined ? null : pretrainedOptions(pretrained)
  return modelNamed(model, size, classes.length, {
    configuration: { ...configuration, ...given?.configuration },
    preprocessing: given?.preprocessing,
  })
}

/** Images that an epoch takes. */
export function imagesOfEpoch({ train, epochImages = train.length }: Pick<TrainingTask, 'train' | 'epochImages'>): number {
  return epochImages
}

/** The learning rate of step `t`, from 1: t / n of its height in step t of a warm-up of n steps. */
export function learningRateAt(
  t: number,
  task: Pick<TrainingTask, 'learningRate' | 'warmupEpochs' | 'train' | 'epochImages' | 'batch'>,
): number {
  const { learningRate, warmupEpochs = 0, batch } = task
  const rising = warmupEpochs * Math.ceil(imagesOfEpoch(task) / batch)
  return learningRate * Math.min(1, t / Math.max(rising, 1))
}
