/** Adds of a bias right after a convolution or a matrix product become its third input: one pass over memory less. */
import { type GraphNode, type Pass, rewriteGraph, useCounts } from '../trace/graph.ts'

export const fuseBias: Pass = graph => {
  const uses = useCounts(graph)
  return rewriteGraph(graph, (node, original) => {
    if (node.op !== 'Add') return node
    for (const [at, other] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const product = node.inputs[at]!
      const bias = node.inputs[other]!
      if (uses.get(original.inputs[at]!) !== 1 || product.inputs.length !== 2) continue
      if (takesBias(product) && bias.shape.length === 1 && bias.shape[0] === node.shape.at(-1)) {
        return { ...product, inputs: [...product.inputs, bias] }
      }
    }
    return node
  })
}

function takesBias(node: GraphNode): boolean {
  return node.op === 'Conv2D' || (node.op === 'BatchMatMul' && node.inputs.every(input => input.shape.length === 2))
}
