/** Max pooling, and its gradient for windows that do not overlap and fill the image; ./overlappingPool.ts has the others. */
import type { GraphNode } from '../../trace/graph.ts'
import { poolWindow, type Window } from '../../trace/kernels.ts'
import { CHANNELS_FIRST } from '../layout.ts'
import { ELEMENT } from '../model.ts'
import { overlappingGradient } from './overlappingPool.ts'
import type { Rule } from './rule.ts'

const maxPool: Rule = (node, { model, inOrder }) => {
  const [x] = node.inputs as [GraphNode]
  const { size, strides, pads } = poolWindow(x.shape, node.attributes)
  const attributes = { kernel_shape: [...size], strides: [...strides], pads: [...pads] }
  return { name: model.op('MaxPool', [inOrder(x, CHANNELS_FIRST)], attributes), order: CHANNELS_FIRST }
}

/**
 * dL/dx of a max pool without indices, which onnxruntime is slow to make: a pixel gets its window's gradient where it equals the
 * window's maximum. Pixels that tie share it evenly; PyTorch gives all of it to the first. Both are subgradients, and differ only where
 * a window holds the same maximum twice.
 *
 * Inputs: dy, x, y. `relu`: x is the pre-activation of a ReLU that came before the pool, and the result is the gradient before the ReLU too:
 * a window whose maximum is 0 passes nothing, which is one comparison at the pooled size instead of one at the full size.
 */
function maxPoolGradient(relu: boolean): Rule {
  const overlapping = overlappingGradient(relu)
  return (node, lowering) => {
    const { model, inOrder } = lowering
    const [dy, x, y] = node.inputs as [GraphNode, GraphNode, GraphNode]
    const window = poolWindow(x.shape, node.attributes)
    if (!tiles(window, x.shape)) return overlapping(node, lowering)
    const [height, width] = window.size
    const factors = model.floats([1, 1, height, width], [4])
    const enlarge = (name: string): string =>
      model.op('Resize', [name, '', factors], {
        mode: 'nearest',
        nearest_mode: 'floor',
        coordinate_transformation_mode: 'asymmetric',
      })
    const pooled = inOrder(y, CHANNELS_FIRST)
    const highest = model.op('Equal', [inOrder(x, CHANNELS_FIRST), enlarge(pooled)])
    const mask = model.op('Cast', [highest], { to: ELEMENT.float32 })
    const share = model.op('AveragePool', [mask], { kernel_shape: [height, width], strides: [height, width] })
    const ties = model.op('Max', [model.op('Mul', [share, model.floats([height * width], [])]), model.floats([1], [])])
    let gradient = inOrder(dy, CHANNELS_FIRST)
    if (relu) {
      const passes = model.op('Cast', [model.op('Greater', [pooled, model.floats([0], [])])], { to: ELEMENT.float32 })
      gradient = model.op('Mul', [gradient, passes])
    }
    const divided = model.op('Div', [gradient, ties])
    return { name: model.op('Mul', [mask, enlarge(divided)]), order: CHANNELS_FIRST }
  }
}

function tiles({ size, strides, pads }: Window, [, height, width]: readonly number[]): boolean {
  return (
    size[0] === strides[0] &&
    size[1] === strides[1] &&
    pads.every(p => p === 0) &&
    height! % size[0] === 0 &&
    width! % size[1] === 0
  )
}

export const pooling: Readonly<Record<string, Rule>> = {
  MaxPool: maxPool,
  MaxPoolGrad: maxPoolGradient(false),
  ReluMaxPoolGrad: maxPoolGradient(true),
}
