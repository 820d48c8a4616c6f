/** Kernels that make, pick or rearrange values without arithmetic, and matrix products. */
import * as tf from '#tfjs'
import { LabError } from '../../../shared/errors.ts'
import { type Shape, sizeOf } from '../../program.ts'
import type { GraphNode, NodeDType } from '../graph.ts'
import type { Attributes, KernelTable } from './rule.ts'

const like: KernelTable[string] = { inputs: ['x'], shape: ({ shapes }) => shapes[0]! }

function reshaped(x: GraphNode, shape: Shape): GraphNode {
  return { op: 'Reshape', inputs: [x], attributes: { shape }, shape, dtype: x.dtype }
}

function sliced(x: GraphNode, begin: readonly number[], size: Shape): GraphNode {
  return { op: 'Slice', inputs: [x], attributes: { begin, size }, shape: size, dtype: x.dtype }
}

function concatenated(inputs: readonly GraphNode[], axis: number): GraphNode {
  const [first] = inputs as [GraphNode]
  const along = inputs.reduce((sum, input) => sum + input.shape[axis]!, 0)
  return { op: 'Concat', inputs, attributes: { axis }, shape: first.shape.with(axis, along), dtype: first.dtype }
}

/** Consecutive pieces of these sizes along an axis. */
function pieces(x: GraphNode, axis: number, sizes: readonly number[]): GraphNode[] {
  let start = 0
  return sizes.map(size => {
    const begin = x.shape.map((_, i) => (i === axis ? start : 0))
    start += size
    return sliced(x, begin, x.shape.with(axis, size))
  })
}

function axisOf({ axis }: Attributes, shape: Shape): number {
  return tf.util.parseAxisParam(axis as number, [...shape])[0]!
}

export const shaping: KernelTable = {
  ZerosLike: like,
  OnesLike: like,
  Fill: {
    inputs: [],
    shape: ({ attributes }) => attributes.shape as Shape,
    dtype: ({ attributes }) => (attributes.dtype as NodeDType | undefined) ?? 'float32',
  },
  Reshape: {
    inputs: ['x'],
    shape: ({ shapes, attributes }) => tf.util.inferFromImplicitShape([...(attributes.shape as Shape)], sizeOf(shapes[0]!)),
  },
  ExpandDims: {
    inputs: ['input'],
    nodes: ([x], { dim }) => {
      const at = (dim as number) < 0 ? x!.shape.length + 1 + (dim as number) : (dim as number)
      return reshaped(x!, x!.shape.toSpliced(at, 0, 1))
    },
  },
  Transpose: {
    inputs: ['x'],
    shape: ({ shapes, attributes }) => (attributes.perm as number[]).map(axis => shapes[0]![axis]!),
  },
  Tile: {
    inputs: ['x'],
    shape: ({ shapes, attributes }) => shapes[0]!.map((n, i) => n * (attributes.reps as number[])[i]!),
  },
  PadV2: {
    inputs: ['x'],
    shape: ({ shapes, attributes }) => {
      const paddings = attributes.paddings as readonly (readonly [number, number])[]
      return shapes[0]!.map((n, i) => n + paddings[i]![0] + paddings[i]![1])
    },
  },
  Slice: {
    inputs: ['x'],
    nodes: ([x], { begin, size }) => {
      const full = tf.slice_util.parseSliceParams({ shape: x!.shape } as tf.Tensor, begin as number[], size as number[])
      return sliced(x!, full[0]!, full[1]!)
    },
  },
  Concat: {
    inputs: 'list',
    // tfjs's kernels skip empty operands, and so do we
    nodes: (inputs, attributes) => {
      const filled = inputs.filter(input => sizeOf(input.shape) > 0)
      return filled.length === 1 ? filled[0]! : concatenated(filled, axisOf(attributes, inputs[0]!.shape))
    },
  },
  SplitV: {
    inputs: ['x'],
    nodes: ([x], attributes) => {
      const axis = axisOf(attributes, x!.shape)
      const asked = attributes.numOrSizeSplits as number | number[]
      return pieces(x!, axis, tf.backend_util.prepareSplitSize({ shape: x!.shape } as tf.Tensor, asked, axis))
    },
  },
  Pack: {
    inputs: 'list',
    nodes: (inputs, attributes) => {
      const axis = axisOf(attributes, [...inputs[0]!.shape, 1])
      const columns = inputs.map(input => reshaped(input, input.shape.toSpliced(axis, 0, 1)))
      return concatenated(columns, axis)
    },
  },
  Unpack: {
    inputs: ['value'],
    nodes: ([x], attributes) => {
      const axis = axisOf(attributes, x!.shape)
      const ones = Array.from({ length: x!.shape[axis]! }, () => 1)
      return pieces(x!, axis, ones).map(piece => reshaped(piece, piece.shape.toSpliced(axis, 1)))
    },
  },
  GatherV2: {
    inputs: ['x', 'indices'],
    nodes: ([x, indices], attributes) => {
      if (attributes.batchDims !== undefined && attributes.batchDims !== 0)
        throw new LabError('failed', 'gather with batch dimensions is not traced')
      const axis = axisOf(attributes, x!.shape)
      const shape = x!.shape.toSpliced(axis, 1, ...indices!.shape)
      return { op: 'GatherV2', inputs: [x!, indices!], attributes: { axis }, shape, dtype: x!.dtype }
    },
  },
  /** The gradient of a gather: rows of x added up by their segment's number. */
  UnsortedSegmentSum: {
    inputs: ['x', 'segmentIds'],
    shape: ({ shapes, attributes }) => [attributes.numSegments as number, ...shapes[0]!.slice(1)],
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
}
