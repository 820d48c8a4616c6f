/** What a user may set of the generator, and what is taken where nothing is set. */
import { z } from 'zod'
import type { EngineName } from '../../engine/index.ts'
import { LabError } from '../../shared/errors.ts'

const share = z.number().min(0).max(1)

/** Those of the model, which decide its key, then those of a variation. */
export const diffusionSettings = z.strictObject({
  /** Height and width of what the network sees, in pixels. */
  size: z.int().min(8).max(512).optional(),
  /** Side of the squares of pixels that are one place of its finest grid. */
  patch: z.int().min(1).max(16).optional(),
  /** Of the finest grid. */
  channels: z.int().min(8).max(512).multipleOf(8).optional(),
  /** Channels of each grid in multiples of `channels`; each grid has half the side of the one before. */
  multipliers: z.array(z.int().min(1).max(16)).min(1).max(6).optional(),
  /** Of training, and images of each. */
  steps: z.int().min(1).max(10_000_000).optional(),
  batch: z.int().min(1).max(1024).optional(),
  /** The highest of training. */
  learningRate: z.number().positive().max(0.1).optional(),
  /** Share of the old moving average of the weights in the new one. */
  averaging: z.number().min(0).max(0.99999).optional(),
  /** How far towards noise the network learns, as a share of the way; `strength` is no more than this. */
  depth: share.positive().optional(),
  /** How far a source is noised, as a share of the way: 0 leaves it as it is. */
  strength: share.optional(),
  /** Of denoising, for the whole way; a variation takes its share. */
  samplingSteps: z.int().min(1).max(1000).optional(),
})
export type DiffusionSettings = z.infer<typeof diffusionSettings>

/** With nothing left out. */
export type WholeSettings = { readonly [K in keyof DiffusionSettings]-?: NonNullable<DiffusionSettings[K]> }

/** For a processor. What it reaches: docs/synthesis.md. */
const SMALL: WholeSettings = {
  ...{ size: 64, patch: 2, channels: 32, multipliers: [1, 2, 2] },
  ...{ steps: 1500, batch: 16, learningRate: 2e-3, averaging: 0.995, depth: 0.7 },
  ...{ strength: 0.6, samplingSteps: 40 },
}

/** For a GPU: untried on one. */
const LARGE: WholeSettings = {
  ...{ size: 128, patch: 1, channels: 64, multipliers: [1, 2, 2, 4, 4] },
  ...{ steps: 60_000, batch: 32, learningRate: 2e-4, averaging: 0.9995, depth: 0.7 },
  ...{ strength: 0.6, samplingSteps: 50 },
}

/**
 * The settings with those that are left out: small where the processor computes, large on a GPU.
 * @throws LabError `usage` where they do not fit each other
 */
export function wholeSettings(given: DiffusionSettings, engine: EngineName): WholeSettings {
  const usual = engine === 'onnx-cpu' || engine === 'reference' ? SMALL : LARGE
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const whole: WholeSettings = { ...usual, ...said }
  const { size, patch, multipliers, strength, depth } = whole
  const unit = patch * 2 ** (multipliers.length - 1)
  if (size % unit !== 0)
    throw new LabError(
      'usage',
      `settings of diffusion: with patches of ${patch} and ${multipliers.length} grids a size is a multiple of ${unit}, not ${size}`,
    )
  if (strength > depth)
    throw new LabError('usage', `settings of diffusion: a strength of ${strength} is beyond the depth of ${depth}`)
  return whole
}
