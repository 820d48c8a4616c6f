/** What a run trains: the whole model, or its head alone. */
import type { Policy } from '../augmentation/index.ts'
import type { Model, StartingWeights } from '../models/index.ts'
import { augmentedPixels, type ImageBytes, labelsOf } from './batches.ts'
import { predictAll } from './predict.ts'
import type { Programs } from './programs.ts'
import { type StepReport, stateSpecs, stepShape, takeStep } from './step.ts'
import type { TaskImage, TrainingTask } from './task.ts'

export interface Learner {
  /** Step `t` on some of the training images, in their order. */
  step(
    images: readonly TaskImage[],
    at: { readonly epoch: number; readonly t: number; readonly learningRate: number },
  ): Promise<StepReport>
  /** Logits of the validation images `[n, classes]`, unaugmented. */
  validationLogits(): Promise<Float32Array>
  /** Copies of all weights and running statistics, and the batches that batch norms have seen. */
  saved(): Promise<StartingWeights>
  release(): void
}

/** What a learner is made of. */
export interface LearnerParts {
  readonly task: TrainingTask
  readonly model: Model
  readonly policy: Policy
  readonly programs: Programs
  readonly images: ImageBytes
  readonly start: StartingWeights
  /** Sees the work that the engine waits for. */
  readonly timed: <T>(work: () => T) => T
}

/** All weights; in training batch norm sees the batch. */
export function wholeModel({ task, model, policy, programs, images, start, timed }: LearnerParts): Learner {
  const shape = stepShape(task)
  const state = programs.engine.createState(stateSpecs(model, shape), start.weights)
  const names = [...model.parameters, ...model.statistics].map(({ name }) => name)
  const predictionBatch = Math.min(task.batch, task.microBatch ?? task.batch)
  const { counters } = start
  let seen = 0
  return {
    step(batch, { epoch, ...at }) {
      const pixels = timed(() => augmentedPixels(batch, images, policy, { seed: task.seed, index: task.index, epoch }))
      seen++
      return takeStep(programs, model, state, { pixels, labels: labelsOf(batch) }, shape, at)
    },
    validationLogits: () => predictAll(programs, model, state, task.validation, images, predictionBatch, timed),
    saved: async () => ({ weights: await state.read(names), counters: counted(counters, seen) }),
    release: () => state.release(),
  }
}

function counted(counters: Readonly<Record<string, bigint>>, steps: number): Record<string, bigint> {
  return Object.fromEntries(Object.entries(counters).map(([name, count]) => [name, count + BigInt(steps)]))
}
