/** One training of one cell: epochs of Adam until early stopping, and what the kept weights say about the validation images. */
import { policyNamed } from '../augmentation/index.ts'
import { initialWeights, modelNamed, writeCheckpoint } from '../models/index.ts'
import { LabError } from '../shared/errors.ts'
import { crossEntropy, predictedClasses } from '../stats/index.ts'
import { adamScalars } from './adam.ts'
import { augmentedPixels, epochOrder, type ImageBytes, inBatches, labelsOf } from './batches.ts'
import { trainingSpecs } from './definitions.ts'
import { type EarlyStopping, earlyStopping } from './earlyStopping.ts'
import type { Epoch } from './epoch.ts'
import { predictAll } from './predict.ts'
import type { Programs } from './programs.ts'
import type { TrainingTask } from './task.ts'

export interface TrainedRun {
  readonly history: readonly Epoch[]
  readonly bestEpoch: number
  readonly stoppedBy: 'patience' | 'epochs'
  /** Of the validation images in the task's order, at the best epoch: `[n, classes]`. */
  readonly validationLogits: Float32Array
  /** The best epoch's weights: a safetensors file. */
  readonly checkpoint: Uint8Array
  readonly seconds: number
  /** Seconds spent on batches: ordering, augmenting, converting. The engine waits for these. */
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
  const state = programs.engine.createState(trainingSpecs(model), initialWeights(model, task.seed, task.index))
  const validationLabels = labelsOf(task.validation)
  const begun = clock()
  const history: Epoch[] = []
  let dataMilliseconds = 0
  let steps = 0
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
        const step = await programs.step(model, batch.length)
        const { stepSize, epsilon } = adamScalars(++steps, task.learningRate)
        const outputs = await step.run(state, {
          pixels,
          labels: labelsOf(batch),
          stepSize: Float32Array.of(stepSize),
          epsilon: Float32Array.of(epsilon),
        })
        lossSum += outputs.loss![0]! * batch.length
      }
      const trained = clock()
      const logits = await predictAll(programs, model, state, task.validation, images, task.batch)
      const validationLoss = crossEntropy(logits, validationLabels, task.classes.length)
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
