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
 * The value of a scalar function and its gradient by one tensor inside it: the one that the function gives to `watch`, an identity to be called
 * once. Only what lies between that tensor and the value is differentiated. Extras as in `valueAndGradients`.
 */
export function gradientInside(
  f: (watch: (x: tf.Tensor) => tf.Tensor) => { value: tf.Tensor; extras?: Readonly<Record<string, tf.Tensor>> },
): { value: tf.Tensor; gradient: tf.Tensor; extras: Record<string, tf.Tensor> } {
  let gradient: tf.Tensor | undefined
  const { value, extras } = valueAndGradients(
    ({ probe }) => {
      const identity = tf.customGrad((x: tf.Tensor | tf.GradSaveFunc, at: tf.Tensor | tf.GradSaveFunc) => ({
        value: tf.clone(x as tf.Tensor),
        gradFunc: (dy: tf.Tensor) => {
          gradient = tf.keep(dy)
          return [dy, tf.zerosLike(at as tf.Tensor)]
        },
      }))
      return f(x => identity(x, probe!))
    },
    { probe: tf.scalar(0) },
  )
  if (gradient === undefined) throw new RangeError('the value does not depend on the tensor watched, or none was')
  return { value, gradient, extras }
}

/** What `f` makes of x, taken as a constant by whoever differentiates: torch's `f(x.detach())`. */
export function detached(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): tf.Tensor {
  const constant = tf.customGrad((given: tf.Tensor | tf.GradSaveFunc) => ({
    value: f(given as tf.Tensor),
    gradFunc: () => tf.zerosLike(given as tf.Tensor),
  }))
  return constant(x)
}
