/** Removes what changes nothing: identities, casts to the same type, reshapes to the same shape, and reshapes of reshapes. */
import { sameShape } from '../program.ts'
import { type GraphNode, type Pass, rewriteGraph } from '../trace/graph.ts'

export const simplify: Pass = graph => rewriteGraph(graph, simplified)

function simplified(node: GraphNode): GraphNode {
  const [x] = node.inputs
  if (x === undefined) return node
  switch (node.op) {
    case 'Identity':
      return x
    case 'Cast':
      return x.dtype === node.dtype ? x : node
    case 'Reshape': {
      const source = x.op === 'Reshape' ? x.inputs[0]! : x
      if (sameShape(source.shape, node.shape)) return source
      return source === x ? node : { ...node, inputs: [source] }
    }
    default:
      return node
  }
}
