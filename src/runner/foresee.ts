/** Whether there is memory for a study, before it trains: a run that cannot end should not begin. */

import { heldInMemory } from '../core/dataset/imageMemory.ts' // not by its door: nothing is decoded
import type { Dataset } from '../core/dataset/index.ts'
import type { EngineName } from '../core/engine/index.ts'
import type { Model } from '../core/models/index.ts'
import { startsFromWeights } from '../core/models/weights/layouts.ts' // not by its door: nothing is read
import { LabError } from '../core/shared/errors.ts'
import { imagesOf, largest, SCRATCH, type Spec, usesBank } from '../core/study/index.ts'
import type { StepShape } from '../core/training/index.ts'
import { trainedImages } from './trainedImages.ts'

/** Measured peaks lie up to so much above what is foreseen (docs/performance.md). */
const MARGIN = 1.1

export interface Foreseen {
  /** How many workers fit, at least one. How many there are changes no number, so fewer than asked for may train. */
  readonly workers: number
}

/**
 * Foresees a study's memory on the processor; null for other engines, whose devices have their own.
 * @param available bytes that may still be taken
 * @throws LabError `usage` where not even one worker fits, naming the batch that does; or where a model cannot take its batch in parts
 */
export async function foreseeMemory(
  spec: Spec,
  splits: readonly Dataset[],
  engine: EngineName,
  available: number,
): Promise<Foreseen | null> {
  const { modelNamed } = await import('../core/models/index.ts')
  const models = spec.models.map(name => {
    const configuration = spec.configuration[name]
    return { name, model: modelNamed(name, spec.size[name], splits[0]!.classes.length, { configuration }) }
  })
  for (const { name, model } of models) {
    if (model.mixesRows && spec.microBatch[name] !== undefined) {
      throw new LabError(
        'usage',
        `microBatch: ${name} has batch norm, whose statistics are of the whole batch: give a smaller --batch`,
      )
    }
  }
  if (engine !== 'onnx-cpu') return null

  const { halvings, trainerBytes, workerBytes } = await import('../core/training/memory.ts')
  const bytes = imageBytes(spec, splits)
  const images =
    (heldInMemory(bytes, available) ? bytes : 0) +
    models.reduce((sum, { name, model }) => sum + fileBytes(spec, name, model), 0)
  const most = imagesOfEpoch(spec, splits)
  const perWorker = models.map(({ name, model }) => {
    const batch = Math.min(spec.batch[name], most)
    const shape = { batch, microBatch: Math.min(spec.microBatch[name] ?? batch, batch) }
    const needs = (other: StepShape) => MARGIN * trainerBytes(images, [workerBytes(model, other, spec.fineTune)])
    if (needs(shape) > available) {
      const first = (shapeOf: (size: number) => StepShape) =>
        halvings(shape.microBatch).find(size => needs(shapeOf(size)) <= available)
      const whole = first(size => ({ batch: size, microBatch: size }))
      const parts = model.mixesRows ? undefined : first(size => ({ batch, microBatch: size }))
      throw tooBig(name, model, shape, needs(shape), available, { whole, parts })
    }
    return workerBytes(model, shape, spec.fineTune)
  })
  return { workers: Math.max(1, Math.floor((available / MARGIN - trainerBytes(images, [])) / Math.max(...perWorker))) }
}

/** What the images of training and validation take in a trainer's shared memory. */
function imageBytes(spec: Spec, splits: readonly Dataset[]): number {
  const held = trainedImages(splits).length + bankImages(spec, splits)
  const sizes = new Set(spec.models.map(name => spec.size[name]))
  return [...sizes].reduce((sum, size) => sum + held * size ** 2, 0)
}

/** What a file of pre-trained weights takes, which all workers share; which it is may not be known yet. */
function fileBytes(spec: Spec, name: Spec['models'][number], model: Model): number {
  const none = spec.weights[name] === SCRATCH || spec.configuration[name] !== undefined || !startsFromWeights(name)
  return none ? 0 : model.parameters.reduce((sum, { shape }) => sum + 4 * shape.reduce((a, b) => a * b, 1), 0)
}

/** Images of the bank that the runs may hold, from above: a new one for each place of each run, or some two for each image and variation. */
function bankImages({ scenarios, runs }: Spec, splits: readonly Dataset[]): number {
  const share = Math.max(0, ...scenarios.filter(usesBank).map(({ synthetic }) => largest(synthetic)))
  const train = Math.max(...splits.map(({ images }) => images.filter(image => image.part === 'train').length))
  return Math.ceil(train * Math.min(runs * share, 2 * Math.ceil(share)))
}

/** The most images of an epoch: no batch is greater. */
function imagesOfEpoch({ scenarios }: Spec, splits: readonly Dataset[]): number {
  return Math.max(1, ...splits.flatMap(split => scenarios.map(scenario => imagesOf(scenario, split))))
}

function tooBig(
  name: string,
  { size }: Model,
  { batch, microBatch }: StepShape,
  needed: number,
  available: number,
  { whole, parts }: { readonly whole: number | undefined; readonly parts: number | undefined },
): LabError {
  const advice = [
    ...(whole === undefined ? [] : [`--batch ${name}=${whole}`]),
    ...(parts === undefined ? [] : [`--micro-batch ${name}=${parts} (the same steps, in parts)`]),
  ]
  const asked = `batch ${batch}${microBatch < batch ? ` in parts of ${microBatch}` : ''}`
  return new LabError(
    'usage',
    `${name} at ${size}x${size} with ${asked} needs about ${gigabytes(needed)} of memory and ${gigabytes(available)} are free: ` +
      (advice.length > 0 ? `give ${advice.join(', or ')}` : 'give a smaller --size, or free memory'),
  )
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0)} GB`
}
