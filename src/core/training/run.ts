/** One training of one cell: epochs of Adam until early stopping, and what the kept weights say about the validation images. */
import { policyNamed } from '../augmentation/index.ts'
import { initialWeights, modelNamed, writeCheckpoint } from '../models/index.ts'
import { LabError } from '../shared/errors.ts'
import { crossEntropy, predictedClasses } from '../stats/index.ts'
import { augmentedPixels, epochOrder, type ImageBytes, inBatches, labelsOf } from './batches.ts'
import { type EarlyStopping, earlyStopping } from './earlyStopping.ts'
import type { Epoch } from './epoch.ts'
import { predictAll } from './predict.ts'
import type { Programs } from './programs.ts'
import { stateSpecs, stepShape, takeStep } from './step.ts'
import type { TrainingTask } from './task.ts'

/** The first step, counted from 1 over the whole run, whose loss is NaN or infinite, or after which the validation loss is. */
export interface Divergence {
  readonly step: number
  readonly epoch: number
}

export interface TrainedRun {
  readonly history: readonly Epoch[]
  readonly bestEpoch: number
  readonly stoppedBy: 'patience' | 'epochs'
  /** Where a loss was first not finite; null where none was. */
  readonly diverged: Divergence | null
  /** Of the validation images in the task's order, at the best epoch: `[n, classes]`. */
  readonly validationLogits: Float32Array
  /** The best epoch's weights: a safetensors file. */
  readonly checkpoint: Uint8Array
  readonly seconds: number
  /** Seconds spent on batches, validation's too: ordering, augmenting, converting. The engine waits for these. */
  readonly dataSeconds: number
}

export interface RunSurroundings {
  readonly programs: Programs
  readonly images: ImageBytes
  /** Milliseconds, for durations only. */
  readonly clock: () => number
  readonly onEpoch: (report: Epoch) => void
  /** Asked between steps; true ends the run with LabError `interrupted`. */
  readonly stopped: () => boolean
}

export async function trainRun(task: TrainingTask, around: RunSurroundings): Promise<TrainedRun> {
  const { programs, images, clock, onEpoch, stopped } = around
  if (images.size !== task.size) throw new LabError('failed', `images of ${images.size} pixels for a run at ${task.size}`)
  const model = modelNamed(task.model, task.size, task.classes.length)
  const policy = policyNamed(task.policy)
  const shape = stepShape(task)
  const predictionBatch = Math.min(task.batch, task.microBatch ?? task.batch)
  const state = programs.engine.createState(stateSpecs(model, shape), initialWeights(model, task.seed, task.index))
  const validationLabels = labelsOf(task.validation)
  const begun = clock()
  const history: Epoch[] = []
  let dataMilliseconds = 0
  let steps = 0
  let diverged: Divergence | null = null
  let progress: EarlyStopping | null = null
  let best: { logits: Float32Array; weights: Record<string, Float32Array> } | null = null

  try {
    for (let epoch = 1; progress === null || progress.stop === null; epoch++) {
      const started = clock()
      let lossSum = 0
      const order = timed(() => epochOrder(task.train, task.seed, task.index, epoch))
      for (const batch of inBatches(order, task.batch)) {
        await breathe()
        if (stopped()) throw new LabError('interrupted', 'the run was stopped')
        const pixels = timed(() => augmentedPixels(batch, images, policy, { seed: task.seed, index: task.index, epoch }))
        const at = { t: ++steps, learningRate: task.learningRate }
        const { loss } = await takeStep(programs, model, state, { pixels, labels: labelsOf(batch) }, shape, at)
        lossSum += loss * batch.length
        if (!Number.isFinite(loss)) diverged ??= { step: steps, epoch }
      }
      const trained = clock()
      const logits = await predictAll(programs, model, state, task.validation, images, predictionBatch, timed)
      const validationLoss = crossEntropy(logits, validationLabels, task.classes.length)
      if (!Number.isFinite(validationLoss)) diverged ??= { step: steps, epoch }
      progress = earlyStopping(progress, epoch, validationLoss, task)
      if (progress.improved || best === null) {
        best = { logits, weights: await state.read(model.parameters.map(({ name }) => name)) }
      }
      const report: Epoch = {
        epoch,
        trainLoss: lossSum / task.train.length,
        validationLoss,
        validationAccuracy: accuracyOf(logits, validationLabels, task.classes.length),
        imagesPerSecond: (task.train.length * 1000) / Math.max(trained - started, 1e-3),
        seconds: (clock() - started) / 1000,
      }
      history.push(report)
      onEpoch(report)
    }
  } finally {
    state.release()
  }
  return {
    history,
    bestEpoch: progress.bestEpoch,
    stoppedBy: progress.stop!,
    diverged,
    validationLogits: best!.logits,
    checkpoint: writeCheckpoint(model, best!.weights, task.classes),
    seconds: (clock() - begun) / 1000,
    dataSeconds: dataMilliseconds / 1000,
  }

  function timed<T>(work: () => T): T {
    const from = clock()
    const result = work()
    dataMilliseconds += clock() - from
    return result
  }
}

/** Lets messages in: the engine blocks its thread while it runs, so a stop is heard only between steps. */
function breathe(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

function accuracyOf(logits: Float32Array, labels: Int32Array, classes: number): number {
  const predicted = predictedClasses(logits, classes)
  return labels.reduce((hits, label, i) => hits + (predicted[i] === label ? 1 : 0), 0) / labels.length
}
