/** Dense layers and attention over tokens `[batch, tokens, width]`. */
import * as tf from '#tfjs'

/** torch.nn.functional.linear over the last axis: `x [..., in]`, `weight [out, in]`, `bias [out]` or null -> `[..., out]`. */
export function linear(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor | null): tf.Tensor {
  const [out, from] = weight.shape as [number, number]
  const rows = x.rank === 2 ? x : tf.reshape(x, [-1, from]) // [n, in]
  const product = tf.matMul(rows, weight, false, true)
  const y = bias === null ? product : tf.add(product, bias) // [n, out]
  return x.rank === 2 ? y : tf.reshape(y, [...x.shape.slice(0, -1), out])
}

/**
 * torch.nn.functional.scaled_dot_product_attention without mask or dropout: softmax(q k^T / sqrt(d)) v over `[batch, heads, tokens, d]` (Vaswani et al., "Attention Is All You
 * Need", 2017, equation 1). k and v may have another number of tokens than q.
 */
export function attention(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor): { y: tf.Tensor; weights: tf.Tensor } {
  const scaled = tf.mul(q, 1 / Math.sqrt(q.shape.at(-1)!)) // fewer numbers than the scores
  const weights = tf.softmax(tf.matMul(scaled, k, false, true)) // [b, heads, n, m]
  return { y: tf.matMul(weights, v), weights } // y [b, heads, n, d]
}

/** `[batch, tokens, heads * d]` -> `[batch, heads, tokens, d]`; the heads lie side by side along the width, as in torch.nn.MultiheadAttention and timm. */
export function splitHeads(x: tf.Tensor, heads: number): tf.Tensor {
  const [batch, tokens, width] = x.shape as [number, number, number]
  return tf.transpose(tf.reshape(x, [batch, tokens, heads, width / heads]), [0, 2, 1, 3])
}

/** The inverse of `splitHeads`: `[batch, heads, tokens, d]` -> `[batch, tokens, heads * d]`. */
export function mergeHeads(x: tf.Tensor): tf.Tensor {
  const [batch, heads, tokens, d] = x.shape as [number, number, number, number]
  return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batch, tokens, heads * d])
}

/** One row of zeros with a one at the class, for each label: `[n]` int32 -> `[n, classes]` float32. */
export function oneHot(labels: tf.Tensor, classes: number): tf.Tensor {
  return tf.oneHot(labels as tf.Tensor1D, classes, 1, 0, 'float32')
}

/** torch.nn.functional.embedding: the rows of `weight [rows, width]` at `indices` (int32, any shape) -> `[...indices, width]`. */
export function embedding(weight: tf.Tensor, indices: tf.Tensor): tf.Tensor {
  return tf.gather(weight, indices as tf.Tensor1D)
}

/** Tensor.expand: axes of size 1 repeated to `shape`, which has x's rank. Its gradient is one sum. */
export function expand(x: tf.Tensor, shape: readonly number[]): tf.Tensor {
  return tf.add(x, tf.zeros([...shape]))
}
