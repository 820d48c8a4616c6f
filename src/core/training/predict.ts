import type { EngineState } from '../engine/index.ts'
import type { Model } from '../models/index.ts'
import { type ImageBytes, inBatches, plainPixels } from './batches.ts'
import type { Programs } from './programs.ts'

/** Logits `[images, classes]` of images of the memory, in their order, unaugmented. */
export async function predictAll(
  programs: Programs,
  model: Model,
  state: EngineState,
  all: readonly { readonly place: number }[],
  images: ImageBytes,
  batch: number,
): Promise<Float32Array> {
  const logits = new Float32Array(all.length * model.classes)
  let at = 0
  for (const some of inBatches(all, batch)) {
    const program = await programs.prediction(model, some.length)
    const outputs = await program.run(state, { pixels: plainPixels(some, images) })
    logits.set(outputs.logits as Float32Array, at)
    at += some.length * model.classes
  }
  return logits
}
