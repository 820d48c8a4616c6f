/** A ReLU before a max pool, and used for nothing else, goes after it: the same values, at a quarter of the work for 2x2 windows. */
import { type GraphNode, type Pass, rewriteGraph, useCounts } from '../trace/graph.ts'

export const reluAfterPool: Pass = graph => {
  const uses = useCounts(graph)
  return rewriteGraph(graph, (node, original) => {
    const [relu] = node.inputs
    if (node.op !== 'MaxPool' || relu?.op !== 'Relu' || uses.get(original.inputs[0]!) !== 1) return node
    const pool: GraphNode = { ...node, inputs: relu.inputs }
    return { ...relu, inputs: [pool], shape: node.shape }
  })
}
