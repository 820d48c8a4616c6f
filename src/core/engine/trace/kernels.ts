/**
 * The shape and type of every tfjs kernel the tracer knows: what a kernel would return, without computing it. Adding a kernel
 * is a line here and a lowering in ../onnx/lowerings/.
 */
import * as tf from '#tfjs'
import type { Shape } from '../program.ts'
import type { NodeDType } from './graph.ts'

export interface KernelArguments {
  readonly shapes: readonly Shape[]
  readonly dtypes: readonly NodeDType[]
  readonly attributes: Readonly<Record<string, unknown>>
}

export interface KernelRule {
  /** Names of the kernel's inputs, in the order of a node's inputs. */
  readonly inputs: readonly string[]
  readonly shape: (given: KernelArguments) => Shape
  /** Default: the first input's. */
  readonly dtype?: (given: KernelArguments) => NodeDType
}

const first = ({ shapes }: KernelArguments): Shape => shapes[0]!
const bool = (): NodeDType => 'bool'
const float = (): NodeDType => 'float32'

const unary: KernelRule = { inputs: ['x'], shape: first }
const binary: KernelRule = {
  inputs: ['a', 'b'],
  shape: ({ shapes }) => tf.broadcast_util.assertAndGetBroadcastShape([...shapes[0]!], [...shapes[1]!]),
}
const comparison: KernelRule = { ...binary, dtype: bool }

const reduction: KernelRule = {
  inputs: ['x'],
  shape: ({ shapes, attributes }) => {
    const shape = [...shapes[0]!]
    const axes = reductionAxes(attributes, shape)
    return attributes.keepDims ? shape.map((n, i) => (axes.includes(i) ? 1 : n)) : shape.filter((_, i) => !axes.includes(i))
  },
}

/** Non-negative axes of a Sum, Mean or Max over a tensor of this shape. */
export function reductionAxes(attributes: Readonly<Record<string, unknown>>, shape: Shape): number[] {
  const axis = (attributes.axis ?? attributes.reductionIndices) as number | number[] | undefined
  return tf.util.parseAxisParam(axis ?? shape.map((_, i) => i), [...shape])
}

/** Where a convolution's window lies. Sizes and pads in pixels, (height, width). */
export interface Window {
  readonly size: readonly [number, number]
  readonly strides: readonly [number, number]
  /** top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number]
  readonly outShape: Shape
}

type Pad = Parameters<typeof tf.backend_util.computeConv2DInfo>[4]

/** The window of a Conv2D (or one of its gradients) over an input `[batch, height, width, channels]`. */
export function convolutionWindow(input: Shape, filter: Shape, attributes: Readonly<Record<string, unknown>>): Window {
  const info = tf.backend_util.computeConv2DInfo(
    [...input] as [number, number, number, number],
    [...filter] as [number, number, number, number],
    attributes.strides as number,
    (attributes.dilations as number | undefined) ?? 1,
    attributes.pad as Pad,
    attributes.dimRoundingMode as 'floor' | undefined,
  )
  return windowOf(info)
}

/** The window of a MaxPool or AvgPool over an input `[batch, height, width, channels]`. */
export function poolWindow(input: Shape, attributes: Readonly<Record<string, unknown>>): Window {
  const info = tf.backend_util.computePool2DInfo(
    [...input] as [number, number, number, number],
    attributes.filterSize as number,
    attributes.strides as number,
    1,
    attributes.pad as Pad,
    attributes.dimRoundingMode as 'floor' | undefined,
  )
  return windowOf(info)
}

function windowOf(info: ReturnType<typeof tf.backend_util.computeConv2DInfo>): Window {
  const { top, left, bottom, right } = info.padInfo
  return {
    size: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    pads: [top, left, bottom, right],
    outShape: info.outShape,
  }
}

export const KERNELS: Readonly<Record<string, KernelRule>> = {
  Identity: unary,
  Relu: unary,
  Step: unary,
  Neg: unary,
  Exp: unary,
  Log: unary,
  Sqrt: unary,
  Square: unary,
  Softmax: { inputs: ['logits'], shape: first },
  LogSoftmax: { inputs: ['logits'], shape: first },
  Cast: { ...unary, dtype: ({ attributes }) => attributes.dtype as NodeDType },
  ZerosLike: unary,
  OnesLike: unary,
  Fill: {
    inputs: [],
    shape: ({ attributes }) => attributes.shape as Shape,
    dtype: ({ attributes }) => (attributes.dtype as NodeDType | undefined) ?? 'float32',
  },
  Add: binary,
  Sub: binary,
  Multiply: binary,
  RealDiv: { ...binary, dtype: float },
  Maximum: binary,
  Greater: comparison,
  Equal: comparison,
  Sum: reduction,
  Mean: reduction,
  Max: reduction,
  ArgMax: { ...reduction, dtype: () => 'int32' },
  Reshape: {
    inputs: ['x'],
    shape: ({ shapes, attributes }) =>
      tf.util.inferFromImplicitShape([...(attributes.shape as Shape)], tf.util.sizeFromShape([...shapes[0]!])),
  },
  Transpose: {
    inputs: ['x'],
    shape: ({ shapes, attributes }) => (attributes.perm as number[]).map(axis => shapes[0]![axis]!),
  },
  Tile: {
    inputs: ['x'],
    shape: ({ shapes, attributes }) => shapes[0]!.map((n, i) => n * (attributes.reps as number[])[i]!),
  },
  OneHot: {
    inputs: ['indices'],
    shape: ({ shapes, attributes }) => [...shapes[0]!, attributes.depth as number],
    dtype: ({ attributes }) => (attributes.dtype as NodeDType | undefined) ?? 'int32',
  },
  BatchMatMul: {
    inputs: ['a', 'b'],
    shape: ({ shapes, attributes }) => {
      const [a, b] = shapes as [Shape, Shape]
      const rows = attributes.transposeA ? a.at(-1)! : a.at(-2)!
      const columns = attributes.transposeB ? b.at(-2)! : b.at(-1)!
      return [...tf.broadcast_util.assertAndGetBroadcastShape(a.slice(0, -2), b.slice(0, -2)), rows, columns]
    },
  },
  Conv2D: {
    inputs: ['x', 'filter'],
    shape: ({ shapes, attributes }) => convolutionWindow(shapes[0]!, shapes[1]!, attributes).outShape,
  },
  Conv2DBackpropFilter: { inputs: ['x', 'dy'], shape: ({ attributes }) => attributes.filterShape as Shape },
  Conv2DBackpropInput: { inputs: ['dy', 'filter'], shape: ({ attributes }) => attributes.inputShape as Shape },
  MaxPool: { inputs: ['x'], shape: ({ shapes, attributes }) => poolWindow(shapes[0]!, attributes).outShape },
  MaxPoolGrad: { inputs: ['dy', 'input', 'output'], shape: ({ shapes }) => shapes[1]! },
}
