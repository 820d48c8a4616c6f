/** A trained model's answers for images that the command line names. */
import { resizeBilinear } from '../core/dataset/index.ts'
import { LabError } from '../core/shared/errors.ts'
import { softmax } from '../core/stats/index.ts'
import { Programs, predictAll, weightSpecs } from '../core/training/index.ts'
import type { Context } from './context.ts'
import { namedImage } from './namedImage.ts'
import type { TrainedModel } from './trainedModel.ts'

export interface ImagePrediction {
  readonly image: string
  readonly class: string
  readonly probabilities: Readonly<Record<string, number>>
  /** In class order. */
  readonly logits: readonly number[]
}

/** One image at a time: an answer does not depend, in its last bits, on which other images are asked about. */
const BATCH = 1

/** Throws `data` for an image that cannot be read, `failed` where the model's answer is no number. */
export async function predictImages(
  context: Context,
  { model, classes, engine, state }: TrainedModel,
  names: readonly string[],
): Promise<ImagePrediction[]> {
  const { size } = model
  const bytes = new Uint8Array(names.length * size * size)
  for (const [i, name] of names.entries()) {
    context.signal.throwIfAborted()
    const { width, height, pixels } = await namedImage(context, name)
    resizeBilinear(pixels, width, height, size, size, bytes.subarray(i * size * size, (i + 1) * size * size))
  }
  const programs = new Programs(engine, weightSpecs)
  const places = names.map((_, place) => ({ place }))
  const all = await predictAll(programs, model, state, places, { bytes, size }, BATCH)
  await programs.release()
  return names.map((image, i) => ({
    image,
    ...readLogits(all.subarray(i * classes.length, (i + 1) * classes.length), classes),
  }))
}

/** The class of the largest logit, and the probabilities by name. */
export function readLogits(logits: Float32Array, classes: readonly string[]): Omit<ImagePrediction, 'image'> {
  if (!logits.every(Number.isFinite))
    throw new LabError('failed', 'the model gives no numbers for this image: its training diverged')
  const probabilities = softmax(logits, classes.length)
  return {
    class: classes[logits.indexOf(Math.max(...logits))] ?? '',
    probabilities: Object.fromEntries(classes.map((name, i) => [name, probabilities[i] ?? Number.NaN])),
    logits: Array.from(logits),
  }
}
