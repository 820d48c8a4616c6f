/** Operations that make or rearrange values without arithmetic. */
import { sizeOf } from '../../program.ts'
import type { GraphNode } from '../../trace/graph.ts'
import { identityOrder } from '../layout.ts'
import { ELEMENT, type OnnxModel } from '../model.ts'
import type { Rule } from './rule.ts'

function constant(model: OnnxModel, node: GraphNode, values: ArrayLike<number>) {
  const name =
    node.dtype === 'float32'
      ? model.floats(Float32Array.from(values), node.shape)
      : model.int32s(Int32Array.from(values), node.shape)
  return { name, order: identityOrder(node.shape.length) }
}

function filled(value: (node: GraphNode) => number): Rule {
  return (node, { model }) => constant(model, node, new Float32Array(sizeOf(node.shape)).fill(value(node)))
}

export const shaping: Readonly<Record<string, Rule>> = {
  Constant: (node, { model }) => constant(model, node, node.attributes.values as ArrayLike<number>),
  Fill: filled(node => node.attributes.value as number),
  ZerosLike: filled(() => 0),
  OnesLike: filled(() => 1),

  Identity: (node, { stored }) => stored(node.inputs[0]!),

  Reshape: (node, { model, inOrder }) => {
    const [x] = node.inputs as [GraphNode]
    const plain = inOrder(x, identityOrder(x.shape.length))
    return { name: model.op('Reshape', [plain, model.int64s(node.shape)]), order: identityOrder(node.shape.length) }
  },

  /** No node: logical axis `i` of the result is axis `perm[i]` of the input, wherever that lies. */
  Transpose: (node, { stored }) => {
    const perm = node.attributes.perm as readonly number[]
    const x = stored(node.inputs[0]!)
    return { name: x.name, order: x.order.map(axis => perm.indexOf(axis)) }
  },

  Tile: (node, { model, inOrder }) => {
    const [x] = node.inputs as [GraphNode]
    const order = identityOrder(x.shape.length)
    return { name: model.op('Tile', [inOrder(x, order), model.int64s(node.attributes.reps as number[])]), order }
  },

  /** Attributes begin and size, one number an axis; or, as passes write it, axis, start and size of one axis. */
  Slice: (node, { model, stored }) => {
    const [input] = node.inputs as [GraphNode]
    const x = stored(input)
    const { axis, start, begin } = node.attributes as { axis?: number; start?: number; begin?: readonly number[] }
    const from = begin ?? node.shape.map((_, i) => (i === axis ? start! : 0))
    const cut = from.flatMap((_, i) => (node.shape[i] === input.shape[i] ? [] : [i]))
    if (cut.length === 0) return x
    const bounds = [cut.map(i => from[i]!), cut.map(i => from[i]! + node.shape[i]!), cut.map(i => x.order.indexOf(i))].map(
      value => model.int64s(value),
    )
    return { name: model.op('Slice', [x.name, ...bounds]), order: x.order }
  },

  PadV2: (node, { model, stored }) => {
    const x = stored(node.inputs[0]!)
    const paddings = node.attributes.paddings as readonly (readonly [number, number])[]
    const inOrder = [0, 1].flatMap(side => x.order.map(axis => paddings[axis]![side as 0 | 1]))
    const value = model.floats([(node.attributes.constantValue as number | undefined) ?? 0], [])
    return { name: model.op('Pad', [x.name, model.int64s(inOrder), value]), order: x.order }
  },

  GatherV2: (node, { model, inOrder }) => {
    const [x, indices] = node.inputs as [GraphNode, GraphNode]
    const plain = inOrder(indices, identityOrder(indices.shape.length))
    const values = indices.dtype === 'int32' ? plain : model.op('Cast', [plain], { to: ELEMENT.int32 })
    const order = identityOrder(node.shape.length)
    const from = inOrder(x, identityOrder(x.shape.length))
    return { name: model.op('Gather', [from, values], { axis: node.attributes.axis as number }), order }
  },

  /**
   * The product of the transposed one-hot matrix of the segments with x, so that it needs no atomic adds: deterministic everywhere. Meant for
   * tables of some hundred rows, as embeddings here are.
   */
  UnsortedSegmentSum: (node, { model, inOrder }) => {
    const [x, segments] = node.inputs as [GraphNode, GraphNode]
    const rows = node.shape[0]!
    const count = x.shape[0]!
    const numbers = model.int32s(
      Array.from({ length: rows }, (_, i) => i),
      [rows, 1],
    )
    const plain = model.op('Reshape', [inOrder(segments, [0]), model.int64s([1, count])])
    const hit = model.op('Cast', [model.op('Equal', [numbers, plain])], { to: ELEMENT.float32 }) // [rows, count]
    const width = sizeOf(x.shape) / count
    const values = model.op('Reshape', [inOrder(x, identityOrder(x.shape.length)), model.int64s([count, width])])
    const sums = model.op('Gemm', [hit, values]) // [rows, width]
    return { name: model.op('Reshape', [sums, model.int64s(node.shape)]), order: identityOrder(node.shape.length) }
  },

  Concat: (node, { model, stored, inOrder }) => {
    const { order } = stored(node.inputs[0]!)
    const pieces = node.inputs.map(input => inOrder(input, order))
    return { name: model.op('Concat', pieces, { axis: order.indexOf(node.attributes.axis as number) }), order }
  },

  /** By comparison with 0, 1, 2 ...: ONNX's own OneHot has no GPU kernel. */
  OneHot: (node, { model, inOrder }) => {
    const [indices] = node.inputs as [GraphNode]
    const { depth, onValue, offValue } = node.attributes as { depth: number; onValue: number; offValue: number }
    const plain = inOrder(indices, identityOrder(indices.shape.length))
    const column = model.op('Reshape', [plain, model.int64s([...indices.shape, 1])])
    const classes = model.int32s(
      Array.from({ length: depth }, (_, i) => i),
      [depth],
    )
    const hit = model.op('Cast', [model.op('Equal', [column, classes])], { to: ELEMENT.float32 })
    const scaled = onValue - offValue === 1 ? hit : model.op('Mul', [hit, model.floats([onValue - offValue], [])])
    const name = offValue === 0 ? scaled : model.op('Add', [scaled, model.floats([offValue], [])])
    const order = identityOrder(node.shape.length)
    return { name: node.dtype === 'float32' ? name : model.op('Cast', [name], { to: ELEMENT[node.dtype] }), order }
  },
}
