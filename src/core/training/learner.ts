/** What a run trains: the whole model, or its head alone. */
import type { Policy } from '../augmentation/index.ts'
import type { Model, StartingWeights } from '../models/index.ts'
import { augmentedPixels, type FedImage, type ImageBytes, labelsOf } from './batches.ts'
import { predictAll } from './predict.ts'
import type { Programs } from './programs.ts'
import { type StepReport, stateSpecs, stepShape, takeSteps } from './step.ts'
import type { TrainingTask } from './task.ts'

/** Step `t`, on some of the training images, in their order. */
export interface PlannedStep {
  readonly images: readonly FedImage[]
  readonly t: number
  readonly learningRate: number
}

export interface Learner {
  /** How many steps to give at once: more than one where the engine gains by it. */
  readonly stepsAtOnce: number
  /** Consecutive steps. */
  steps(planned: readonly PlannedStep[]): Promise<StepReport[]>
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
export async function wholeModel({ task, model, policy, programs, images, start, timed }: LearnerParts): Promise<Learner> {
  const shape = stepShape(task)
  const state = programs.engine.createState(stateSpecs(model, shape), start.weights)
  const names = [...model.parameters, ...model.statistics].map(({ name }) => name)
  const predictionBatch = Math.min(task.batch, task.microBatch ?? task.batch)
  const { counters } = start
  let seen = 0
  return {
    stepsAtOnce: shape.microBatch < shape.batch ? 1 : ((await programs.step(model, shape.batch)).runsAtOnce ?? 1),
    steps(planned) {
      const batches = planned.map(({ images: some, ...at }) => {
        const pixels = timed(() => augmentedPixels(some, images, policy, task))
        return { pixels, labels: labelsOf(some), ...at }
      })
      seen += batches.length
      return takeSteps(programs, model, state, batches, shape)
    },
    validationLogits: () => predictAll(programs, model, state, task.validation, images, predictionBatch, timed),
    saved: async () => ({ weights: await state.read(names), counters: counted(counters, seen) }),
    release: () => state.release(),
  }
}

function counted(counters: Readonly<Record<string, bigint>>, steps: number): Record<string, bigint> {
  return Object.fromEntries(Object.entries(counters).map(([name, count]) => [name, count + BigInt(steps)]))
}
