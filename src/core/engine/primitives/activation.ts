/** Activations whose gradient tfjs has not, or not in few operations. */
import * as tf from '#tfjs'

/**
 * torch.nn.functional.gelu, exact: x * Phi(x), Phi(x) = (1 + erf(x / sqrt 2)) / 2 (Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016). Its derivative is
 * Phi(x) + x * exp(-x^2 / 2) / sqrt(2 pi).
 */
export function gelu(x: tf.Tensor): tf.Tensor {
  const y = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [input, save] = given as [tf.Tensor, tf.GradSaveFunc]
    // in the form that onnxruntime knows as Gelu where no gradient needs its middle
    const twicePhi = tf.add(tf.erf(tf.div(input, Math.SQRT2)), 1)
    save([input, twicePhi])
    return {
      value: tf.mul(tf.mul(input, twicePhi), 0.5),
      gradFunc: (dy: tf.Tensor, [saved, phi]: tf.Tensor[]) => {
        const density = tf.mul(tf.exp(tf.mul(tf.square(saved!), -0.5)), 1 / Math.sqrt(2 * Math.PI))
        return tf.mul(dy, tf.add(tf.mul(phi!, 0.5), tf.mul(saved!, density)))
      },
    }
  })
  return y(x)
}

/** torch.nn.functional.silu: x * sigmoid(x), with the derivative s * (1 + x * (1 - s)). */
export function silu(x: tf.Tensor): tf.Tensor {
  const y = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [input, save] = given as [tf.Tensor, tf.GradSaveFunc]
    const s = tf.sigmoid(input)
    const value = tf.mul(input, s)
    save([s, value])
    return {
      value,
      // s * (1 + x * (1 - s)) = s + y * (1 - s)
      gradFunc: (dy: tf.Tensor, [gate, result]: tf.Tensor[]) => tf.mul(dy, tf.add(gate!, tf.mul(result!, tf.sub(1, gate!)))),
    }
  })
  return y(x)
}

/**
 * torch.nn.functional.dropout with its mask given: `keep` is 1 where an entry stays and 0 where it is dropped, drawn with probability 1 - p; what stays is divided by 1 - p. The mask
 * is an input, so that a definition stays a pure function.
 */
export function dropout(x: tf.Tensor, keep: tf.Tensor, p: number): tf.Tensor {
  return tf.mul(x, p === 0 ? keep : tf.mul(keep, 1 / (1 - p)))
}
