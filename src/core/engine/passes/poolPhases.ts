/**
 * A convolution of few input channels that only a 2x2 max pool reads, as four convolutions at stride 2, one for each place in the pool's windows (a
 * phase): the pool is then the maximum of four tensors, and its gradient a choice between them. The full-size feature map and its
 * gradient, the biggest tensors of the step, are never made. Ties go to the first place, row by row, as in PyTorch.
 *
 * Where the convolution's input needs a gradient too, its own gradient wants the full-size map: such pools are left alone.
 */
import { type Graph, type GraphNode, nodesInOrder, type Pass, usersOf, withInputs, withResults } from '../trace/graph.ts'
import { convolutionWindow, poolWindow, reductionAxes } from '../trace/kernels.ts'
import { asFloat, binary, sum } from './nodes.ts'

/** From here on the arithmetic of the convolution outweighs the memory that phases save. */
const FEW_CHANNELS = 4

interface PhasedGradient {
  /** With respect to each place of the windows. */
  readonly at: readonly GraphNode[]
  /** Their sum: what reaches a window at all. */
  readonly window: GraphNode
}

interface Phases {
  /** The convolution at places (0,0), (0,1), (1,0), (1,1) of each window. */
  readonly at: readonly [GraphNode, GraphNode, GraphNode, GraphNode]
  readonly top: GraphNode
  readonly bottom: GraphNode
  readonly pooled: GraphNode
}

export const poolPhases: Pass = graph => {
  const nodes = nodesInOrder(graph)
  const users = usersOf(nodes)
  const results = new Set([...graph.outputs.values(), ...graph.updates.values()])
  const phased = new Set(
    nodes.filter(
      node =>
        node.op === 'Conv2D' &&
        !results.has(node) &&
        divides(node) &&
        (users.get(node) ?? []).every(user => fits(user, node, users, results)),
    ),
  )
  return phased.size === 0 ? graph : rewrite(graph, nodes, phased)
}

function rewrite(graph: Graph, nodes: readonly GraphNode[], phased: ReadonlySet<GraphNode>): Graph {
  const replaced = new Map<GraphNode, GraphNode>()
  const phases = new Map<GraphNode, Phases>()
  /** By original gradient of a pool: the same in phases. */
  const gradients = new Map<GraphNode, PhasedGradient>()
  const now = (node: GraphNode): GraphNode => replaced.get(node)!
  for (const node of nodes) {
    const convolved = node.inputs.find(input => phased.has(input))
    const gradient = node.inputs.find(input => gradients.has(input))
    if (phased.has(node)) phases.set(node, phasesOf({ ...node, inputs: node.inputs.map(now) }))
    else if (node.op === 'MaxPool' && convolved !== undefined) replaced.set(node, phases.get(convolved)!.pooled)
    else if (convolved !== undefined) gradients.set(node, gradientsOf(node, now(node.inputs[0]!), phases.get(convolved)!))
    else if (gradient !== undefined) replaced.set(node, summed(node, gradients.get(gradient)!, now))
    else replaced.set(node, withInputs(node, node.inputs.map(now)))
  }
  return withResults(graph, now)
}

/** Whether phases of this convolution exist: stride 1, small in depth, result of even size, and pads that can shift by one. */
function divides(node: GraphNode): boolean {
  const [x, filter] = node.inputs as [GraphNode, GraphNode]
  const { strides, pads, size } = convolutionWindow(x.shape, filter.shape, node.attributes)
  const [, height, width] = node.shape as [number, number, number]
  return (
    filter.shape[2]! <= FEW_CHANNELS &&
    strides.every(stride => stride === 1) &&
    [height, width].every(n => n % 2 === 0) &&
    pads.every(p => p >= 1) &&
    size.every(n => n >= 2)
  )
}

