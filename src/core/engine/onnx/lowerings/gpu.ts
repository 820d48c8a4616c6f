/**
 * Rules for GPUs, where those of the processor use operators or types that onnxruntime's WebGPU provider has no kernel for: it would send
 * such nodes, and what they read and write, over to the processor in every step (seen in 1.30: FusedMatMul, LogSoftmax, casts of 64-bit
 * integers, which ArgMax returns).
 */
import type { GraphNode } from '../../trace/graph.ts'
import { convolutionWindow, reductionAxes } from '../../trace/kernels.ts'
import { CHANNELS_FIRST, identityOrder, OUT_IN_FIRST } from '../layout.ts'
import { ELEMENT } from '../model.ts'
import { undilated } from './convolution.ts'
import { matmul } from './matmul.ts'
import type { Rule } from './rule.ts'
import { reshape } from './shapes.ts'

/** Two matrices: Gemm, as on the processor. More axes: MatMul, which takes neither side transposed, so a copy is where one is asked for. */
const product: Rule = (node, lowering) => {
  const [a, b] = node.inputs as [GraphNode, GraphNode]
  if (a.shape.length === 2 && b.shape.length === 2) return matmul.BatchMatMul!(node, lowering)
  const side = (operand: GraphNode, transposed: boolean): string => {
    const plain = identityOrder(operand.shape.length)
    const [rows, columns] = plain.slice(-2) as [number, number]
    return lowering.inOrder(operand, transposed ? [...plain.slice(0, -2), columns, rows] : plain)
  }
  const sides = [side(a, node.attributes.transposeA === true), side(b, node.attributes.transposeB === true)]
  return { name: lowering.model.op('MatMul', sides), order: identityOrder(node.shape.length) }
}

/**
 * dL/dW, tap by tap as on the processor. MatMul wants the places of an image before its channels, so here the input lies as tfjs names it,
 * `[batch, height, width, channels]`; the images of a batch are products apart, which keeps a GPU busy although the result is small.
 */
const filterGradient: Rule = (node, { model, inOrder }) => {
  const [x, dy] = node.inputs as [GraphNode, GraphNode]
  const { pads, strides } = convolutionWindow(x.shape, node.shape, node.attributes)
  const [height, width, inChannels, outChannels] = node.shape as [number, number, number, number]
  const [batch, outHeight, outWidth] = dy.shape as [number, number, number]
  const [top, left, bottom, right] = pads
  const places = outHeight * outWidth
  const gradient = reshape(model, inOrder(dy, CHANNELS_FIRST), [batch, outChannels, places])
  let padded = inOrder(x, identityOrder(4))
  if (pads.some(p => p !== 0)) padded = model.op('Pad', [padded, model.int64s([0, top, left, 0, 0, bottom, right, 0])])
  const taps = Array.from({ length: height * width }, (_, at) => {
    const starts = [Math.floor(at / width), at % width]
    const ends = [starts[0]! + (outHeight - 1) * strides[0] + 1, starts[1]! + (outWidth - 1) * strides[1] + 1]
    const bounds = [starts, ends, [1, 2], [...strides]].map(value => model.int64s(value))
    return reshape(model, model.op('Slice', [padded, ...bounds]), [batch, places, inChannels])
  })
  const summed = (met: string): string => {
    const perImage = model.op('MatMul', [gradient, met]) // [b, out, taps or in]
    return model.op('ReduceSum', [perImage, model.int64s([0])], { keepdims: 0 })
  }
  const name =
    inChannels === 1
      ? summed(model.op('Concat', taps, { axis: 2 })) // [out, taps]
      : model.op(
          'Concat',
          taps.map(met => reshape(model, summed(met), [outChannels, inChannels, 1])),
          { axis: 2 },
        ) // [out, in, taps]
  return { name: reshape(model, name, [outChannels, inChannels, height, width]), order: OUT_IN_FIRST }
}

/** The first place of the maximum, in float32 throughout. A row of NaN has none: its index is the axis's length, which is no class. */
const argMax: Rule = (node, { model, inOrder }) => {
  const [x] = node.inputs as [GraphNode]
  const [axis] = reductionAxes(node.attributes, x.shape) as [number]
  const size = x.shape[axis]!
  const values = inOrder(x, identityOrder(x.shape.length))
  const highest = model.op('ReduceMax', [values], { axes: [axis], keepdims: 1 })
  const hit = model.op('Cast', [model.op('Equal', [values, highest])], { to: ELEMENT.float32 })
  const fromEnd = model.floats(
    Array.from({ length: size }, (_, i) => size - i),
    x.shape.map((_, i) => (i === axis ? size : 1)),
  )
  const first = model.op('ReduceMax', [model.op('Mul', [hit, fromEnd])], { axes: [axis], keepdims: 0 })
  const index = model.op('Sub', [model.floats([size], []), first])
  return { name: model.op('Cast', [index], { to: ELEMENT.int32 }), order: identityOrder(node.shape.length) }
}

const logSoftmax: Rule = (node, { model, inOrder }) => {
  const order = identityOrder(node.shape.length)
  const x = inOrder(node.inputs[0]!, order)
  const last = order.length - 1
  const shifted = model.op('Sub', [x, model.op('ReduceMax', [x], { axes: [last], keepdims: 1 })])
  const total = model.op('ReduceSum', [model.op('Exp', [shifted]), model.int64s([last])], { keepdims: 1 })
  return { name: model.op('Sub', [shifted, model.op('Log', [total])]), order }
}

export const gpu = {
  ArgMax: argMax,
  BatchMatMul: product,
  Conv2DBackpropFilter: undilated(filterGradient),
  LogSoftmax: logSoftmax,
} satisfies Readonly<Record<string, Rule>>
