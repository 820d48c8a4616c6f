/**
 * Lets a group of images go through all convolutions, pools and elementwise operations before the next group begins, forward and backward, so
 * that what one operation writes is still in the processor's cache when the next reads it. Whole batches of feature maps go through
 * main memory at every operation: for the CNN at batch 32 and 128x128 a map has 67 MB.
 *
 * What sums over the batch (gradients of filters and biases) becomes a sum of the groups' parts. onnxruntime walks the graph depth-first
 * from its results; so that it finishes a group's backward pass before the next, the parts of one group are gathered in one vector.
 *
 * Graphs in which maps depend on statistics of the whole batch (batch norm in training) are left as they are: every such layer would
 * have to wait for all groups.
 */
import { type Shape, sizeOf } from '../program.ts'
import { type Graph, type GraphNode, nodesInOrder, type Pass, withInputs, withResults } from '../trace/graph.ts'
import { reductionAxes } from '../trace/kernels.ts'
import { concat, reshape, slice, sum } from './nodes.ts'

/** Numbers in the biggest feature map of a group, about. docs/performance.md has the step's time by this size. */
const GROUP = 2 ** 20
/** Feature maps of fewer numbers are left whole: they stay in the cache by themselves. */
const SMALL = 2 ** 16

/** Operations that treat each image by itself, and which of their operands are images. */
const IMAGEWISE: Readonly<Record<string, 'all' | readonly number[]>> = {
  ...Object.fromEntries(
    [
      ...['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Greater', 'GreaterEqual', 'Equal'],
      ...['Neg', 'Exp', 'Log', 'Sqrt', 'Square', 'Relu', 'Step', 'Cast', 'Identity'],
      ...['MaxPool', 'MaxPoolGrad', 'ReluMaxPoolGrad', 'Transpose', 'Reshape', 'BatchMatMul'],
    ].map(op => [op, 'all' as const]),
  ),
  Conv2D: [0],
  Conv2DBackpropInput: [0],
}

export const splitBatch: Pass = graph => splitBatchInto(graph, { group: GROUP, small: SMALL })

/** As splitBatch, with groups whose biggest map has about `group` numbers; maps of fewer than `small` stay whole. */
export function splitBatchInto(graph: Graph, { group, small }: { group: number; small: number }): Graph {
  const nodes = nodesInOrder(graph)
  const batch = [...graph.inputs.values()].find(({ shape }) => shape.length === 4)?.shape[0]
  if (batch === undefined) return graph
  const grouped = new Set(nodes.filter(node => isGrouped(node, batch, small)))
  const cuts = cutsOf(batch, [...grouped], group)
  const mixing = nodes.filter(node => mixesImages(node) && node.inputs.some(input => grouped.has(input)))
  const statistics = dependents(nodes, new Set(mixing))
  if (cuts.length < 3 || [...grouped].some(node => statistics.has(node))) return graph
  const sums = mixing.filter(isBatchSum)
  return new BatchSplit(graph, batch, cuts, grouped, sums).split(nodes, dependents(nodes, new Set(sums)))
}

class BatchSplit {
  private readonly graph: Graph
  private readonly batch: number
  private readonly cuts: readonly number[]
  private readonly grouped: ReadonlySet<GraphNode>
  private readonly sums: readonly GraphNode[]
  /** By original node: its replacement, and the groups it is made of or cut into. */
  private readonly whole = new Map<GraphNode, GraphNode>()
  private readonly groups = new Map<GraphNode, readonly GraphNode[]>()

  constructor(
    graph: Graph,
    batch: number,
    cuts: readonly number[],
    grouped: ReadonlySet<GraphNode>,
    sums: readonly GraphNode[],
  ) {
    this.graph = graph
    this.batch = batch
    this.cuts = cuts
    this.grouped = grouped
    this.sums = sums
  }

  split(nodes: readonly GraphNode[], after: ReadonlySet<GraphNode>): Graph {
    for (const node of nodes) if (!after.has(node)) this.rewrite(node)
    this.gather()
    for (const node of nodes) if (after.has(node) && !this.whole.has(node)) this.rewrite(node)
    return withResults(this.graph, node => this.wholeOf(node))
  }

