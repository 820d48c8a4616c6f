/**
 * The tracer's intermediate form: a list of nodes in an order in which every node follows its inputs. A node is one tfjs kernel call
 * (or one of the fused operations that passes make of several) and stands for its single result. Shapes are logical, as tfjs
 * sees them (images are `[batch, height, width, channels]`); how a result lies in memory is the lowering's business.
 */
import type { Shape } from '../program.ts'

export type NodeDType = 'float32' | 'int32' | 'bool'

export interface GraphNode {
  /** Kernel name, `Input` or `Constant`. */
  readonly op: string
  readonly inputs: readonly GraphNode[]
  readonly attributes: Readonly<Record<string, unknown>>
  readonly shape: Shape
  readonly dtype: NodeDType
}

export interface Graph {
  /** By name: the definition's state and inputs. */
  readonly state: ReadonlyMap<string, GraphNode>
  readonly inputs: ReadonlyMap<string, GraphNode>
  /** New values of some of the state. */
  readonly updates: ReadonlyMap<string, GraphNode>
  readonly outputs: ReadonlyMap<string, GraphNode>
}

/** A pass: a graph in, an equal graph out. */
export type Pass = (graph: Graph) => Graph

/** The nodes that the results depend on, inputs first; dead code is what this leaves out. */
export function nodesInOrder(graph: Graph): GraphNode[] {
  const ordered: GraphNode[] = []
  const seen = new Set<GraphNode>()
  const stack: { node: GraphNode; next: number }[] = []
  for (const root of [...graph.outputs.values(), ...graph.updates.values()]) {
    if (!seen.has(root)) stack.push({ node: root, next: 0 })
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!
      const input = top.node.inputs[top.next++]
      if (input !== undefined) {
        if (!seen.has(input)) stack.push({ node: input, next: 0 })
      } else {
        stack.pop()
        if (!seen.has(top.node)) {
          seen.add(top.node)
          ordered.push(top.node)
        }
      }
    }
  }
  return ordered
}

/** How many nodes and results use each node. */
export function useCounts(graph: Graph): Map<GraphNode, number> {
  const counts = new Map<GraphNode, number>()
  const count = (node: GraphNode): void => void counts.set(node, (counts.get(node) ?? 0) + 1)
  for (const node of nodesInOrder(graph)) node.inputs.forEach(count)
  graph.outputs.forEach(count)
  graph.updates.forEach(count)
  return counts
}

/** Who reads each node, in the graph's order, each once. */
export function usersOf(nodes: readonly GraphNode[]): Map<GraphNode, GraphNode[]> {
  const users = new Map<GraphNode, GraphNode[]>()
  for (const node of nodes) {
    for (const input of new Set(node.inputs)) {
      const known = users.get(input)
      if (known === undefined) users.set(input, [node])
      else known.push(node)
    }
  }
  return users
}

/** The node with other inputs; itself where they are the same. */
export function withInputs(node: GraphNode, inputs: readonly GraphNode[]): GraphNode {
  return inputs.some((input, i) => input !== node.inputs[i]) ? { ...node, inputs } : node
}

/** The graph with other nodes for its results. */
export function withResults(graph: Graph, replacement: (node: GraphNode) => GraphNode): Graph {
  const swap = (results: ReadonlyMap<string, GraphNode>) =>
    new Map([...results].map(([name, node]) => [name, replacement(node)] as const))
  return { ...graph, updates: swap(graph.updates), outputs: swap(graph.outputs) }
}

/**
 * Rebuilds a graph bottom-up. `rewrite` sees each node with its inputs already rewritten, and returns what should stand for
 * it: the node itself, another node, or a new one. Nodes it leaves alone keep their identity unless an input changed.
 */
export function rewriteGraph(graph: Graph, rewrite: (node: GraphNode, original: GraphNode) => GraphNode): Graph {
  const replaced = new Map<GraphNode, GraphNode>()
  const now = (node: GraphNode): GraphNode => replaced.get(node)!
  for (const original of nodesInOrder(graph)) {
    replaced.set(original, rewrite(withInputs(original, original.inputs.map(now)), original))
  }
  return withResults(graph, now)
}
