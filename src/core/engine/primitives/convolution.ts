/** Convolutions, pools and enlarging of images `[batch, height, width, channels]`, on PyTorch's weight layouts. */
import * as tf from '#tfjs'

/** From this kernel size on, a convolution whose windows lie side by side is a product over patches. */
const PATCH = 4

/**
 * torch.nn.functional.conv2d. `weight` is `[out, in, height, width]`, `bias` `[out]` or null; `padding` zeros on every side.
 *
 * tfjs's 'same' pads unevenly at stride 2, unlike PyTorch, and its native backends have gradients for 'same' and 'valid' alone: paddings that are
 * not 'same' are an explicit pad, which the traced engine folds into the convolution (../passes/foldPads.ts). Windows side by side over the whole
 * image (a vision transformer's patches) are one matrix product.
 */
export function conv2d(
  x: tf.Tensor,
  weight: tf.Tensor,
  bias: tf.Tensor | null,
  options: { stride?: number; padding?: number } = {},
): tf.Tensor {
  const { stride = 1, padding = 0 } = options
  const [out, , height, width] = weight.shape as [number, number, number, number]
  if (tilesWith(x, height, width, stride, padding)) {
    const tokens = patches(x, height) // [b, h / size, w / size, in * size * size]
    const y = tf.matMul(tf.reshape(tokens, [-1, tokens.shape[3]!]), tf.reshape(weight, [out, tokens.shape[3]!]), false, true)
    return tf.reshape(bias === null ? y : tf.add(y, bias), [...tokens.shape.slice(0, 3), out])
  }
  const filter = tf.transpose(weight, [2, 3, 1, 0]) // [out, in, h, w] -> [h, w, in, out], tfjs's order
  const same = stride === 1 && height === width && height === 2 * padding + 1
  const image = padding === 0 || same ? x : padded(x, padding, 0)
  const y = tf.conv2d(image as tf.Tensor4D, filter as tf.Tensor4D, stride, same ? 'same' : 'valid')
  return bias === null ? y : tf.add(y, bias)
}

function tilesWith(x: tf.Tensor, height: number, width: number, stride: number, padding: number): boolean {
  const fits = [x.shape[1]!, x.shape[2]!].every(n => n % stride === 0)
  return height === stride && width === stride && stride >= PATCH && padding === 0 && fits
}

/** Square patches of an image, each in channel, row, column order: `[b, h, w, c]` -> `[b, h / size, w / size, c * size * size]`. */
function patches(x: tf.Tensor, size: number): tf.Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number]
  const rows = height / size
  const columns = width / size
  const cut = tf.reshape(x, [batch, rows, size, columns, size, channels])
  return tf.reshape(tf.transpose(cut, [0, 1, 3, 5, 2, 4]), [batch, rows, columns, channels * size * size])
}

function padded(x: tf.Tensor, padding: number, value: number): tf.Tensor {
  const side: [number, number] = [padding, padding]
  return tf.pad(x, [[0, 0], side, side, [0, 0]], value)
}

/**
 * torch.nn.functional.max_pool2d: windows of `size`, `stride` apart (default: size), on an image padded by -infinity.
 *
 * Where several pixels of a window are its maximum, PyTorch and tfjs give the gradient to the first of them in row order, and the traced engine
 * does so too for windows that overlap; for windows side by side over the whole image it shares it evenly, which is faster.
 */
export function maxPool2d(x: tf.Tensor, size: number, options: { stride?: number; padding?: number } = {}): tf.Tensor {
  const { stride = size, padding = 0 } = options
  const image = padding === 0 ? x : padded(x, padding, Number.NEGATIVE_INFINITY)
  return tf.maxPool(image as tf.Tensor4D, size, stride, 'valid')
}

/** torch.nn.functional.avg_pool2d with its defaults: pads are zeros and count. `stride` defaults to `size`. */
export function avgPool2d(x: tf.Tensor, size: number, options: { stride?: number; padding?: number } = {}): tf.Tensor {
  const { stride = size, padding = 0 } = options
  const image = padding === 0 ? x : padded(x, padding, 0)
  return tf.avgPool(image as tf.Tensor4D, size, stride, 'valid')
}

/** torch.nn.functional.adaptive_avg_pool2d(x, 1), flattened: `[b, h, w, c]` -> `[b, c]`. */
export function globalAvgPool2d(x: tf.Tensor): tf.Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number]
  const pooled = tf.customGrad((image: tf.Tensor | tf.GradSaveFunc) => ({
    value: tf.mean(image as tf.Tensor, [1, 2]),
    gradFunc: (dy: tf.Tensor) => {
      // made channels first, as images lie in the traced engine's memory
      const share = tf.mul(tf.reshape(dy, [batch, channels, 1, 1]), 1 / (height * width))
      const spread = tf.mul(share, tf.ones([batch, channels, height, width]))
      return tf.transpose(spread, [0, 2, 3, 1])
    },
  }))
  return pooled(x)
}

/**
 * torch.nn.functional.interpolate(scale_factor=factor, mode='nearest'), for whole factors. The gradient is the sum over a pixel's copies, written as
 * a pool: tfjs's own is wrong for more than one image (4.22's CPU kernel reads the gradient at the small image's offsets).
 */
export function upsampleNearest2d(x: tf.Tensor, factor: number): tf.Tensor {
  const [, height, width] = x.shape as [number, number, number, number]
  const enlarge = tf.customGrad((image: tf.Tensor | tf.GradSaveFunc) => ({
    value: tf.image.resizeNearestNeighbor(image as tf.Tensor4D, [height * factor, width * factor]),
    gradFunc: (dy: tf.Tensor) => tf.mul(tf.avgPool(dy as tf.Tensor4D, factor, factor, 'valid'), factor * factor),
  }))
  return enlarge(x)
}

/** torch.flatten(x, 1) of an image tensor: per image in channel, row, column order. */
export function flattenChannelsFirst(x: tf.Tensor): tf.Tensor {
  const channelsFirst = tf.transpose(x, [0, 3, 1, 2]) // [b, h, w, c] -> [b, c, h, w]
  return tf.reshape(channelsFirst, [x.shape[0]!, -1]) // -> [b, c * h * w]
}
