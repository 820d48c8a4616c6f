/**
 * How much memory one run of a definition takes beyond its state and inputs, by the lives of its values: a value's memory is taken where it is
 * computed and given back after its last use. Computed from the graph alone, without running it.
 */
import { optimise } from './passes/index.ts'
import { type Definition, sizeOf } from './program.ts'
import { type Graph, type GraphNode, nodesInOrder } from './trace/graph.ts'
import { trace } from './trace/trace.ts'

/** Operations whose result is their first input's memory, seen otherwise. */
const VIEWS = new Set(['Identity', 'Reshape', 'Transpose'])
/** Operations that may write over an operand nobody needs any more. */
const IN_PLACE = new Set(['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Neg', 'Exp', 'Log', 'Sqrt', 'Square', 'Relu'])

/** Bytes that a run of a definition takes on the processor beyond its state and inputs. Traces it: some 20 ms for the CNN's training step. */
export function runBytes(definition: Definition): number {
  return peakBytes(optimise(trace(definition), 'cpu'))
}

/** Bytes of the greatest sum of values alive at once; state and inputs lie elsewhere and are not counted. */
function peakBytes(graph: Graph): number {
  const order = nodesInOrder(graph)
  const uses = new Map<GraphNode, number>()
  const use = (node: GraphNode, by: number): void => void uses.set(ownerOf(node), (uses.get(ownerOf(node)) ?? 0) + by)
  for (const node of order) if (!VIEWS.has(node.op)) for (const input of node.inputs) use(input, 1)
  for (const result of [...graph.outputs.values(), ...graph.updates.values()]) use(result, 1)

  let alive = 0
  let peak = 0
  for (const node of order) {
    if (VIEWS.has(node.op) || node.op === 'Input') continue
    const inputs = node.inputs.map(ownerOf)
    for (const input of inputs) use(input, -1)
    const dead = [...new Set(inputs)].filter(input => uses.get(input) === 0 && input.op !== 'Input')
    const freed = dead.reduce((sum, input) => sum + bytesOf(input), 0)
    const own = bytesOf(node)
    const reused = IN_PLACE.has(node.op) && dead.some(input => bytesOf(input) === own)
    peak = Math.max(peak, alive + (reused ? 0 : own) + workBytes(node))
    alive += own - freed
  }
  return peak
}

/** The node whose memory a value is. */
function ownerOf(node: GraphNode): GraphNode {
  let owner = node
  while (VIEWS.has(owner.op)) owner = owner.inputs[0]!
  return owner
}

function bytesOf({ shape, dtype }: GraphNode): number {
  return sizeOf(shape) * (dtype === 'bool' ? 1 : 4)
}

/** What an operation takes for itself while it runs: the gradient of a filter holds its input once for each tap. */
function workBytes(node: GraphNode): number {
  if (node.op !== 'Conv2DBackpropFilter') return 0
  const [height, width] = node.shape as [number, number]
  return height * width * bytesOf(node.inputs[0]!)
}
