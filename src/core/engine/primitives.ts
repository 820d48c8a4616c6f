/**
 * The primitives that models, losses and optimisers are written with: tfjs-core's own operations where they fit, and PyTorch's
 * layers on PyTorch's weight layouts, so that checkpoints need no conversion. Images are `[batch, height, width, channels]`.
 */
export type { Tensor } from '#tfjs'
export {
  add,
  argMax,
  cast,
  clipByValue,
  concat,
  cos,
  div,
  equal,
  exp,
  log,
  logSoftmax,
  matMul,
  mul,
  neg,
  pad,
  relu,
  reshape,
  scalar,
  sigmoid,
  sin,
  slice,
  softmax,
  split,
  sqrt,
  square,
  stack,
  sub,
  sum,
  tanh,
  tensor1d,
  transpose,
  unstack,
  where,
} from '#tfjs'
export { dropout, gelu, silu } from './primitives/activation.ts'
export { attention, embedding, expand, linear, mergeHeads, oneHot, splitHeads } from './primitives/attention.ts'
export {
  avgPool2d,
  conv2d,
  flattenChannelsFirst,
  globalAvgPool2d,
  maxPool2d,
  upsampleNearest2d,
} from './primitives/convolution.ts'
export { detached, gradientInside, valueAndGradients } from './primitives/gradients.ts'
export {
  batchNorm,
  groupNorm,
  layerNorm,
} from './primitives/normalisation.ts'
