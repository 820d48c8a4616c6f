/** Gradients of a function, and a look at those that flow through it. */
import * as tf from '#tfjs'

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
