import { LabError } from '../shared/errors.ts'
import { normalised } from './normalised.ts'

/** What a layer gave for one image, and how one class's score depends on it. Both arrays are row-major `[height, width, channels]`. */
export interface ExplainedLayer {
  readonly height: number
  readonly width: number
  readonly channels: number
  /** The layer's output, unitless. For `conv2` of the CNN: before ReLU. */
  readonly activations: Float32Array
  /** Derivative of the class's score **before softmax** by each activation. */
  readonly gradients: Float32Array
}

/** Where a class's evidence lies, at the layer's size. */
export interface ClassMap {
  readonly height: number
  readonly width: number
  /** Row-major `[height, width]`, 0 to 1; all 0 where `empty`. */
  readonly map: Float32Array
  /** No position speaks for the class: the weighted sum is nowhere positive. A black map that means something, not a fault. */
  readonly empty: boolean
}

/**
 * Grad-CAM (Selvaraju et al. 2017, arXiv 1610.02391, equations 1 and 2): alpha_k = spatial mean of channel k's gradient,
 * L = ReLU(sum over k of alpha_k A_k). Then, as pytorch-grad-cam 1.5.7, minus its minimum, over (maximum + 1e-7). Sums are doubles.
 *
 * @throws RangeError where an array does not hold `height * width * channels` numbers.
 * @throws LabError `failed` where an activation or a gradient is not finite: a diverged run has no map.
 */
export function gradcam(layer: ExplainedLayer): ClassMap {
  const { height, width, channels, activations, gradients } = layer
  const places = height * width
  for (const [name, array] of [['activations', activations] as const, ['gradients', gradients] as const]) {
    if (array.length !== places * channels)
      throw new RangeError(`${array.length} ${name} for ${height} x ${width} x ${channels}`)
  }

  const alpha = new Float64Array(channels)
  for (let at = 0; at < gradients.length; at += channels) {
    for (let k = 0; k < channels; k++) alpha[k]! += gradients[at + k]! / places
  }
  const map = new Float32Array(places)
  let empty = true
  for (let place = 0; place < places; place++) {
    let sum = 0
    for (let k = 0; k < channels; k++) sum += alpha[k]! * activations[place * channels + k]!
    if (!Number.isFinite(sum))
      throw new LabError(
        'failed',
        'no Grad-CAM: activations or gradients are not finite, so the run diverged; choose another run',
      )
    map[place] = Math.max(sum, 0)
    if (map[place]! > 0) empty = false
  }
  return { height, width, map: normalised(map), empty }
}
