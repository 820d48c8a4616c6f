/**
 * Batch, layer and group normalisation, by plain operations: (x - mean) / sqrt(variance + eps), scaled and shifted. Their gradients are written out (Ioffe and
 * Szegedy, "Batch Normalization", 2015, section 3, with the sums over x collected as PyTorch's native_batch_norm_backward and
 * native_layer_norm_backward do): tfjs's own would pass over the activations some three times as often.
 */
import * as tf from '#tfjs'
import { LabError } from '../../shared/errors.ts'

export interface BatchNormParameters {
  /** gamma, `[channels]`. */
  readonly weight: tf.Tensor
  /** beta, `[channels]`. */
  readonly bias: tf.Tensor
  readonly runningMean: tf.Tensor
  readonly runningVar: tf.Tensor
}

export interface BatchNormResult {
  readonly y: tf.Tensor
  /**
   * The new running statistics in training, the given ones in evaluation. Computed inside valueAndGradients, they leave it as extras. y's
   * gradient does not go through them.
   */
  readonly runningMean: tf.Tensor
  readonly runningVar: tf.Tensor
}

/**
 * torch.nn.functional.batch_norm over the last axis of images `[batch, height, width, channels]` (or rows `[batch, channels]`).
 *
 * Training: mean and population variance are the batch's. The running mean and the running variance move towards the batch's mean and its *unbiased* variance by
 * `momentum`, the weight of the new value (torch.nn.BatchNorm2d; ONNX's momentum is the weight of the old one, and its variance the population's).
 * Evaluation: mean and variance are the running ones.
 *
 * @throws LabError `failed` in training where a channel has a single value, as PyTorch does
 */
export function batchNorm(
  x: tf.Tensor,
  parameters: BatchNormParameters,
  options: { training: boolean; momentum?: number; eps?: number },
): BatchNormResult {
  const { training, momentum = 0.1, eps = 1e-5 } = options
  const { weight, bias, runningMean, runningVar } = parameters
  if (!training) {
    const scale = tf.mul(weight, tf.rsqrt(tf.add(runningVar, eps)))
    const shift = tf.sub(bias, tf.mul(runningMean, scale))
    return { y: tf.add(tf.mul(x, scale), shift), runningMean, runningVar }
  }
  const axes = Array.from({ length: x.rank - 1 }, (_, i) => i)
  const count = x.size / x.shape.at(-1)!
  if (count < 2) throw new LabError('failed', `batch norm in training needs more than one value a channel, not ${count}`)
  const mean = tf.mean(x, axes)
  const centred = tf.sub(x, mean)
  const variance = tf.mean(tf.square(centred), axes)
  const inverse = tf.rsqrt(tf.add(variance, eps))
  const moved = (running: tf.Tensor, now: tf.Tensor, weightOfNow: number) =>
    tf.add(tf.mul(running, 1 - momentum), tf.mul(now, weightOfNow))
  return {
    y: standardised(x, weight, bias, centred, inverse, axes),
    runningMean: moved(runningMean, mean, momentum),
    runningVar: moved(runningVar, variance, (momentum * count) / (count - 1)),
  }
}

/**
 * weight * centred * inverse + bias as a function of x, weight and bias, where centred = x - mean(x) and inverse = 1 / sqrt(variance(x) + eps) over `axes` are given:
 * with m values a channel, d = sum(dy * centred) and dx = weight * inverse * (dy - sum(dy) / m - centred * inverse^2 * d / m), dweight = d * inverse, dbias = sum(dy).
 */
function standardised(
  x: tf.Tensor,
  weight: tf.Tensor,
  bias: tf.Tensor,
  centred: tf.Tensor,
  inverse: tf.Tensor,
  axes: number[],
): tf.Tensor {
  const share = x.shape.at(-1)! / x.size // 1 / m
  const y = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [, gamma, beta, save] = given as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc]
    const scale = tf.mul(gamma, inverse)
    save([centred, inverse, scale])
    return {
      value: tf.add(tf.mul(centred, scale), beta),
      gradFunc: (dy: tf.Tensor, [c, inv, s]: tf.Tensor[]) => {
        const sum = tf.sum(dy, axes)
        const product = tf.sum(tf.mul(dy, c!), axes)
        const slope = tf.mul(tf.mul(product, tf.square(inv!)), tf.mul(s!, -share))
        const offset = tf.mul(tf.mul(sum, s!), -share)
        const dx = tf.add(tf.add(tf.mul(dy, s!), tf.mul(c!, slope)), offset)
        return [dx, tf.mul(product, inv!), sum]
      },
    }
  })
  return y(x, weight, bias)
}

/** torch.nn.functional.layer_norm over the last axis: `weight` and `bias` are `[x.shape.at(-1)]`. */
export function layerNorm(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, eps = 1e-5): tf.Tensor {
  const y = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [input, gamma, beta, save] = given as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc]
    const { normal, inverse } = normalised(input, eps)
    save([normal, inverse, gamma])
    return {
      value: tf.add(tf.mul(normal, gamma), beta),
      gradFunc: (dy: tf.Tensor, [n, inv, g]: tf.Tensor[]) => {
        const axes = Array.from({ length: dy.rank - 1 }, (_, i) => i)
        return [normalisedGradient(tf.mul(dy, g!), n!, inv!), tf.sum(tf.mul(dy, n!), axes), tf.sum(dy, axes)]
      },
    }
  })
  return y(x, weight, bias)
}

/**
 * torch.nn.functional.group_norm of images `[batch, height, width, channels]`: `groups` divides the channels; `weight` and `bias` are `[channels]`.
 */
export function groupNorm(x: tf.Tensor, groups: number, weight: tf.Tensor, bias: tf.Tensor, eps = 1e-5): tf.Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number]
  const channelsFirst = tf.transpose(x, [0, 3, 1, 2]) // [b, c, h, w]
  const grouped = tf.reshape(channelsFirst, [batch, groups, (channels / groups) * height * width])
  const normal = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [input, save] = given as [tf.Tensor, tf.GradSaveFunc]
    const { normal: value, inverse } = normalised(input, eps)
    save([value, inverse])
    return { value, gradFunc: (dy: tf.Tensor, [n, inv]: tf.Tensor[]) => normalisedGradient(dy, n!, inv!) }
  })(grouped)
  const images = tf.transpose(tf.reshape(normal, [batch, channels, height, width]), [0, 2, 3, 1]) // [b, h, w, c]
  return tf.add(tf.mul(images, weight), bias)
}

/** n = (x - mean) * inverse along the last axis, inverse = 1 / sqrt(variance + eps) `[..., 1]`. */
function normalised(x: tf.Tensor, eps: number): { normal: tf.Tensor; inverse: tf.Tensor } {
  const centred = tf.sub(x, tf.mean(x, -1, true))
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), eps))
  return { normal: tf.mul(centred, inverse), inverse }
}

/** dx = inverse * (dn - mean(dn) - n * mean(dn * n)). */
function normalisedGradient(dn: tf.Tensor, n: tf.Tensor, inverse: tf.Tensor): tf.Tensor {
  const along = tf.mean(tf.mul(dn, n), -1, true)
  return tf.mul(tf.sub(tf.sub(dn, tf.mean(dn, -1, true)), tf.mul(n, along)), inverse)
}
