/** What a model is to the rest of the lab: named parameters in PyTorch's layouts and names, and a pure function from images to logits. */

import type { Tensor } from '../engine/primitives.ts'
import type { Shape } from '../engine/program.ts'

export interface ParameterSpec {
  /** As in PyTorch's state_dict. */
  readonly name: string
  readonly shape: Shape
  /** Drawn uniformly from (-bound, bound): PyTorch's default for convolution and linear layers, bound = 1 / sqrt(fan in). */
  readonly bound: number
}

/** A line of `mri-lab models NAME`. */
export interface LayerSummary {
  readonly name: string
  readonly kind: string
  /** Of one image's result, channels first as PyTorch prints it. */
  readonly output: Shape
  readonly parameters: number
  /** Multiplications with addition, for one image. */
  readonly multiplyAdds: number
}

/** How grey pixels of 0 to 255 become a model's input: divided by 255, repeated over the channels, then (x - mean) / std in each. */
export interface Preprocessing {
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

/** Called with each layer's result under its name; what it returns is used in its place (a forward hook). */
export type LayerHook = (layer: string, result: Tensor) => Tensor

/** An architecture at one input size and number of classes. */
export interface Model {
  readonly name: string
  /** Height and width of the input in pixels. */
  readonly size: number
  readonly classes: number
  readonly preprocessing: Preprocessing
  readonly parameters: readonly ParameterSpec[]
  readonly layers: readonly LayerSummary[]
  /**
   * Whether, in training, an image's result depends on the batch's other images, as with batch norm. Such a model is given short batches as
   * they are, by a program of their own; the others are given full ones with rows that count in nothing. Default: false.
   */
  readonly mixesRows?: boolean
  /** Layers whose results Grad-CAM may look at; the first is the default. */
  readonly explainable: readonly string[]
  /**
   * `[batch, size, size, 1]` grey pixels from 0 to 255 -> logits `[batch, classes]`. Normalising is the model's own first step.
   */
  logits(parameters: Readonly<Record<string, Tensor>>, pixels: Tensor, hook?: LayerHook): Tensor
}
