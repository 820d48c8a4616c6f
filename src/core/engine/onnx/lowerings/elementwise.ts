/** Operations element by element, with broadcasting. They keep the order of axes of their biggest operand. */
import { sizeOf } from '../../program.ts'
import type { GraphNode } from '../../trace/graph.ts'
import { CHANNELS_FIRST, identityOrder, type Order, sameOrder, storedShape } from '../layout.ts'
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
    const { shape } = leads(a, b) ? a : b
    const order = onesFirst(resultOrder(node, a, b, lowering), shape.length === node.shape.length ? shape : node.shape)
    const operands = [a, b].map(operand => broadcastable(operand, node.shape.length, order, lowering))
    return { name: lowering.model.op(type, operands), order }
  }
}

/**
 * The order of the bigger operand, but where it ends in an axis of size 1, such axes come before the others, after the first: its bytes stay
 * where they are, and onnxruntime, which walks the last axis in its inner loop, broadcasts a scalar, or three channels, many times
 * as fast.
 */
function onesFirst(order: Order, shape: readonly number[]): Order {
  if (shape[order.at(-1)!] !== 1) return order
  const [first, ...others] = order as [number, ...number[]]
  return [first, ...others.filter(axis => shape[axis] === 1), ...others.filter(axis => shape[axis] !== 1)]
}

/** What an operation of ONNX's does to the result of another: Not(Equal(a, b)). */
function then(type: string, rule: Rule): Rule {
  return (node, lowering) => {
    const { name, order } = rule(node, lowering)
    return { name: lowering.model.op(type, [name]), order }
  }
}

/** Constants and fills lie in any order as well as in another: the other operand decides. */
const SHAPELESS = new Set(['Constant', 'Fill', 'ZerosLike', 'OnesLike'])

/**
 * The order of the leading operand. Of two that are as big, an image that lies channels first decides, since convolutions want it so; so it
 * does where a value for each channel is spread over the places of an image.
 */
function resultOrder(node: GraphNode, a: GraphNode, b: GraphNode, { stored }: Lowering): Order {
  const rank = node.shape.length
  const [leader, other] = leads(a, b) ? [a, b] : [b, a]
  const asBig = sizeOf(other.shape) === sizeOf(leader.shape) && other.shape.length === rank && !SHAPELESS.has(other.op)
  if (asBig && sameOrder(stored(other).order, CHANNELS_FIRST)) return CHANNELS_FIRST
  const spread = SHAPELESS.has(leader.op) && other.shape.length === 4 && other.shape[1] === 1 && other.shape[2] === 1
  if (spread) return CHANNELS_FIRST
  return leader.shape.length === rank ? stored(leader).order : identityOrder(rank)
}

function leads(a: GraphNode, b: GraphNode): boolean {
  if (a.shape.length !== b.shape.length) return a.shape.length > b.shape.length
  if (sizeOf(a.shape) !== sizeOf(b.shape)) return sizeOf(a.shape) > sizeOf(b.shape)
  return !SHAPELESS.has(a.op) || SHAPELESS.has(b.op)
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

/** 1 where x > 0, else the attribute alpha (0 for ReLU, -1 for abs). Where is single-threaded in onnxruntime: Cast is not. */
const step: Rule = (node, { model, stored }) => {
  const x = stored(node.inputs[0]!)
  const alpha = (node.attributes.alpha as number | undefined) ?? 0
  const positive = model.op('Cast', [model.op('Greater', [x.name, model.floats([0], [])])], { to: ELEMENT.float32 })
  if (alpha === 0) return { name: positive, order: x.order }
  const scaled = model.op('Mul', [positive, model.floats([1 - alpha], [])])
  return { name: model.op('Add', [scaled, model.floats([alpha], [])]), order: x.order }
}

/** tfjs's `where` gives it three tensors of one shape; the greater of the two results decides the order. */
const select: Rule = (node, lowering) => {
  const [condition, t, e] = node.inputs as [GraphNode, GraphNode, GraphNode]
  const order = resultOrder(node, t, e, lowering)
  const operands = [condition, t, e].map(operand => broadcastable(operand, node.shape.length, order, lowering))
  return { name: lowering.model.op('Where', operands), order }
}

export const elementwise: Readonly<Record<string, Rule>> = {
  Abs: unary('Abs'),
  Cos: unary('Cos'),
  Erf: unary('Erf'),
  Exp: unary('Exp'),
  Log: unary('Log'),
  LogicalNot: unary('Not'),
  Neg: unary('Neg'),
  Reciprocal: unary('Reciprocal'),
  Relu: unary('Relu'),
  Rsqrt: then('Reciprocal', unary('Sqrt')),
  Sigmoid: unary('Sigmoid'),
  Sign: unary('Sign'),
  Sin: unary('Sin'),
  Sqrt: unary('Sqrt'),
  Tanh: unary('Tanh'),
  Square: (node, { model, stored }) => {
    const x = stored(node.inputs[0]!)
    return { name: model.op('Mul', [x.name, x.name]), order: x.order }
  },
  Step: step,
  ClipByValue: (node, { model, stored }) => {
    const x = stored(node.inputs[0]!)
    const limits = [node.attributes.clipValueMin, node.attributes.clipValueMax].map(limit =>
      model.floats([limit as number], []),
    )
    return { name: model.op('Clip', [x.name, ...limits]), order: x.order }
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
  Minimum: binary('Min'),
  Pow: binary('Pow'),
  SquaredDifference: (node, lowering) => {
    const { name, order } = binary('Sub')(node, lowering)
    return { name: lowering.model.op('Mul', [name, name]), order }
  },
  Equal: binary('Equal'),
  NotEqual: then('Not', binary('Equal')),
  Greater: binary('Greater'),
  GreaterEqual: binary('GreaterOrEqual'),
  Less: binary('Less'),
  LessEqual: binary('LessOrEqual'),
  LogicalAnd: binary('And'),
  LogicalOr: binary('Or'),
  Select: select,
}
