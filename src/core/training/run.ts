/** One training of one cell: epochs of Adam until early stopping, and what the kept weights say about the validation images. */
import { policyOf } from '../augmentation/index.ts'
import { type Model, pretrainedWeights, type StartingWeights, startingWeights, writeCheckpoint } from '../models/index.ts'
import { LabError } from '../shared/errors.ts'
import { crossEntropy, predictedClasses } from '../stats/index.ts'
import { epochOrder, type ImageBytes, inBatches, labelsOf } from './batches.ts'
import { weightOf } from './classWeights.ts'
import { type EarlyStopping, earlyStopping } from './earlyStopping.ts'
import type { Epoch } from './epoch.ts'
import { FeatureCache, headOnly } from './headOnly.ts'
import { type Learner, type LearnerParts, wholeModel } from './learner.ts'
import type { Programs } from './programs.ts'
import { learningRateAt, modelOfTask, type TrainingTask } from './task.ts'

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
  /** A file of pre-trained weights by its SHA-256. Default: there are none. */
  readonly pretrained?: (sha256: string) => Uint8Array
  /** Default: one for this run alone. */
  readonly features?: FeatureCache
  /** Milliseconds, for durations only. */
  readonly clock: () => number
  readonly onEpoch: (report: Epoch) => void
  /** Asked between steps; true ends the run with LabError `interrupted`. */
  readonly stopped: () => boolean
}

export async function trainRun(task: TrainingTask, around: RunSurroundings): Promise<TrainedRun> {
  const { images, clock, onEpoch, stopped } = around
  if (images.size !== task.size) throw new LabError('failed', `images of ${images.size} pixels for a run at ${task.size}`)
  const model = modelOfTask(task)
  const validationLabels = labelsOf(task.validation)
  const begun = clock()
  const history: Epoch[] = []
  let dataMilliseconds = 0
  let steps = 0
  let diverged: Divergence | null = null
  let progress: EarlyStopping | null = null
  let best: { logits: Float32Array; saved: StartingWeights } | null = null
  const learner = await learnerOf(task, model, around, { timed, breathe })

  try {
    for (let epoch = 1; progress === null || progress.stop === null; epoch++) {
      const started = clock()
      let [lossSum, weightSum] = [0, 0]
      const order = timed(() => epochOrder(task, epoch))
      const batches = [...inBatches(order, task.batch)]
      for (const some of inBatches(batches, learner.stepsAtOnce)) {
        await breathe()
        const planned = some.map(batch => ({ images: batch, t: ++steps, learningRate: learningRateAt(steps, task) }))
        for (const [i, { loss }] of (await learner.steps(planned)).entries()) {
          const { images: batch, t } = planned[i]!
          const weight = weightOf(labelsOf(batch), task.classWeights)
          lossSum += loss * weight
          weightSum += weight
          if (!Number.isFinite(loss)) diverged ??= { step: t, epoch }
        }
      }
      const trained = clock()
      const logits = await learner.validationLogits()
      const validationLoss = crossEntropy(logits, validationLabels, task.classes.length)
      if (!Number.isFinite(validationLoss)) diverged ??= { step: steps, epoch }
      progress = earlyStopping(progress, epoch, validationLoss, task)
      if (progress.improved || best === null) {
        best = { logits, saved: await learner.saved() }
      }
      const report: Epoch = {
        epoch,
        trainLoss: lossSum / weightSum,
        validationLoss,
        validationAccuracy: accuracyOf(logits, validationLabels, task.classes.length),
        imagesPerSecond: (order.length * 1000) / Math.max(trained - started, 1e-3),
        seconds: (clock() - started) / 1000,
      }
      history.push(report)
      onEpoch(report)
    }
  } finally {
    learner.release()
  }
  return {
    history,
    bestEpoch: progress.bestEpoch,
    stoppedBy: progress.stop!,
    diverged,
    validationLogits: best!.logits,
    checkpoint: writeCheckpoint(model, best!.saved.weights, task.classes, best!.saved.counters),
    seconds: (clock() - begun) / 1000,
    dataSeconds: dataMilliseconds / 1000,
  }

  function timed<T>(work: () => T): T {
    const from = clock()
    const result = work()
    dataMilliseconds += clock() - from
    return result
  }

  /** Lets messages in: the engine blocks its thread while it runs, so a stop is heard only between its calls. */
  async function breathe(): Promise<void> {
    await new Promise(resolve => setImmediate(resolve))
    if (stopped()) throw new LabError('interrupted', 'the run was stopped')
  }
}

/** What the task trains, from where it starts. The weights it starts from are not held longer than it needs them. */
async function learnerOf(
  task: TrainingTask,
  model: Model,
  { programs, images, pretrained: fileOf = noFile, features = new FeatureCache() }: RunSurroundings,
  { timed, breathe }: { readonly timed: LearnerParts['timed']; readonly breathe: () => Promise<void> },
): Promise<Learner> {
  const { pretrained, seed, index } = task
  const start =
    pretrained === undefined
      ? startingWeights(model, seed, index)
      : pretrainedWeights(model, fileOf(pretrained.sha256), pretrained.name, task)
  const parts = { task, model, policy: policyOf(task.policy), programs, images, start, timed }
  return task.fineTune === 'head' ? headOnly(parts, features, breathe) : wholeModel(parts)
}

function noFile(sha256: string): never {
  throw new LabError('failed', `no weights of SHA-256 ${sha256} were given to this run`)
}

function accuracyOf(logits: Float32Array, labels: Int32Array, classes: number): number {
  const predicted = predictedClasses(logits, classes)
  return labels.reduce((hits, label, i) => hits + (predicted[i] === label ? 1 : 0), 0) / labels.length
}
