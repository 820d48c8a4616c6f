/** The programs of a diffusion model as pure definitions: a step of training, and a step of denoising. */

import type { Definition, Shape, Specs, TensorSpec } from '../../engine/index.ts'
import { add, clipByValue, div, mul, square, sub, sum, type Tensor, valueAndGradients } from '../../engine/primitives.ts'
import { adamUpdate } from '../../training/index.ts'
import { imageIn } from './unet.ts'
import { type UnetShape, unetParameters } from './unetLayout.ts'

/** Prefixes among the names of training's state: Adam's moments, and the moving average that denoises. Weights keep their own. */
const M = 'adam.m.'
const V = 'adam.v.'
export const AVERAGE = 'average.'

/** Weights, both moments of each, and their moving averages. */
export function learningSpecs(shape: UnetShape): Specs {
  const parameters = unetParameters(shape)
  return Object.fromEntries(
    ['', M, V, AVERAGE].flatMap(prefix => parameters.map(one => [prefix + one.name, float(one.shape)])),
  )
}

/**
 * One step of Adam on the mean squared error of the noise (Ho et al. 2020, equation 14): `image` and `noise` `[batch, size, size, 1]`, image from -1 to 1, with the time of
 * each as `signal`, `sigma` `[batch, 1, 1, 1]` and `time [batch, channels]`; `label [batch]` int32; scalars `stepSize` and `epsilon` (adamScalars) and `keep`, the share of the old moving
 * average in the new one. Output `loss`, before the update.
 */
export function learningStep(shape: UnetShape, batch: number): Definition {
  const { size } = shape
  const parameters = unetParameters(shape)
  return {
    name: `diffusion training step, batch ${batch}, ${size}x${size}`,
    state: learningSpecs(shape),
    inputs: {
      ...toldInputs(shape, batch, batch),
      image: float([batch, size, size, 1]),
      noise: float([batch, size, size, 1]),
      weight: float([batch, 1, 1, 1]),
      ...{ stepSize: float([]), epsilon: float([]), keep: float([]) },
    },
    compute(state, inputs) {
      const { image, noise, signal, sigma, weight, time, label, stepSize, epsilon, keep } = inputs as Record<
        InputName,
        Tensor
      >
      const { value, gradients } = valueAndGradients(
        weights => {
          const x = add(mul(signal, image), mul(sigma, noise))
          const error = sub(imageIn(shape, weights, x, { time, label }), image)
          return { value: mul(sum(mul(weight, square(error))), 1 / (batch * size * size)) }
        },
        Object.fromEntries(parameters.map(({ name }) => [name, state[name]!])),
      )
      const next: Record<string, Tensor> = {}
      for (const { name } of parameters) {
        const now = { weight: state[name]!, m: state[M + name]!, v: state[V + name]! }
        const { weight: moved, m, v } = adamUpdate(now, gradients[name]!, { stepSize, epsilon })
        next[name] = moved
        next[M + name] = m
        next[V + name] = v
        next[AVERAGE + name] = add(moved, mul(keep, sub(state[AVERAGE + name]!, moved)))
      }
      return { state: next, outputs: { loss: value } }
    },
  }
}

type InputName = 'image' | 'noise' | 'weight' | 'signal' | 'sigma' | 'time' | 'label' | 'stepSize' | 'epsilon' | 'keep'

/** Weights, and the images on their way: `x [batch, size, size, 1]`. */
export function denoisingSpecs(shape: UnetShape, batch: number): Specs {
  const weights = unetParameters(shape).map(one => [one.name, float(one.shape)] as const)
  return { ...Object.fromEntries(weights), x: float([batch, shape.size, shape.size, 1]) }
}

/**
 * One step of DDIM without new noise (Song et al. 2021, equation 12 with sigma = 0) from the time of `signal`, `sigma`, `time` to that of `nextSignal`, `nextSigma`, all for the whole
 * batch; `label [batch]` int32. The image that the network sees is kept within -1 and 1 and the noise taken to be what then remains, as Nichol and Dhariwal's code does.
 */
export function denoisingStep(shape: UnetShape, batch: number): Definition {
  return {
    name: `diffusion denoising step, batch ${batch}, ${shape.size}x${shape.size}`,
    state: denoisingSpecs(shape, batch),
    inputs: { ...toldInputs(shape, 1, batch), nextSignal: float([1, 1, 1, 1]), nextSigma: float([1, 1, 1, 1]) },
    compute({ x, ...weights }, inputs) {
      const { signal, sigma, time, label, nextSignal, nextSigma } = inputs
      const seen = clipByValue(imageIn(shape, weights, x!, { time: time!, label: label! }), -1, 1)
      const remains = div(sub(x!, mul(signal!, seen)), sigma!)
      return { state: { x: add(mul(nextSignal!, seen), mul(nextSigma!, remains)) }, outputs: {} }
    },
  }
}

function toldInputs({ channels }: UnetShape, times: number, batch: number): Specs {
  return {
    signal: float([times, 1, 1, 1]),
    sigma: float([times, 1, 1, 1]),
    time: float([times, channels]),
    label: { shape: [batch], dtype: 'int32' },
  }
}

function float(shape: Shape): TensorSpec {
  return { shape, dtype: 'float32' }
}
