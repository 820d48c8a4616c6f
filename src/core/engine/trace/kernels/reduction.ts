/** Kernels that reduce along axes, or normalise along the last. */
import * as tf from '#tfjs'
import type { Shape } from '../../program.ts'
import type { Attributes, KernelRule, KernelTable } from './rule.ts'

const reduction: KernelRule = {
  inputs: ['x'],
  shape: ({ shapes, attributes }) => {
    const shape = [...shapes[0]!]
    const axes = reductionAxes(attributes, shape)
    return attributes.keepDims ? shape.map((n, i) => (axes.includes(i) ? 1 : n)) : shape.filter((_, i) => !axes.includes(i))
  },
}

/** Non-negative axes of a Sum, Mean or Max over a tensor of this shape. */
export function reductionAxes(attributes: Attributes, shape: Shape): number[] {
  const axis = (attributes.axis ?? attributes.reductionIndices) as number | number[] | undefined
  return tf.util.parseAxisParam(axis ?? shape.map((_, i) => i), [...shape])
}

const alongLast: KernelRule = { inputs: ['logits'], shape: ({ shapes }) => shapes[0]! }

export const reductions: KernelTable = {
  Sum: reduction,
  Mean: reduction,
  Max: reduction,
  Min: reduction,
  ArgMax: { ...reduction, dtype: () => 'int32' },
  Softmax: alongLast,
  LogSoftmax: alongLast,
}
