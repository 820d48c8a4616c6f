/**
 * The gradient of relu-then-max-pool as one operation. tfjs gives Multiply(MaxPoolGrad(dy, Relu(x), y), Cast(Step(x))): two passes at the
 * full size for what one comparison at the pooled size decides, since a window passes a gradient only where its maximum is above 0.
 */
import { type GraphNode, type Pass, rewriteGraph } from '../trace/graph.ts'

export const poolReluGradient: Pass = graph =>
  rewriteGraph(graph, node => {
    if (node.op !== 'Multiply') return node
    return fused(node, 0, 1) ?? fused(node, 1, 0) ?? node
  })

function fused(node: GraphNode, at: 0 | 1, other: 0 | 1): GraphNode | undefined {
  const gradient = node.inputs[at]!
  const step = withoutCast(node.inputs[other]!)
  if (gradient.op !== 'MaxPoolGrad' || step.op !== 'Step' || (step.attributes.alpha ?? 0) !== 0) return undefined
  const [dy, pooledInput, pooled] = gradient.inputs as [GraphNode, GraphNode, GraphNode]
  const [x] = step.inputs as [GraphNode]
  if (pooledInput.op !== 'Relu' || pooledInput.inputs[0] !== x) return undefined
  return { ...gradient, op: 'ReluMaxPoolGrad', inputs: [dy, x, pooled] }
}

function withoutCast(node: GraphNode): GraphNode {
  return node.op === 'Cast' ? node.inputs[0]! : node
}
