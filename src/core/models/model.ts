/** What a model is to the rest of the lab: named parameters in PyTorch's layouts and names, and pure functions from images to logits. */

import { add, mul, type Tensor, tensor1d } from '../engine/primitives.ts'
import type { Shape } from '../engine/program.ts'

/** What a tensor holds before training: uniform in (-bound, bound), normal of this standard deviation, or the same everywhere. */
export type Initial = { readonly uniform: number } | { readonly normal: number } | { readonly constant: number }

export interface ParameterSpec {
  /** As in PyTorch's state_dict. */
  readonly name: string
  readonly shape: Shape
  /** Where no pre-trained weights are given: the reference library's own default. */
  readonly initial: Initial
}

/** A line of `mri-lab models NAME`. */
export interface LayerSummary {
  readonly name: string
  readonly kind: string
  /** Of one image's result, channels first as PyTorch prints it; `[tokens, width]` of a transformer. */
  readonly output: Shape
  readonly parameters: number
  /** Multiplications with addition of the layer's products and convolutions, for one image. */
  readonly multiplyAdds: number
}

/** How grey pixels of 0 to 255 become a model's input: divided by 255, repeated over the channels, then (x - mean) / std in each. */
export interface Preprocessing {
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

/** What a model is built of beside its input size and classes: widths, depths, and an epsilon. By name; see recipes.ts. */
export type Configuration = Readonly<Record<string, number>>

/**
 * Called with each layer's result under its name; what it returns is used in its place (a forward hook). `image` is what the first layer is given:
 * `[batch, size, size, channels]` after normalising.
 */
export type LayerHook = (layer: string, result: Tensor) => Tensor

/**
 * Given in training: batch norm then computes with the batch's own statistics (`model.train()` in PyTorch), and tells this the new value of each
 * running statistic by its name. Without it the running ones are used (`model.eval()`).
 */
export type StatisticsUpdate = (name: string, value: Tensor) => void

type Weights = Readonly<Record<string, Tensor>>

/** An architecture at one input size and number of classes. */
export interface Model {
  readonly name: string
  /** Height and width of the input in pixels. */
  readonly size: number
  readonly classes: number
  readonly configuration: Configuration
  readonly preprocessing: Preprocessing
  /** What is trained. */
  readonly parameters: readonly ParameterSpec[]
  /** Batch norm's running statistics: saved and loaded with the parameters (PyTorch's buffers), and changed by training without a gradient. */
  readonly statistics: readonly ParameterSpec[]
  /** Names of the parameters of the last layer, which depends on the number of classes. */
  readonly head: readonly string[]
  readonly layers: readonly LayerSummary[]
  /**
   * Whether, in training, an image's result depends on the batch's other images, as with batch norm. Such a model is given short batches as
   * they are, by a program of their own; the others are given full ones with rows that count in nothing. Default: false.
   */
  readonly mixesRows?: boolean
  /** Layers whose results Grad-CAM may look at; the first is the default. */
  readonly explainable: readonly string[]
  /** Numbers of an image's features: what the head sees. */
  readonly width: number
  /** `[batch, size, size, 1]` grey pixels from 0 to 255 -> features `[batch, width]`. Normalising is the model's own first step. */
  features(weights: Weights, pixels: Tensor, hook?: LayerHook, update?: StatisticsUpdate): Tensor
  /** Features `[batch, width]` -> logits `[batch, classes]`. */
  classify(weights: Weights, features: Tensor): Tensor
  /** Both: pixels -> logits. */
  logits(weights: Weights, pixels: Tensor, hook?: LayerHook, update?: StatisticsUpdate): Tensor
}

/** All that a file of the model's weights holds: parameters and running statistics. */
export function savedTensors(model: Model): readonly ParameterSpec[] {
  return [...model.parameters, ...model.statistics]
}

/** Grey pixels `[b, s, s, 1]`, 0 to 255 -> the network's input `[b, s, s, channels]`. */
export function normalised(pixels: Tensor, { mean, std }: Preprocessing): Tensor {
  const scale = tensor1d(std.map(deviation => 1 / (255 * deviation)))
  const shift = tensor1d(mean.map((value, i) => -value / std[i]!))
  return add(mul(pixels, scale), shift)
}

/** A layer that `mri-lab models` and Grad-CAM know by name, with its tensors. */
export interface Layer {
  readonly parameters: readonly ParameterSpec[]
  readonly statistics?: readonly ParameterSpec[]
  readonly summary: LayerSummary
}

/** Parts of a Model that its layers give. */
export function ofLayers(layers: readonly Layer[]): Pick<Model, 'parameters' | 'statistics' | 'layers'> {
  return {
    parameters: layers.flatMap(layer => layer.parameters),
    statistics: layers.flatMap(layer => layer.statistics ?? []),
    layers: layers.map(layer => layer.summary),
  }
}
