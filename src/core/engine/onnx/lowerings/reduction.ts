/** Sums, means, maxima over axes. opset 17: ReduceSum takes its axes as an input, the others as an attribute. */

import type { GraphNode } from '../../trace/graph.ts'
import { reductionAxes } from '../../trace/kernels.ts'
import { identityOrder, type Order } from '../layout.ts'
import { ELEMENT } from '../model.ts'
import type { Rule } from './rule.ts'

function reduce(type: string): Rule {
  return (node, { model, stored }) => {
    const [x] = node.inputs as [GraphNode]
    const place = stored(x)
    const logical = reductionAxes(node.attributes, x.shape)
    const axes = logical.map(axis => place.order.indexOf(axis)).sort((a, b) => a - b)
    const keepdims = node.attributes.keepDims ? 1 : 0
    const name =
      type === 'ReduceSum'
        ? model.op(type, [place.name, model.int64s(axes)], { keepdims })
        : model.op(type, [place.name], { axes, keepdims })
    return { name, order: keepdims ? place.order : remainingOrder(place.order, logical) }
  }
}

/** The order of what is left when some logical axes are gone. */
function remainingOrder(order: Order, gone: readonly number[]): Order {
  const kept = order.filter(axis => !gone.includes(axis))
  return kept.map(axis => kept.filter(other => other < axis).length)
}

export const reduction: Readonly<Record<string, Rule>> = {
  Sum: reduce('ReduceSum'),
  Mean: reduce('ReduceMean'),
  Max: reduce('ReduceMax'),
  Min: reduce('ReduceMin'),
  ArgMax: (node, { model, inOrder }) => {
    const [x] = node.inputs as [GraphNode]
    const [axis] = reductionAxes(node.attributes, x.shape) as [number]
    const indices = model.op('ArgMax', [inOrder(x, identityOrder(x.shape.length))], { axis, keepdims: 0 })
    return { name: model.op('Cast', [indices], { to: ELEMENT.int32 }), order: identityOrder(node.shape.length) }
  },
  Softmax: lastAxis('Softmax'),
  LogSoftmax: lastAxis('LogSoftmax'),
}

function lastAxis(type: string): Rule {
  return (node, { model, inOrder }) => {
    const order = identityOrder(node.shape.length)
    return { name: model.op(type, [inOrder(node.inputs[0]!, order)], { axis: -1 }), order }
  }
}
