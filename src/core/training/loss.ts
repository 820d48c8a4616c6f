import { argMax, cast, div, equal, logSoftmax, mul, neg, oneHot, sum, type Tensor } from '../engine/primitives.ts'

/** The label of a row that only fills up a batch: no class, so it counts in nothing. */
export const PADDING = -1

/**
 * Mean cross entropy in nats of `logits [n, classes]` against `labels [n]` int32 over the rows whose label is a class;
 * torch.nn.functional.cross_entropy with `ignore_index`: rows of label PADDING add nothing to the loss, its gradients or the divisor.
 */
export function crossEntropy(logits: Tensor, labels: Tensor): Tensor {
  return div(crossEntropySum(logits, labels), sum(oneHot(labels, logits.shape[1]!)))
}

/** The same, not divided: the sum over the rows whose label is a class. */
export function crossEntropySum(logits: Tensor, labels: Tensor): Tensor {
  const picked = mul(logSoftmax(logits), oneHot(labels, logits.shape[1]!)) // [n, classes], zero but at the label
  return neg(sum(picked))
}

/**
 * Cross entropy in nats with `weights [n, 1]`, one for each row, not divided. Where they are a batch's `rowWeights`, this is
 * torch.nn.CrossEntropyLoss(weight=w) with its reduction `mean`: the sum of w_y loss over the sum of w_y. Rows of label PADDING add nothing.
 */
export function weightedCrossEntropy(logits: Tensor, labels: Tensor, weights: Tensor): Tensor {
  const wanted = mul(oneHot(labels, logits.shape[1]!), weights) // [n, classes], zero but at the label
  return neg(sum(mul(logSoftmax(logits), wanted)))
}

/** How many of `logits [n, classes]` are highest at their label; a scalar. */
export function correctCount(logits: Tensor, labels: Tensor): Tensor {
  return sum(cast(equal(argMax(logits, -1), labels), 'float32'))
}
