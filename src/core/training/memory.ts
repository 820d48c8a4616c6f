/**
 * How much memory training takes, foreseen: parameters and the lives of a step's values are counted, and two constants were measured
 * (`node bench/memory.ts`; docs/performance.md has the table of foreseen and measured peaks).
 */
import { runBytes } from '../engine/memory.ts'
import { sizeOf } from '../engine/program.ts'
import type { Model } from '../models/model.ts'
import { features, gradientStep, prediction, trainingSpecs, trainStep, updateStep, weightSpecs } from './definitions.ts'
import { type StepShape, stateSpecs } from './step.ts'

/** Node with the lab's modules, before the first worker. */
const PROCESS = 90e6
/** A worker thread with tfjs, onnxruntime and its compiled graphs. */
const WORKER = 150e6
/** What onnxruntime's arena takes for each byte that is alive: it keeps freed pieces, which do not always fit the next. */
const ARENA = 1.25
/** Copies of the weights beside the state: the initial ones, the best epoch's, the next best's, and the checkpoint that is written. */
const COPIES = 4

/** Bytes of resident memory at the highest point of a worker thread on the processor. */
export function workerBytes(model: Model, shape: StepShape, fineTune: 'all' | 'head' = 'all'): number {
  const { batch, microBatch } = shape
  if (fineTune === 'head') {
    const frozen = 2 * bytesOf(Object.values(weightSpecs(model)))
    return WORKER + frozen + COPIES * bytesOf(model.parameters) + ARENA * runBytes(features(model, batch))
  }
  const steps =
    microBatch < batch
      ? runBytes(gradientStep(model, microBatch)) + runBytes(updateStep(model))
      : runBytes(trainStep(model, batch))
  const predicting = runBytes(prediction(model, microBatch, trainingSpecs(model)))
  const state = bytesOf(Object.values(stateSpecs(model, shape))) + bytesOf(model.parameters) // and the weights' spares
  const images = 3 * batch * model.size ** 2 * 4
  return WORKER + state + COPIES * bytesOf(model.parameters) + ARENA * (steps + predicting) + images
}

/** Half of a number, a quarter, ... down to 1: the batches that are tried where one does not fit. */
export function halvings(from: number): number[] {
  const sizes: number[] = []
  for (let size = Math.floor(from / 2); size >= 1; size = Math.floor(size / 2)) sizes.push(size)
  return sizes
}

/** Bytes of a whole trainer: `images` is what they take in shared memory, `workers` what each worker takes. */
export function trainerBytes(images: number, workers: readonly number[]): number {
  return PROCESS + images + workers.reduce((sum, bytes) => sum + bytes, 0)
}

function bytesOf(tensors: readonly { readonly shape: readonly number[] }[]): number {
  return tensors.reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0)
}
