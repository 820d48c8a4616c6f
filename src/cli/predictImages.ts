/** A trained model's answers for images that the command line names. */
import { resizeBilinear } from '../core/dataset/index.ts'
import { type Answer, readLogits, type TrainedModel } from '../core/explain/index.ts'
import { Programs, predictAll, weightSpecs } from '../core/training/index.ts'
import type { Context } from './context.ts'
import { namedImage } from './namedImage.ts'

interface ImagePrediction extends Answer {
  readonly image: string
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
