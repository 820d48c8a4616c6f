/**
 * Convolutions and their two gradients, channels first in memory. Filters lie as PyTorch stores them, `[out, in, height, width]`.
 */
import { LabError } from '../../../shared/errors.ts'
import type { Shape } from '../../program.ts'
import type { GraphNode } from '../../trace/graph.ts'
import { convolutionWindow, type Window } from '../../trace/kernels.ts'
import { CHANNELS_FIRST, type Order, OUT_IN_FIRST } from '../layout.ts'
import { MICROSOFT, type OnnxModel } from '../model.ts'
import type { Rule } from './rule.ts'

/** A filter `[height, width, in, out]` in memory as `[out, height, width, in]`. */
const OUT_FIRST_IN_LAST: Order = [3, 0, 1, 2]

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

/** Up to here all taps of a filter gradient are worth one product; beyond, copying them side by side costs more than it saves. */
const FEW_CHANNELS = 4

/**
 * dL/dW, tap by tap: for each place (y, x) of the filter, the part of the padded input that it meets times dL/dy, summed over the batch. No
 * im2col copy of the whole, but where there are few input channels.
 *
 * The batch is summed over after the products, image by image; where an image has few places and the filter many channels, in them: with the
 * batch moved beside the places, a tap is one product, and no filter-sized result is made for every image.
 */
const filterGradient: Rule = (node, { model, inOrder }) => {
  const [x, dy] = node.inputs as [GraphNode, GraphNode]
  const window = convolutionWindow(x.shape, node.shape, node.attributes)
  const [height, width, inChannels, outChannels] = node.shape as [number, number, number, number]
  const [batch, outHeight, outWidth] = dy.shape as [number, number, number]
  const places = outHeight * outWidth
  const few = inChannels <= FEW_CHANNELS
  const together = !few && outChannels * inChannels * height * width > 2 * places * (inChannels + outChannels)
  const [top, left, bottom, right] = window.pads
  // The four phases of a pool (passes/poolPhases.ts) meet the same image at starts that differ by one: they share all taps of any of them.
  const phase = few && (top !== bottom || left !== right)
  const margin = phase ? window.size.map(size => Math.ceil((size - 1) / 2)) : [top, left]
  const pads = phase ? ([margin[0]!, margin[1]!, margin[0]!, margin[1]!] as const) : window.pads
  const wide = window.size.map((size, i) => (phase ? size + window.strides[i]! - 1 : size)) as [number, number]

  const batchInside = (name: string) => (together ? model.op('Transpose', [name], { perm: [1, 0, 2, 3] }) : name)
  const flat = (name: string, channels: number) =>
    reshape(model, name, together ? [channels, batch * places] : [batch, channels, places])
  const gradient = flat(batchInside(inOrder(dy, CHANNELS_FIRST)), outChannels)
  const padded = batchInside(pad(model, inOrder(x, CHANNELS_FIRST), pads))
  const out = [outHeight, outWidth] as const
  const taps = few
    ? inTwoCuts(model, padded, wide, window.strides, out).map(tap => flat(tap, inChannels))
    : places2d(wide).map(start => flat(cut(model, padded, start, window.strides, out), inChannels))
  const products = few ? [product(model.op('Concat', taps, { axis: 1 }))] : taps.map(product)
  const joined = products.length === 1 ? products[0]! : model.op('Concat', products, { axis: together ? 1 : 2 })
  const sum = together || batch === 1 ? joined : model.op('ReduceSum', [joined, model.int64s([0])], { keepdims: 0 })
  const all = reshape(model, sum, [outChannels, wide[0], wide[1], inChannels])
  const starts = [margin[0]! - top, margin[1]! - left]
  const bounds = [starts, [starts[0]! + height, starts[1]! + width], [1, 2]].map(value => model.int64s(value))
  return { name: phase ? model.op('Slice', [all, ...bounds]) : all, order: OUT_FIRST_IN_LAST }

  /** `[out, in]`, or `[batch, out, in]`. */
  function product(met: string): string {
    if (together) return model.op('Gemm', [gradient, met], { transB: 1 })
    return model.op('FusedMatMul', [gradient, met], { transB: 1 }, MICROSOFT)
  }
}

/** Every (row, column) of a window, row by row. */
function places2d([height, width]: readonly [number, number]): (readonly [number, number])[] {
  return Array.from({ length: height * width }, (_, k) => [Math.floor(k / width), k % width] as const)
}

/** The pixels that one place of the filter meets, one for each place of the result: from `start`, `strides` apart. */
function cut(
  model: OnnxModel,
  padded: string,
  start: readonly [number, number],
  strides: Window['strides'],
  out: readonly [number, number],
): string {
  const end = start.map((first, i) => first + (out[i]! - 1) * strides[i]! + 1)
  return model.op('Slice', [padded, ...[start, end, [2, 3], strides].map(value => model.int64s(value))])
}

/** All taps of a window, row by row: columns first, so that each pixel is picked out of its row once for a column, and rows are copied whole. */
function inTwoCuts(
  model: OnnxModel,
  padded: string,
  [height, width]: readonly [number, number],
  strides: Window['strides'],
  out: readonly [number, number],
): string[] {
  const along = (name: string, axis: 2 | 3, start: number): string => {
    const end = start + (out[axis - 2]! - 1) * strides[axis - 2]! + 1
    return model.op('Slice', [name, ...[[start], [end], [axis], [strides[axis - 2]!]].map(value => model.int64s(value))])
  }
  const columns = Array.from({ length: width }, (_, column) => along(padded, 3, column))
  return places2d([height, width]).map(([row, column]) => along(columns[column]!, 2, row))
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
