/** Common subexpressions: two nodes of the same operation, inputs and attributes become one. */
import { type GraphNode, type Pass, rewriteGraph } from '../trace/graph.ts'

export const shareCommon: Pass = graph => {
  const ids = new Map<GraphNode, number>()
  const first = new Map<string, GraphNode>()
  return rewriteGraph(graph, node => {
    const key = node.op === 'Input' ? undefined : keyOf(node, ids)
    const existing = key === undefined ? undefined : first.get(key)
    if (existing !== undefined) return existing
    if (key !== undefined) first.set(key, node)
    ids.set(node, ids.size)
    return node
  })
}

/** Undefined for big constants: comparing them costs more than it saves. */
function keyOf(node: GraphNode, ids: ReadonlyMap<GraphNode, number>): string | undefined {
  const values = node.attributes.values as ArrayLike<number> | undefined
  if (values !== undefined && values.length > 64) return undefined
  const attributes = JSON.stringify(node.attributes, (_, value) =>
    ArrayBuffer.isView(value) ? [...(value as Float32Array)] : value,
  )
  return `${node.op} ${node.inputs.map(input => ids.get(input)).join(',')} [${node.shape.join(',')}] ${node.dtype} ${attributes}`
}