  private rewrite(node: GraphNode): void {
    if (this.grouped.has(node)) this.groups.set(node, this.eachGroup(node))
    else {
      const inputs = node.inputs.map(input => this.wholeOf(input))
      this.whole.set(node, withInputs(node, inputs))
    }
  }

  /** A node once for each group. */
  private eachGroup(node: GraphNode): GraphNode[] {
    const images = IMAGEWISE[node.op] ?? 'all'
    return this.cuts.slice(1).map((end, k) => {
      const size = end - this.cuts[k]!
      const inputs = node.inputs.map((input, i) => {
        const cut = images === 'all' ? input.shape.length === 4 || node.op === 'Reshape' : images.includes(i)
        return cut && input.shape[0] === this.batch ? this.groupsOf(input)[k]! : this.wholeOf(input)
      })
      const shape = isBatchSum(node) ? node.shape : [size, ...node.shape.slice(1)]
      return { ...node, inputs, shape, attributes: resized(node, shape) }
    })
  }

  /** The sums over the batch: those of a group side by side in one vector, the vectors added, and cut up again. */
  private gather(): void {
    if (this.sums.length === 0) return
    const parts = this.sums.map(node => this.eachGroup(node).map(part => reshape(part, [sizeOf(node.shape)])))
    const total = sum(
      this.cuts.slice(1).map((_, k) =>
        concat(
          parts.map(part => part[k]!),
          0,
        ),
      ),
    )
    let start = 0
    for (const node of this.sums) {
      const size = sizeOf(node.shape)
      this.whole.set(node, reshape(this.sums.length === 1 ? total : slice(total, 0, start, size), node.shape))
      start += size
    }
  }

  private wholeOf(node: GraphNode): GraphNode {
    let whole = this.whole.get(node)
    if (whole === undefined) {
      whole = concat(this.groups.get(node)!, 0)
      this.whole.set(node, whole)
    }
    return whole
  }

  private groupsOf(node: GraphNode): readonly GraphNode[] {
    let groups = this.groups.get(node)
    if (groups === undefined) {
      const whole = this.wholeOf(node)
      groups = this.cuts.slice(1).map((end, k) => slice(whole, 0, this.cuts[k]!, end - this.cuts[k]!))
      this.groups.set(node, groups)
    }
    return groups
  }
}

function isGrouped(node: GraphNode, batch: number, small: number): boolean {
  if (IMAGEWISE[node.op] === undefined || node.shape.length !== 4 || node.shape[0] !== batch) return false
  if (sizeOf(node.shape) < small) return false
  if (node.op === 'Transpose') return (node.attributes.perm as number[])[0] === 0
  return node.op !== 'Reshape' || node.inputs[0]!.shape[0] === batch
}

function mixesImages(node: GraphNode): boolean {
  const reduces = ['Mean', 'Max', 'Min', 'Prod', 'All', 'Any'].includes(node.op)
  return isBatchSum(node) || (reduces && reductionAxes(node.attributes, node.inputs[0]!.shape).includes(0))
}

/** Whether a node sums over the images of its operands, so that it is the sum of what groups of them give. */
function isBatchSum(node: GraphNode): boolean {
  if (node.op === 'Conv2DBackpropFilter') return true
  return node.op === 'Sum' && reductionAxes(node.attributes, node.inputs[0]!.shape).includes(0)
}

/** Where the batch is cut: the start of each group, and the end. */
function cutsOf(batch: number, grouped: readonly GraphNode[], group: number): number[] {
  const biggest = Math.max(0, ...grouped.map(node => sizeOf(node.shape)))
  const groups = Math.min(batch, Math.ceil(biggest / group))
  return Array.from({ length: groups + 1 }, (_, k) => Math.round((k * batch) / groups))
}

/** Attributes that repeat a shape, for another batch. */
function resized(node: GraphNode, shape: Shape): GraphNode['attributes'] {
  if (node.op === 'Reshape') return { ...node.attributes, shape }
  if (node.op === 'Conv2DBackpropInput') return { ...node.attributes, inputShape: shape }
  return node.attributes
}

function dependents(nodes: readonly GraphNode[], roots: ReadonlySet<GraphNode>): Set<GraphNode> {
  const found = new Set(roots)
  for (const node of nodes) if (node.inputs.some(input => found.has(input))) found.add(node)
  return found
}
