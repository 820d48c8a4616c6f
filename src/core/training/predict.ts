import type { EngineState } from '../engine/index.ts'
import type { Model } from '../models/index.ts'
import { type ImageBytes, inBatches, plainPixels } from './batches.ts'
import type { Programs } from './programs.ts'
import { filledPixels } from './step.ts'

/**
 * Logits `[images, classes]` of images of the memory, in their order, unaugmented; the last batch is filled up and what filled it dropped. `timed` sees
 * the work that the engine waits for: reading and converting pixels.
 */
export async function predictAll(
  programs: Programs,
  model: Model,
  state: EngineState,
  all: readonly { readonly place: number }[],
  images: ImageBytes,
  batch: number,
  timed: <T>(work: () => T) => T = work => work(),
): Promise<Float32Array> {
  const logits = new Float32Array(all.length * model.classes)
  const rows = Math.min(batch, all.length)
  let at = 0
  for (const some of inBatches(all, batch)) {
    const program = await programs.prediction(model, rows)
    const pixels = timed(() => filledPixels(plainPixels(some, images), some.length, rows))
    const outputs = await program.run(state, { pixels })
    logits.set((outputs.logits as Float32Array).subarray(0, some.length * model.classes), at)
    at += some.length * model.classes
  }
  return logits
}
