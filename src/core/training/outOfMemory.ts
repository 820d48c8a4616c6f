/** Memory that ran out although it was foreseen to suffice: what to say, and which batch fits into what was had. */
import { LabError, messageOf } from '../shared/errors.ts'
import { halvings, trainerBytes, workerBytes } from './memory.ts'
import { stepShape } from './step.ts'
import { modelOfTask, type TrainingTask } from './task.ts'

/** onnxruntime's words, C++'s and V8's. */
const WORDS = /failed to allocate memory|bad_alloc|bad allocation|array buffer allocation failed|out of memory/i

export function isOutOfMemory(thrown: unknown): boolean {
  return WORDS.test(messageOf(thrown))
}

/** What the trainer had when it happened. */
export interface HadMemory {
  /** Bytes of the process at its highest point. */
  readonly reached: number
  /** Bytes of images in shared memory. */
  readonly images: number
  readonly workers: number
}

/** The error to give for a run that ended so; it names the greatest halving of the batch that is foreseen to fit into what was reached. */
export function outOfMemory(cause: unknown, task: TrainingTask, { reached, images, workers }: HadMemory): LabError {
  const model = modelOfTask(task)
  const { batch, microBatch } = stepShape(task)
  const fits = halvings(microBatch).find(size => {
    const worker = workerBytes(model, { batch: size, microBatch: size })
    return trainerBytes(images, Array<number>(workers).fill(worker)) <= reached
  })
  const smaller = fits ?? 1
  const advice = [
    `--batch ${task.model}=${smaller}`,
    ...(model.mixesRows ? [] : [`--micro-batch ${task.model}=${smaller} (the same steps, in parts)`]),
    ...(workers > 1 ? ['fewer --workers'] : []),
  ]
  return new LabError(
    'failed',
    `memory ran out at ${(reached / 1e9).toFixed(1)} GB: ${task.model} at ${task.size}x${task.size} with batch ` +
      `${microBatch < batch ? `${batch} in parts of ${microBatch}` : batch} does not fit; ` +
      `in a study of another name give ${advice.join(', or ')}`,
    { cause },
  )
}
