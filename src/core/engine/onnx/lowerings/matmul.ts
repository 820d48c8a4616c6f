/** Matrix products. Two matrices: Gemm, which takes either side transposed as it lies; more axes: FusedMatMul, which does too. */
import type { GraphNode } from '../../trace/graph.ts'
import { identityOrder, sameOrder } from '../layout.ts'
import { MICROSOFT } from '../model.ts'
import type { Lowering, Rule } from './rule.ts'

/** An operand and whether it must be read transposed: a stored transpose cancels an asked-for one. */
function operand(node: GraphNode, transposed: boolean, { stored, inOrder }: Lowering): { name: string; flag: 0 | 1 } {
  const place = stored(node)
  const rank = node.shape.length
  const plain = identityOrder(rank)
  const swapped = [...plain.slice(0, -2), rank - 1, rank - 2]
  if (sameOrder(place.order, swapped)) return { name: place.name, flag: transposed ? 0 : 1 }
  return { name: inOrder(node, plain), flag: transposed ? 1 : 0 }
}

export const matmul: Readonly<Record<string, Rule>> = {
  /** Inputs a, b and, where a pass has put it there, a bias or an addend of the result's shape. */
  BatchMatMul: (node, lowering) => {
    const [a, b, addend] = node.inputs as [GraphNode, GraphNode, GraphNode | undefined]
    const left = operand(a, node.attributes.transposeA === true, lowering)
    const right = operand(b, node.attributes.transposeB === true, lowering)
    const order = identityOrder(node.shape.length)
    const { model } = lowering
    if (a.shape.length === 2 && b.shape.length === 2) {
      const third = addend === undefined ? [] : [lowering.inOrder(addend, identityOrder(addend.shape.length))]
      return { name: model.op('Gemm', [left.name, right.name, ...third], { transA: left.flag, transB: right.flag }), order }
    }
    const name = model.op('FusedMatMul', [left.name, right.name], { transA: left.flag, transB: right.flag }, MICROSOFT)
    return { name, order }
  },
}
