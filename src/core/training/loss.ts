import { argMax, cast, equal, logSoftmax, mean, mul, neg, oneHot, sum, type Tensor } from '../engine/primitives.ts'

/** Mean cross entropy in nats of `logits [n, classes]` against `labels [n]` int32; torch.nn.functional.cross_entropy. */
export function crossEntropy(logits: Tensor, labels: Tensor): Tensor {
  const picked = mul(logSoftmax(logits), oneHot(labels, logits.shape[1]!)) // [n, classes], zero but at the label
  return neg(mean(sum(picked, -1)))
}

/** How many of `logits [n, classes]` are highest at their label; a scalar. */
export function correctCount(logits: Tensor, labels: Tensor): Tensor {
  return sum(cast(equal(argMax(logits, -1), labels), 'float32'))
}
