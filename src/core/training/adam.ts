/** Adam (Kingma and Ba 2015, algorithm 1), as torch.optim.Adam computes it: bias corrections in doubles, epsilon after them. */
import { add, div, mul, scalar, sqrt, square, sub, type Tensor } from '../engine/primitives.ts'

export interface AdamSettings {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}

const ADAM: AdamSettings = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

/**
 * The two scalars that change from step to step. The moments are kept without the factors 1 - beta, M = m / (1 - beta1) and V = v / (1 - beta2), which
 * saves two passes over all weights. With both scalars, `w - stepSize * M / (sqrt(V) + epsilon)` equals PyTorch's
 * `w - lr / c1 * m / (sqrt(v) / sqrt(c2) + eps)`, where c1 and c2 are the bias corrections of step `t`, counted from 1.
 */
export function adamScalars(t: number, learningRate: number, { beta1, beta2, epsilon }: AdamSettings = ADAM) {
  const correction1 = 1 - beta1 ** t
  const root = Math.sqrt((1 - beta2 ** t) / (1 - beta2)) // sqrt(v) / sqrt(c2) = sqrt(V) / root
  return { stepSize: (learningRate * (1 - beta1) * root) / correction1, epsilon: epsilon * root }
}

/** One parameter's update; all four of one shape, scalars of shape []. `m` and `v` are the moments as adamScalars says. */
export function adamUpdate(
  { weight, m, v }: { weight: Tensor; m: Tensor; v: Tensor },
  gradient: Tensor,
  { stepSize, epsilon }: { stepSize: Tensor; epsilon: Tensor },
  { beta1, beta2 }: AdamSettings = ADAM,
): { weight: Tensor; m: Tensor; v: Tensor } {
  const nextM = add(mul(m, scalar(beta1)), gradient)
  const nextV = add(mul(v, scalar(beta2)), square(gradient))
  const step = div(mul(nextM, stepSize), add(sqrt(nextV), epsilon))
  return { weight: sub(weight, step), m: nextM, v: nextV }
}
