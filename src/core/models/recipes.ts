/** The models by name, with what a spec that says nothing else trains them with. Without their code, so that a spec is read without an engine. */
import type { Configuration } from './model.ts'

export interface Recipe {
  /** Side of the square images in pixels. */
  readonly size: number
  readonly batch: number
  /** Of Adam. */
  readonly learningRate: number
  /** Epochs over which the learning rate rises linearly from 0. */
  readonly warmupEpochs: number
  /** At full size, as the reference library builds it. */
  readonly configuration: Configuration
}

export const RECIPES = {
  cnn: { size: 128, batch: 32, learningRate: 0.001, warmupEpochs: 0, configuration: {} },
  resnet18: { size: 256, batch: 32, learningRate: 0.0001, warmupEpochs: 0, configuration: { width: 64 } },
  vit: {
    size: 256,
    batch: 32,
    learningRate: 0.00003,
    warmupEpochs: 1,
    configuration: { depth: 12, width: 768, heads: 12, patch: 16, epsilon: 1e-6 },
  },
} as const satisfies Readonly<Record<string, Recipe>>

export type ModelName = keyof typeof RECIPES
export const MODEL_NAMES = Object.keys(RECIPES) as readonly ModelName[]

export function isModelName(name: string): name is ModelName {
  return Object.hasOwn(RECIPES, name)
}
