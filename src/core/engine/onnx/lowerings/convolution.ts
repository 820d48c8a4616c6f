/**
 * Convolutions and their two gradients, channels first in memory. Filters lie as PyTorch stores them, `[out, in, height, width]`.
 */
import { LabError } from '../../../shared/errors.ts'
import type { Shape } from '../../program.ts'
import type { GraphNode } from '../../trace/graph.ts'
import { convolutionWindow, type Window } from '../../trace/kernels.ts'
import { CHANNELS_FIRST, OUT_IN_FIRST } from '../layout.ts'
import { MICROSOFT, type OnnxModel } from '../model.ts'
import type { Rule } from './rule.ts'

/** Inputs x, filter and, where a pass has put it there, a bias `[out]`. */
const forward: Rule = (node, { model, inOrder }) => {
  const [x, filter, bias] = node.inputs as [GraphNode, GraphNode, GraphNode | undefined]
  const window = convolutionWindow(x.shape, filter.shape, node.attributes)
  const inputs = [inOrder(x, CHANNELS_FIRST), inOrder(filter, OUT_IN_FIRST)]
  if (bias !== undefined) inputs.push(inOrder(bias, [0]))
  return { name: model.op('Conv', inputs, { pads: [...window.pads], strides: [...window.strides] }), order: CHANNELS_FIRST }
}

/**
 * dL/dx: at stride 1 a convolution of dL/dy with the filter turned by 180 degrees and in and out exchanged, faster in onnxruntime than
 * ConvTranspose, which serves the other strides.
 */
const inputGradient: Rule = (node, { model, inOrder }) => {
  const [dy, filter] = node.inputs as [GraphNode, GraphNode]
  const window = convolutionWindow(node.shape, filter.shape, node.attributes)
  const [height, width] = window.size
  const [top, left, bottom, right] = window.pads
  const weights = inOrder(filter, OUT_IN_FIRST) // [out, in, h, w]
  const gradient = inOrder(dy, CHANNELS_FIRST) // [b, out, oh, ow]
  if (window.strides.every(stride => stride === 1)) {
    const [last, before, axes, back] = [
      [-1, -1],
      [-1000, -1000],
      [2, 3],
      [-1, -1],
    ].map(value => model.int64s(value))
    const turned = model.op('Slice', [weights, last!, before!, axes!, back!])
    const exchanged = model.op('Transpose', [turned], { perm: [1, 0, 2, 3] }) // [in, out, h, w]
    const pads = [height - 1 - top, width - 1 - left, height - 1 - bottom, width - 1 - right]
    return { name: model.op('Conv', [gradient, exchanged], { pads }), order: CHANNELS_FIRST }
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
 * dL/dW, tap by tap: for each place (y, x) of the filter, the part of the padded input that it meets times dL/dy, summed over the batch. No
 * im2col copy of the whole; a single input channel is worth one product of all taps.
 */
const filterGradient: Rule = (node, { model, inOrder }) => {
  const [x, dy] = node.inputs as [GraphNode, GraphNode]
  const window = convolutionWindow(x.shape, node.shape, node.attributes)
  const [height, width, inChannels, outChannels] = node.shape as [number, number, number, number]
  const [batch, outHeight, outWidth] = dy.shape as [number, number, number]
  const places = outHeight * outWidth
  const gradient = reshape(model, inOrder(dy, CHANNELS_FIRST), [batch, outChannels, places])
  const padded = pad(model, inOrder(x, CHANNELS_FIRST), window.pads)
  const taps: string[] = []
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const met = tap(model, padded, row, column, window, [outHeight, outWidth])
      taps.push(reshape(model, met, [batch, inChannels, places]))
    }
  }
  const name = inChannels === 1 ? oneProduct() : tapByTap()
  return { name: reshape(model, name, [outChannels, inChannels, height, width]), order: OUT_IN_FIRST }

  function product(met: string): string {
    const perImage = model.op('FusedMatMul', [gradient, met], { transB: 1 }, MICROSOFT) // [b, out, taps or in]
    return model.op('ReduceSum', [perImage, model.int64s([0])], { keepdims: 0 })
  }
  function oneProduct(): string {
    return product(model.op('Concat', taps, { axis: 1 })) // [out, taps]
  }
  function tapByTap(): string {
    const columns = taps.map(met => reshape(model, product(met), [outChannels, inChannels, 1]))
    return model.op('Concat', columns, { axis: 2 }) // [out, in, taps]
  }
}

/** The pixels that filter place (row, column) meets, one for each place of the result. */
function tap(
  model: OnnxModel,
  padded: string,
  row: number,
  column: number,
  { strides }: Window,
  [outHeight, outWidth]: readonly [number, number],
): string {
  const starts = [row, column]
  const ends = [row + (outHeight - 1) * strides[0] + 1, column + (outWidth - 1) * strides[1] + 1]
  return model.op('Slice', [padded, ...[starts, ends, [2, 3], [...strides]].map(value => model.int64s(value))])
}

function pad(model: OnnxModel, name: string, [top, left, bottom, right]: Window['pads']): string {
  if (top === 0 && left === 0 && bottom === 0 && right === 0) return name
  return model.op('Pad', [name, model.int64s([0, 0, top, left, 0, 0, bottom, right])])
}

function reshape(model: OnnxModel, name: string, shape: Shape): string {
  return model.op('Reshape', [name, model.int64s(shape)])
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
