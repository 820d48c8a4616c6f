/** Runs a traced graph on onnxruntime after the passes a test chooses. */
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { lower } from '../../../src/core/engine/onnx/lower.ts'
import type { Graph } from '../../../src/core/engine/trace/graph.ts'

/** Every output, and every update as `name.next`; inputs and state by name, in C order. */
export async function runGraph(graph: Graph, values: Readonly<Record<string, Float32Array | Int32Array>>) {
  const session = await InferenceSession.create(lower(graph, 'under test', 'cpu').bytes, { logSeverityLevel: 3 })
  const nodes = new Map([...graph.state, ...graph.inputs])
  const feeds = Object.fromEntries(
    session.inputNames.map(name => {
      const { shape, dtype } = nodes.get(name)!
      return [name, new Tensor(dtype as 'float32', values[name] as Float32Array, [...shape])]
    }),
  )
  const results = await session.run(feeds)
  await session.release()
  return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, tensor.data as Float32Array]))
}

/** Numbers from -1 to 1 that repeat only after a long while, from a seed. */
export function values(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(12.9898 * (i + 1) + 78.233 * seed))
}
