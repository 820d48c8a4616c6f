/** Traces a definition: calls it once on the trace backend and returns the graph of what it would compute. */
import * as tf from '#tfjs'
import type { Definition, Specs, Tensors } from '../program.ts'
import { traceBackend, withBackend } from './backend.ts'
import type { Graph, GraphNode } from './graph.ts'

export function trace(definition: Definition): Graph {
  const backend = traceBackend()
  return withBackend('trace', () => {
    const graphNodes = (specs: Specs): Map<string, GraphNode> =>
      new Map(
        Object.entries(specs).map(([name, { shape, dtype }]) => [
          name,
          { op: 'Input', inputs: [], attributes: { name }, shape, dtype } as const,
        ]),
      )
    const tensors = (nodes: Map<string, GraphNode>): Tensors =>
      Object.fromEntries([...nodes].map(([name, node]) => [name, backend.tensorOf(node)]))
    const results = (values: Tensors): Map<string, GraphNode> =>
      new Map(Object.entries(values).map(([name, tensor]) => [name, backend.nodeOf(tensor)]))

    const state = graphNodes(definition.state)
    const inputs = graphNodes(definition.inputs)
    let graph: Graph | undefined
    tf.tidy(() => {
      const computed = definition.compute(tensors(state), tensors(inputs))
      graph = { state, inputs, updates: results(computed.state ?? {}), outputs: results(computed.outputs) }
    })
    return graph!
  })
}
