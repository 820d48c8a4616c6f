/** Lowers a traced graph to an ONNX model: each node by its rule (./lowerings), in whatever order of axes costs least. */
import { LabError } from '../../shared/errors.ts'
import type { Specs } from '../program.ts'
import type { Target } from '../target.ts'
import { type Graph, type GraphNode, nodesInOrder } from '../trace/graph.ts'
import { identityOrder, movesNothing, permutation, type Stored, sameOrder, storedShape } from './layout.ts'
import { ruleFor } from './lowerings/index.ts'
import type { Lowering } from './lowerings/rule.ts'
import { OnnxModel } from './model.ts'
import { overwritten } from './overwritten.ts'

export interface LoweredModel {
  readonly bytes: Uint8Array
  /** State names that the model reads and that it writes; a written one comes out under `next(name)`. */
  readonly stateIn: readonly string[]
  readonly stateOut: readonly string[]
  /** Of those that it writes, the ones whose new value may take the old one's memory. */
  readonly overwritten: readonly string[]
  readonly inputs: readonly string[]
  readonly outputs: Specs
}

/** The model's output name for the new value of a state tensor. */
export function next(name: string): string {
  return `${name}.next`
}

/** `channelBlock` as ./channelBlock.ts finds it on the machine that will run the model; 0 for one that any machine runs. */
export function lower(graph: Graph, name: string, target: Target, channelBlock = 0): LoweredModel {
  const model = new OnnxModel()
  return { ...lowerInto(model, graph, name, target, { channelBlock }), bytes: model.serialise(name) }
}

/** Adds the graph's nodes to a model. State that has `values` is not an input of it but inside, under its name. */
export function lowerInto(
  model: OnnxModel,
  graph: Graph,
  name: string,
  target: Target,
  { values = {}, channelBlock = 0 }: { values?: Readonly<Record<string, Float32Array>>; channelBlock?: number } = {},
): Omit<LoweredModel, 'bytes'> {
  const places = new Map<GraphNode, Stored[]>()
  const lowering: Lowering = {
    target,
    model,
    channelBlock,
    stored: node => places.get(node)![0]!,
    inOrder(node, order) {
      const known = places.get(node)!
      const fitting = known.find(place => sameOrder(place.order, order))
      if (fitting !== undefined) return fitting.name
      const from = known.find(place => movesNothing(node.shape, place.order, order)) ?? known[0]!
      const moved = movesNothing(node.shape, from.order, order)
        ? model.op('Reshape', [from.name, model.int64s(storedShape(node.shape, order))])
        : model.op('Transpose', [from.name], { perm: permutation(from.order, order) })
      known.push({ name: moved, order })
      return moved
    },
  }

  const used = new Set(nodesInOrder(graph))
  const declare = (nodes: ReadonlyMap<string, GraphNode>): string[] =>
    [...nodes]
      .filter(([, node]) => used.has(node))
      .map(([given, node]) => {
        const inside = values[given]
        if (inside === undefined) model.input({ name: given, shape: node.shape, element: node.dtype })
        else model.weight(given, node.shape, inside)
        places.set(node, [{ name: given, order: identityOrder(node.shape.length) }])
        return given
      })
  const stateIn = declare(graph.state)
  const inputs = declare(graph.inputs)

  for (const node of nodesInOrder(graph)) {
    if (node.op === 'Input') continue
    const rule = ruleFor(node.op, target)
    if (rule === undefined) throw new LabError('failed', `${name}: no lowering to ONNX for the operation '${node.op}'`)
    places.set(node, [rule(node, lowering)])
  }

  const emit = (result: string, node: GraphNode): void => {
    model.publish(lowering.inOrder(node, identityOrder(node.shape.length)), result)
    model.output({ name: result, shape: node.shape, element: node.dtype })
  }
  for (const [given, node] of graph.outputs) emit(given, node)
  for (const [given, node] of graph.updates) emit(next(given), node)
  const stateOut = [...graph.updates.keys()]
  const pairs = stateOut.map((given): [string, string] => [given, next(given)])
  return {
    stateIn,
    stateOut,
    overwritten: overwritten(model.parts().nodes, pairs),
    inputs,
    outputs: Object.fromEntries(
      [...graph.outputs].map(([given, node]) => [
        given,
        { shape: node.shape, dtype: node.dtype === 'int32' ? 'int32' : 'float32' },
      ]),
    ),
  }
}
