/** What a trained classifier makes of images: its features, for comparing clouds of images, and its answers. */
import { setImmediate } from 'node:timers/promises'
import { type GreyImage, resizeBilinear } from '../../dataset/index.ts'
import type { Engine, EngineState } from '../../engine/index.ts'
import type { Model } from '../../models/index.ts'
import { predictedClasses } from '../../stats/index.ts'
import { Programs, weightSpecs } from '../../training/index.ts'
import type { Features } from './features.ts'
import type { ScanOptions } from './nearest.ts'

export interface Classified {
  /** What its last layer is given: the penultimate layer. */
  readonly features: Features
  /** By image, the class of the largest logit. */
  readonly predicted: Int32Array
}

const BATCH = 16

/** Images at the model's size, unaugmented. @param state its weights (weightSpecs). Rejects with the signal's reason. */
export async function classified(
  { model, engine, state }: { readonly model: Model; readonly engine: Engine; readonly state: EngineState },
  images: readonly GreyImage[],
  { onProgress, signal }: ScanOptions = {},
): Promise<Classified> {
  const programs = new Programs(engine, weightSpecs)
  const { size, width, classes } = model
  const area = size * size
  const values = new Float64Array(images.length * width)
  const logits = new Float32Array(images.length * classes)
  const rows = Math.min(BATCH, images.length)
  try {
    for (let at = 0; at < images.length; at += rows) {
      signal?.throwIfAborted()
      const some = images.slice(at, at + rows)
      const pixels = new Float32Array(rows * area) // [rows, size, size, 1]; rows beyond `some` stay black and are dropped
      for (const [i, one] of some.entries())
        pixels.set(resizeBilinear(one.pixels, one.width, one.height, size, size), i * area)
      const { features } = await (await programs.features(model, rows)).run(state, { pixels })
      const answers = await (await programs.prediction(model, rows)).run(state, { pixels })
      values.set((features as Float32Array).subarray(0, some.length * width), at * width)
      logits.set((answers.logits as Float32Array).subarray(0, some.length * classes), at * classes)
      onProgress?.(at + some.length, images.length)
      await setImmediate()
    }
  } finally {
    await programs.release()
  }
  return { features: { rows: images.length, width, values }, predicted: predictedClasses(logits, classes) }
}
