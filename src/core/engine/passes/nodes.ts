/** Nodes that passes make. */
import type { GraphNode, NodeDType } from '../trace/graph.ts'

/** An operation of two operands of one shape. */
export function binary(op: string, a: GraphNode, b: GraphNode, dtype: NodeDType = a.dtype): GraphNode {
  return { op, inputs: [a, b], attributes: {}, shape: a.shape, dtype }
}

/** A comparison's truth as 0 and 1. */
export function asFloat(x: GraphNode): GraphNode {
  return { op: 'Cast', inputs: [x], attributes: { dtype: 'float32' }, shape: x.shape, dtype: 'float32' }
}

export function reshape(x: GraphNode, shape: readonly number[]): GraphNode {
  return { op: 'Reshape', inputs: [x], attributes: { shape }, shape, dtype: x.dtype }
}

/** `size` elements of an axis, from `start`. */
export function slice(x: GraphNode, axis: number, start: number, size: number): GraphNode {
  const shape = x.shape.map((n, i) => (i === axis ? size : n))
  return { op: 'Slice', inputs: [x], attributes: { axis, start, size }, shape, dtype: x.dtype }
}

export function concat(pieces: readonly GraphNode[], axis: number): GraphNode {
  const [first] = pieces as [GraphNode]
  if (pieces.length === 1) return first
  const size = pieces.reduce((sum, piece) => sum + piece.shape[axis]!, 0)
  const shape = first.shape.map((n, i) => (i === axis ? size : n))
  return { op: 'Concat', inputs: pieces, attributes: { axis }, shape, dtype: first.dtype }
}

/** The sum of tensors of one shape. */
export function sum(terms: readonly GraphNode[]): GraphNode {
  return terms.reduce((a, b) => binary('Add', a, b))
}
