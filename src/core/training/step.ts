/** One step of training on one batch, whole or in parts, full or short. */
import { type EngineState, runMany, type Specs } from '../engine/index.ts'
import type { Model } from '../models/index.ts'
import { adamScalars } from './adam.ts'
import { rowWeights } from './classWeights.ts'
import { accumulatingSpecs, trainingSpecs } from './definitions.ts'
import { PADDING } from './loss.ts'
import type { Programs } from './programs.ts'
import { imagesOfEpoch, type TrainingTask } from './task.ts'

/** How batches are taken: fixed for a run. */
export interface StepShape {
  /** Images of a full batch. */
  readonly batch: number
  /** Images whose gradients are computed at once; `batch`, or fewer where memory is short. */
  readonly microBatch: number
  /** By class index, in the training loss. Left out: all images weigh the same. */
  readonly classWeights?: readonly number[] | undefined
}

/** A run's: no batch is greater than its epochs. */
export function stepShape(
  task: Pick<TrainingTask, 'train' | 'epochImages' | 'batch' | 'microBatch' | 'classWeights'>,
): StepShape {
  const { batch, microBatch = batch, classWeights } = task
  const full = Math.min(batch, imagesOfEpoch(task))
  return { batch: full, microBatch: Math.min(microBatch, full), ...(classWeights && { classWeights }) }
}

/** Images of one step: `pixels [n, size, size, 1]`, 0 to 255, and `labels [n]`, n from 1 to the batch. */
export interface Batch {
  readonly pixels: Float32Array
  readonly labels: Int32Array
}

/** Mean cross entropy before the update, weighted where classes have weights, and how many images were hit. */
export interface StepReport {
  readonly loss: number
  readonly correct: number
}

/** The state that steps of this shape need. */
export function stateSpecs(model: Model, { batch, microBatch }: StepShape): Specs {
  return microBatch < batch ? accumulatingSpecs(model) : trainingSpecs(model)
}

/** Step number and rate of a batch. */
export interface StepPlace {
  /** From 1, over the whole run. */
  readonly t: number
  readonly learningRate: number
}

/** One step. A batch in micro-batches gives the whole batch's loss, gradients and update, but for rounding. */
export async function takeStep(
  programs: Programs,
  model: Model,
  state: EngineState,
  batch: Batch,
  shape: StepShape,
  place: StepPlace,
): Promise<StepReport> {
  const [report] = await takeSteps(programs, model, state, [{ ...batch, ...place }], shape)
  return report!
}

/** Consecutive steps, as takeStep: in one call where the engine gains by it. */
export async function takeSteps(
  programs: Programs,
  model: Model,
  state: EngineState,
  batches: readonly (Batch & StepPlace)[],
  shape: StepShape,
): Promise<StepReport[]> {
  const lengths = new Set(batches.map(({ labels }) => (model.mixesRows ? labels.length : shape.batch)))
  const inParts = shape.microBatch < shape.batch
  if (inParts || lengths.size > 1) {
    const reports: StepReport[] = []
    for (const batch of batches) {
      const report = inParts
        ? stepInParts(programs, model, state, batch, shape)
        : takeStep(programs, model, state, batch, shape, batch)
      reports.push(await report)
    }
    return reports
  }
  const rows = [...lengths][0]!
  const { classWeights } = shape
  const step = await programs.step(model, rows, classWeights !== undefined)
  const inputs = batches.map(batch => ({
    ...filled(batch, rows),
    ...weightsOf(batch, classWeights, rows),
    ...scalarsOf(batch),
  }))
  const outputs = await runMany(step, state, inputs)
  return outputs.map(({ loss, correct }) => ({ loss: loss![0]!, correct: correct![0]! }))
}

/** One step whose gradients are summed over micro-batches. */
async function stepInParts(
  programs: Programs,
  model: Model,
  state: EngineState,
  { pixels, labels, ...place }: Batch & StepPlace,
  { microBatch, classWeights }: StepShape,
): Promise<StepReport> {
  const gradients = await programs.gradients(model, microBatch, classWeights !== undefined)
  const weights = classWeights && rowWeights(labels, classWeights) // of the whole batch
  const share = Float32Array.of(1 / labels.length)
  const image = pixels.length / labels.length
  let [loss, correct] = [0, 0]
  for (let start = 0; start < labels.length; start += microBatch) {
    const end = Math.min(start + microBatch, labels.length)
    const part = { pixels: pixels.subarray(start * image, end * image), labels: labels.subarray(start, end) }
    const portion = weights ? { rowWeights: filledWeights(weights.subarray(start, end), microBatch) } : { share }
    const keep = Float32Array.of(start === 0 ? 0 : 1)
    const outputs = await gradients.run(state, { ...filled(part, microBatch), ...portion, keep })
    loss += outputs.loss![0]!
    correct += outputs.correct![0]!
  }
  const update = await programs.update(model)
  await update.run(state, scalarsOf(place))
  return { loss, correct }
}

/** What of a step's inputs its number and rate decide. */
export function scalarsOf({ t, learningRate }: StepPlace): { stepSize: Float32Array; epsilon: Float32Array } {
  const { stepSize, epsilon } = adamScalars(t, learningRate)
  return { stepSize: Float32Array.of(stepSize), epsilon: Float32Array.of(epsilon) }
}

/** The weights of a batch's rows, where classes have any, as an input of `rows` rows. */
export function weightsOf(
  { labels }: Pick<Batch, 'labels'>,
  classWeights: readonly number[] | undefined,
  rows: number,
): { rowWeights?: Float32Array } {
  return classWeights === undefined ? {} : { rowWeights: filledWeights(rowWeights(labels, classWeights), rows) }
}

function filledWeights(weights: Float32Array, rows: number): Float32Array {
  if (weights.length === rows) return weights
  const all = new Float32Array(rows)
  all.set(weights)
  return all
}

/** A batch of exactly `rows` rows: what is missing has black pixels and no class. */
function filled({ pixels, labels }: Batch, rows: number): { pixels: Float32Array; labels: Int32Array } {
  return { pixels: filledPixels(pixels, labels.length, rows), labels: filledLabels(labels, rows) }
}

/** The pixels of `images` images with black ones after them, up to `rows`; the same array where nothing is missing. */
export function filledPixels(pixels: Float32Array, images: number, rows: number): Float32Array {
  if (images === rows) return pixels
  const all = new Float32Array((pixels.length / images) * rows)
  all.set(pixels)
  return all
}

/** Labels with those of rows that count in nothing after them, up to `rows`. */
export function filledLabels(labels: Int32Array, rows: number): Int32Array {
  if (labels.length === rows) return labels
  const all = new Int32Array(rows).fill(PADDING)
  all.set(labels)
  return all
}
