/**
 * Cuts big weight matrices, and the moments that go with them, into blocks of columns, each with its own update. Adam reads four such
 * arrays and writes three in ten elementwise steps: as one array of 33 MB each step goes through main memory, as blocks of 2 MB they
 * stay in the cache.
 *
 * A block is a state tensor of its own (`name#0`, `name#1` ...). Products with the whole matrix become products with the blocks: x W^T is the
 * sum of x_k W_k^T, dy W the row of dy W_k, and a block of an elementwise result is made of blocks of its operands.
 */
import { type Shape, sameShape, sizeOf } from '../program.ts'
import { type Graph, type GraphNode, rewriteGraph } from '../trace/graph.ts'
import { concat, slice } from './nodes.ts'

/** Numbers in a block, about: 2 MB of float32. docs/performance.md has the step's time by block size: flat from 2^17 to 2^20. */
const BLOCK = 2 ** 19

/**
 * Matrices this many times wider than high are cut: those of a dense layer after feature maps. Others, as a transformer's, meet so many rows
 * that the products with blocks cost more than the update gains.
 */
const WIDE = 32

/** Where the columns of a state tensor are cut: the start of each block, and the end; null where it stays whole. */
export function columnCuts(shape: Shape): number[] | null {
  const wide = shape.length === 2 && shape[1]! >= WIDE * shape[0]!
  const blocks = wide ? Math.round(sizeOf(shape) / BLOCK) : 0
  return blocks < 2 ? null : Array.from({ length: blocks + 1 }, (_, k) => Math.round((k * shape[1]!) / blocks))
}

/** The name of one block of a state tensor. */
export function blockName(name: string, k: number): string {
  return `${name}#${k}`
}

export function splitState(graph: Graph): Graph {
  const state = new Map<string, GraphNode>()
  /** The blocks of each cut input, and of the concatenation that stands for it. */
  const blocks = new Map<GraphNode, readonly GraphNode[]>()
  for (const [name, node] of graph.state) {
    const cuts = columnCuts(node.shape)
    if (cuts === null) state.set(name, node)
    else {
      const pieces = cuts.slice(1).map((end, k): GraphNode => {
        const piece: GraphNode = {
          ...node,
          attributes: { name: blockName(name, k) },
          shape: [node.shape[0]!, end - cuts[k]!],
        }
        state.set(blockName(name, k), piece)
        return piece
      })
      blocks.set(node, pieces)
    }
  }
  if (blocks.size === 0) return graph

  const slices = new Slices(blocks)
  const rewritten = rewriteGraph(graph, node => {
    const pieces = blocks.get(node)
    if (pieces !== undefined) {
      const whole = concat(pieces, 1)
      blocks.set(whole, pieces)
      return whole
    }
    return node.op === 'BatchMatMul' ? product(node, blocks, slices) : node
  })

  const updates = new Map<string, GraphNode>()
  for (const [name, node] of rewritten.updates) {
    const cuts = columnCuts(node.shape)
    if (cuts === null) updates.set(name, node)
    else for (const [k, end] of cuts.slice(1).entries()) updates.set(blockName(name, k), slices.columns(node, cuts[k]!, end))
  }
  return { ...rewritten, state, updates }
}

/** A product with a cut matrix on its right, as products with the blocks. */
function product(node: GraphNode, blocks: ReadonlyMap<GraphNode, readonly GraphNode[]>, slices: Slices): GraphNode {
  const [left, right, addend] = node.inputs as [GraphNode, GraphNode, GraphNode | undefined]
  const pieces = blocks.get(right)
  if (pieces === undefined || left.shape.length !== 2 || node.attributes.transposeA === true) return node
  if (node.attributes.transposeB === true) {
    let start = 0
    let sum = addend
    for (const piece of pieces) {
      const end = start + piece.shape[1]!
      const inputs = [slices.columns(left, start, end), piece, ...(sum === undefined ? [] : [sum])]
      sum = { ...node, inputs }
      start = end
    }
    return sum!
  }
  if (addend !== undefined) return node
  const row = pieces.map(
    (piece): GraphNode => ({ ...node, inputs: [left, piece], shape: [node.shape[0]!, piece.shape[1]!] }),
  )
  return concat(row, 1)
}

const ELEMENTWISE = new Set([
  'Add',
  'Sub',
  'Multiply',
  'RealDiv',
  'Maximum',
  'Neg',
  'Exp',
  'Sqrt',
  'Square',
  'Relu',
  'Step',
  'Cast',
])

/** Columns of matrices, pushed as far towards the inputs as they go, each made once. */
class Slices {
  private readonly blocks: ReadonlyMap<GraphNode, readonly GraphNode[]>
  private readonly made = new Map<GraphNode, Map<string, GraphNode>>()

  constructor(blocks: ReadonlyMap<GraphNode, readonly GraphNode[]>) {
    this.blocks = blocks
  }

  columns(node: GraphNode, start: number, end: number): GraphNode {
    const known = this.made.get(node) ?? new Map<string, GraphNode>()
    this.made.set(node, known)
    const key = `${start}:${end}`
    let slice = known.get(key)
    if (slice === undefined) {
      slice = this.make(node, start, end)
      known.set(key, slice)
    }
    return slice
  }

  private make(node: GraphNode, start: number, end: number): GraphNode {
    const shape = [node.shape[0]!, end - start]
    const block = this.blockAt(node, start, end)
    if (block !== undefined) return block
    if (
      ELEMENTWISE.has(node.op) &&
      node.inputs.every(input => sizeOf(input.shape) === 1 || sameShape(input.shape, node.shape))
    ) {
      const inputs = node.inputs.map(input => (sizeOf(input.shape) === 1 ? input : this.columns(input, start, end)))
      return { ...node, inputs, shape }
    }
    if (node.op === 'BatchMatMul' && node.inputs.length === 2 && node.attributes.transposeB !== true) {
      const [left, right] = node.inputs as [GraphNode, GraphNode]
      return { ...node, inputs: [left, this.columns(right, start, end)], shape }
    }
    return slice(node, 1, start, end - start)
  }

  private blockAt(node: GraphNode, start: number, end: number): GraphNode | undefined {
    let at = 0
    for (const piece of this.blocks.get(node) ?? []) {
      if (at === start && at + piece.shape[1]! === end) return piece
      at += piece.shape[1]!
    }
    return undefined
  }
}