/** Whether this user of the convolution, or of its gradient, can do with phases. */
function fits(
  user: GraphNode,
  convolution: GraphNode,
  users: ReadonlyMap<GraphNode, readonly GraphNode[]>,
  results: ReadonlySet<GraphNode>,
): boolean {
  if (user.op !== 'MaxPool' && user.op !== 'MaxPoolGrad' && user.op !== 'ReluMaxPoolGrad') return false
  const { size, strides, pads } = poolWindow(convolution.shape, user.attributes)
  if (![...size, ...strides].every(n => n === 2) || pads.some(p => p !== 0)) return false
  if (user.op === 'MaxPool') return true
  if (user.inputs[1] !== convolution || user.inputs[0] === convolution || results.has(user)) return false
  return (users.get(user) ?? []).every(next => {
    if (next.op === 'Conv2DBackpropFilter') return next.inputs[1] === user && next.inputs[0] === convolution.inputs[0]
    return next.op === 'Sum' && [0, 1, 2].every(axis => reductionAxes(next.attributes, user.shape).includes(axis))
  })
}

function phasesOf(node: GraphNode): Phases {
  const [batch, height, width, channels] = node.shape as [number, number, number, number]
  const shape = [batch, height / 2, width / 2, channels] // [b, h/2, w/2, c]
  const at = PLACES.map((place): GraphNode => ({ ...node, shape, attributes: phaseWindow(node, place) }))
  const [p0, p1, p2, p3] = at as [GraphNode, GraphNode, GraphNode, GraphNode]
  const top = binary('Maximum', p0, p1)
  const bottom = binary('Maximum', p2, p3)
  return { at: [p0, p1, p2, p3], top, bottom, pooled: binary('Maximum', top, bottom) }
}

const PLACES = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const

/** Strides and pads under which a convolution computes only one place of each 2x2 window. */
function phaseWindow(node: GraphNode, [row, column]: readonly [number, number]): GraphNode['attributes'] {
  const [x, filter] = node.inputs as [GraphNode, GraphNode]
  const { pads, size } = convolutionWindow(x.shape, filter.shape, node.attributes)
  const [top, left] = pads
  const vertical = [top - row, size[0] - 2 - top + row]
  const horizontal = [left - column, size[1] - 2 - left + column]
  return { ...node.attributes, strides: [2, 2], pad: [[0, 0], vertical, horizontal, [0, 0]] }
}

/** The gradient of the maximum at each place: all of it goes to the first place that holds the maximum. */
function gradientsOf(node: GraphNode, dy: GraphNode, { at, top, bottom, pooled }: Phases): PhasedGradient {
  const zero: GraphNode = { op: 'Fill', inputs: [], attributes: { shape: [], value: 0 }, shape: [], dtype: 'float32' }
  const relu = node.op === 'ReluMaxPoolGrad'
  const window = relu ? binary('Multiply', dy, asFloat(binary('Greater', pooled, zero, 'bool'))) : dy
  const [upper, lower] = divided(window, top, bottom)
  return { at: [...divided(upper, at[0], at[1]), ...divided(lower, at[2], at[3])], window }
}

/** What of a gradient goes to the first of two operands of a maximum, and what to the second. */
function divided(gradient: GraphNode, a: GraphNode, b: GraphNode): [GraphNode, GraphNode] {
  const first = binary('Multiply', gradient, asFloat(binary('GreaterEqual', a, b, 'bool')))
  return [first, binary('Sub', gradient, first)]
}

/** What sums the full-size gradient over its places, from the gradient in phases. */
function summed(node: GraphNode, { at, window }: PhasedGradient, now: (node: GraphNode) => GraphNode): GraphNode {
  if (node.op === 'Sum') return { ...node, inputs: [window] }
  const x = now(node.inputs[0]!)
  return sum(
    at.map((phase, k): GraphNode => {
      const like: GraphNode = { ...node, inputs: [x, { ...phase, shape: node.shape }] }
      return { ...node, inputs: [x, phase], attributes: { ...node.attributes, ...phaseWindow(like, PLACES[k]!) } }
    }),
  )
}
