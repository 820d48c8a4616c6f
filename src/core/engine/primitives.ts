/**
 * The primitives that models, losses and optimisers are written with: tfjs-core's own operations where they fit, and PyTorch's
 * layers on PyTorch's weight layouts, so that checkpoints need no conversion. Images are `[batch, height, width, channels]`.
 */
import * as tf from '#tfjs'

export type { Tensor } from '#tfjs'
export {
  add,
  argMax,
  cast,
  div,
  equal,
  logSoftmax,
  mean,
  mul,
  neg,
  relu,
  scalar,
  sqrt,
  square,
  sub,
  sum,
} from '#tfjs'

/**
 * torch.nn.functional.conv2d. `weight` is `[out, in, height, width]`, `bias` `[out]`; `padding` zeros on every side.
 * Written as pad-free 'valid' or an explicit pad, since tfjs's 'same' pads unevenly at stride 2, unlike PyTorch.
 */
export function conv2d(
  x: tf.Tensor,
  weight: tf.Tensor,
  bias: tf.Tensor | null,
  options: { stride?: number; padding?: number } = {},
) {
  const { stride = 1, padding = 0 } = options
  const filter = tf.transpose(weight, [2, 3, 1, 0]) // [out, in, h, w] -> [h, w, in, out], tfjs's order
  const y = tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, padding === 0 ? 'valid' : padding)
  return bias === null ? y : tf.add(y, bias)
}

/** torch.nn.functional.linear: `x [n, in]`, `weight [out, in]`, `bias [out]` -> `[n, out]`. */
export function linear(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor | null): tf.Tensor {
  const y = tf.matMul(x, weight, false, true)
  return bias === null ? y : tf.add(y, bias)
}

/** torch.nn.functional.max_pool2d with `size` windows `size` apart. */
export function maxPool2d(x: tf.Tensor, size: number): tf.Tensor {
  return tf.maxPool(x as tf.Tensor4D, size, size, 'valid')
}

/** torch.flatten(x, 1) of an image tensor: per image in channel, row, column order. */
export function flattenChannelsFirst(x: tf.Tensor): tf.Tensor {
  const channelsFirst = tf.transpose(x, [0, 3, 1, 2]) // [b, h, w, c] -> [b, c, h, w]
  return tf.reshape(channelsFirst, [x.shape[0]!, -1]) // -> [b, c * h * w]
}

/** One row of zeros with a one at the class, for each label: `[n]` int32 -> `[n, classes]` float32. */
export function oneHot(labels: tf.Tensor, classes: number): tf.Tensor {
  return tf.oneHot(labels as tf.Tensor1D, classes, 1, 0, 'float32')
}

/**
 * The value and the gradients of a scalar function with respect to each named tensor, and what else the function computed on
 * the way (`extras`). Extras are kept from tfjs's tidying: the engine, which owns a definition's results, disposes them.
 */
export function valueAndGradients(
  f: (tensors: Readonly<Record<string, tf.Tensor>>) => { value: tf.Tensor; extras?: Readonly<Record<string, tf.Tensor>> },
  at: Readonly<Record<string, tf.Tensor>>,
): { value: tf.Tensor; gradients: Record<string, tf.Tensor>; extras: Record<string, tf.Tensor> } {
  const names = Object.keys(at)
  const record = (tensors: tf.Tensor[]) => Object.fromEntries(names.map((name, i) => [name, tensors[i]!]))
  const extras: Record<string, tf.Tensor> = {}
  const { value, grads } = tf.valueAndGrads((...tensors: tf.Tensor[]) => {
    const computed = f(record(tensors))
    for (const [name, tensor] of Object.entries(computed.extras ?? {})) extras[name] = tf.keep(tensor)
    return computed.value as tf.Scalar
  })(names.map(name => at[name]!))
  return { value, gradients: record(grads), extras }
}

/**
 * An identity that shows the gradient flowing back through it, as a tensor hook in PyTorch does: `seen` is called with
 * d(result)/d(x), of x's shape, while gradients are taken.
 */
export function gradientHook(x: tf.Tensor, seen: (gradient: tf.Tensor) => void): tf.Tensor {
  const identity = tf.customGrad((input: tf.Tensor | tf.GradSaveFunc) => ({
    value: tf.clone(input as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => {
      seen(tf.keep(dy))
      return dy
    },
  }))
  return identity(x)
}
