/**
 * Convolutions and their two gradients, channels first in memory. Filters lie as PyTorch stores them, `[out, in, height, width]`.
 */
import { LabError } from '../../../shared/errors.ts'
import { type Shape, sizeOf } from '../../program.ts'
import type { GraphNode } from '../../trace/graph.ts'
import { convolutionWindow } from '../../trace/kernels.ts'
import { CHANNELS_FIRST, OUT_IN_FIRST } from '../layout.ts'
import type { OnnxModel } from '../model.ts'
import { convolved } from './convolved.ts'
import { filterGradient } from './filterGradient.ts'
import type { Rule } from './rule.ts'

/** Inputs x, filter and, where a pass has put it there, a bias `[out]`. */
const forward: Rule = (node, lowering) => {
  const { inOrder } = lowering
  const [x, filter, bias] = node.inputs as [GraphNode, GraphNode, GraphNode | undefined]
  const window = convolutionWindow(x.shape, filter.shape, node.attributes)
  const operands = {
    x: inOrder(x, CHANNELS_FIRST),
    filter: inOrder(filter, OUT_IN_FIRST),
    ...(bias === undefined ? {} : { bias: inOrder(bias, [0]) }),
  }
  const sizes = { x: sizeOf(x.shape), y: sizeOf(node.shape), filter: filter.shape }
  return { name: convolved(operands, window, sizes, lowering), order: CHANNELS_FIRST }
}

/**
 * dL/dx: at stride 1 a convolution of dL/dy with the filter turned by 180 degrees and in and out exchanged, faster in onnxruntime than
 * ConvTranspose, which serves the other strides.
 */
const inputGradient: Rule = (node, lowering) => {
  const { model, inOrder } = lowering
  const [dy, filter] = node.inputs as [GraphNode, GraphNode]
  const window = convolutionWindow(node.shape, filter.shape, node.attributes)
  const [height, width] = window.size
  const [top, left, bottom, right] = window.pads
  const weights = inOrder(filter, OUT_IN_FIRST) // [out, in, h, w]
  const gradient = inOrder(dy, CHANNELS_FIRST) // [b, out, oh, ow]
  if (window.strides.every(stride => stride === 1)) {
    const turned = turnedTaps(model, weights, filter.shape)
    const exchanged = model.op('Transpose', [turned], { perm: [1, 0, 2, 3] }) // [in, out, h, w]
    const pads = [height - 1 - top, width - 1 - left, height - 1 - bottom, width - 1 - right] as const
    const [, , inChannels, outChannels] = filter.shape
    const sizes = { x: sizeOf(dy.shape), y: sizeOf(node.shape), filter: [height, width, outChannels!, inChannels!] }
    const operands = { x: gradient, filter: exchanged }
    return { name: convolved(operands, { pads, strides: [1, 1] }, sizes, lowering), order: CHANNELS_FIRST }
  }
  const [, inHeight, inWidth] = node.shape as [number, number, number]
  const extra = [inHeight, inWidth].map((size, i) => {
    const [begin, end] = i === 0 ? [top, bottom] : [left, right]
    return size - ((dy.shape[1 + i]! - 1) * window.strides[i]! + window.size[i]! - begin - end)
  })
  const attributes = { pads: [top, left, bottom, right], strides: [...window.strides], output_padding: extra }
  return { name: model.op('ConvTranspose', [gradient, weights], attributes), order: CHANNELS_FIRST }
}

/**
 * The taps of a filter `[out, in, height, width]` in the opposite order, by a product with the matrix that exchanges them: onnxruntime
 * cuts with negative steps number by number, on one thread.
 */
function turnedTaps(model: OnnxModel, weights: string, [height, width, inChannels, outChannels]: Shape): string {
  const taps = height! * width!
  if (taps === 1) return weights
  const opposite = Array.from({ length: taps * taps }, (_, i) => (Math.floor(i / taps) + (i % taps) === taps - 1 ? 1 : 0))
  const rows = model.op('Reshape', [weights, model.int64s([outChannels! * inChannels!, taps])])
  const turned = model.op('MatMul', [rows, model.floats(opposite, [taps, taps])])
  return model.op('Reshape', [turned, model.int64s([outChannels!, inChannels!, height!, width!])])
}

/** tfjs's own gradients throw for dilation over 1; so do we, before a wrong number can come out. */
export function undilated(rule: Rule): Rule {
  return (node, lowering) => {
    const dilations = node.attributes.dilations as number | readonly number[] | undefined
    if ([dilations ?? 1].flat().some(dilation => dilation !== 1)) {
      throw new LabError('failed', 'convolutions with dilation over 1 are not lowered')
    }
    return rule(node, lowering)
  }
}

export const convolution: Readonly<Record<string, Rule>> = {
  Conv2D: undilated(forward),
  Conv2DBackpropInput: undilated(inputGradient),
  Conv2DBackpropFilter: undilated(filterGradient),
}
