/** Operations element by element, with broadcasting. They keep the order of axes of their biggest operand. */
import { sizeOf } from '../../program.ts'
import type { GraphNode } from '../../trace/graph.ts'
import { identityOrder, type Order, storedShape } from '../layout.ts'
import { ELEMENT } from '../model.ts'
import type { Lowering, Rule } from './rule.ts'

function unary(type: string): Rule {
  return (node, { model, stored }) => {
    const x = stored(node.inputs[0]!)
    return { name: model.op(type, [x.name]), order: x.order }
  }
}

function binary(type: string): Rule {
  return (node, lowering) => {
    const [a, b] = node.inputs as [GraphNode, GraphNode]
    const leader = leads(a, b) ? a : b
    const order =
      leader.shape.length === node.shape.length ? lowering.stored(leader).order : identityOrder(node.shape.length)
    const operands = [a, b].map(operand => broadcastable(operand, node.shape.length, order, lowering))
    return { name: lowering.model.op(type, operands), order }
  }
}

function leads(a: GraphNode, b: GraphNode): boolean {
  if (a.shape.length !== b.shape.length) return a.shape.length > b.shape.length
  return sizeOf(a.shape) >= sizeOf(b.shape)
}

/** An operand so shaped that ONNX's broadcasting (from the last axis) lines it up with a result of this rank and order. */
function broadcastable(operand: GraphNode, rank: number, order: Order, lowering: Lowering): string {
  if (operand.shape.length === rank) return lowering.inOrder(operand, order)
  if (operand.shape.length === 0) return lowering.stored(operand).name
  const plain = lowering.inOrder(operand, identityOrder(operand.shape.length))
  const padded = [...Array.from({ length: rank - operand.shape.length }, () => 1), ...operand.shape]
  const target = storedShape(padded, order)
  if (padded.filter(n => n !== 1).length <= 1) return lowering.model.op('Reshape', [plain, lowering.model.int64s(target)])
  const reshaped = lowering.model.op('Reshape', [plain, lowering.model.int64s(padded)])
  return lowering.model.op('Transpose', [reshaped], { perm: [...order] })
}

export const elementwise: Readonly<Record<string, Rule>> = {
  Relu: unary('Relu'),
  Neg: unary('Neg'),
  Exp: unary('Exp'),
  Log: unary('Log'),
  Sqrt: unary('Sqrt'),
  Square: (node, { model, stored }) => {
    const x = stored(node.inputs[0]!)
    return { name: model.op('Mul', [x.name, x.name]), order: x.order }
  },
  /** 1 where x > 0, else `alpha` (0 in every gradient we use). Where is single-threaded in onnxruntime: Cast is not. */
  Step: (node, { model, stored }) => {
    const x = stored(node.inputs[0]!)
    return {
      name: model.op('Cast', [model.op('Greater', [x.name, model.floats([0], [])])], { to: ELEMENT.float32 }),
      order: x.order,
    }
  },
  Cast: (node, { model, stored }) => {
    const x = stored(node.inputs[0]!)
    return { name: model.op('Cast', [x.name], { to: ELEMENT[node.dtype] }), order: x.order }
  },
  Add: binary('Add'),
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: binary('Div'),
  Maximum: binary('Max'),
  Greater: binary('Greater'),
  Equal: binary('Equal'),
}
