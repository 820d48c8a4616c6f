/** Average pooling, its gradient, and nearest-neighbour enlarging; but for a factor the gradient of one is the other. */
import { LabError } from '../../../shared/errors.ts'
import type { GraphNode } from '../../trace/graph.ts'
import { poolWindow } from '../../trace/kernels.ts'
import { CHANNELS_FIRST } from '../layout.ts'
import type { OnnxModel } from '../model.ts'
import type { Rule } from './rule.ts'

/** tfjs divides by the pixels that a window meets, so pads do not count; PyTorch counts them: ./primitives pads explicitly. */
const averagePool: Rule = (node, { model, inOrder }) => {
  const [x] = node.inputs as [GraphNode]
  const { size, strides, pads } = poolWindow(x.shape, node.attributes)
  const attributes = { kernel_shape: [...size], strides: [...strides], pads: [...pads] }
  return { name: model.op('AveragePool', [inOrder(x, CHANNELS_FIRST)], attributes), order: CHANNELS_FIRST }
}

/**
 * Inputs dy, x. Each pixel gets its windows' gradients divided by their size: windows side by side, by enlarging; overlapping ones or such with
 * gaps, by a transposed convolution with a filter of 1 / size, every channel an image of its own.
 */
const averagePoolGradient: Rule = (node, { model, inOrder }) => {
  const [dy] = node.inputs as [GraphNode]
  const [batch, inHeight, inWidth, channels] = node.shape as [number, number, number, number]
  const [, outHeight, outWidth] = dy.shape as [number, number, number]
  const { size, strides, pads } = poolWindow(node.shape, node.attributes)
  if (pads.some(pad => pad !== 0)) throw new LabError('failed', 'the gradient of padded average pools is not lowered')
  const share = 1 / (size[0] * size[1])
  const gradient = inOrder(dy, CHANNELS_FIRST)
  const order = CHANNELS_FIRST
  if (size[0] === strides[0] && size[1] === strides[1]) {
    const large = enlarged(model, model.op('Mul', [gradient, model.floats([share], [])]), size)
    const missing = [inHeight - outHeight * size[0], inWidth - outWidth * size[1]] as const
    if (missing.every(n => n === 0)) return { name: large, order }
    return { name: model.op('Pad', [large, model.int64s([0, 0, 0, 0, 0, 0, ...missing])]), order }
  }
  const apart = model.op('Reshape', [gradient, model.int64s([batch * channels, 1, outHeight, outWidth])])
  const filter = model.floats(new Float32Array(size[0] * size[1]).fill(share), [1, 1, ...size])
  const attributes = {
    strides: [...strides],
    output_padding: [inHeight, inWidth].map((n, i) => n - (dy.shape[1 + i]! - 1) * strides[i]! - size[i]!),
  }
  const spread = model.op('ConvTranspose', [apart, filter], attributes)
  return { name: model.op('Reshape', [spread, model.int64s([batch, channels, inHeight, inWidth])]), order }
}

/** Each pixel `factors` times as high and wide. */
function enlarged(model: OnnxModel, image: string, factors: readonly [number, number]): string {
  return model.op('Resize', [image, '', model.floats([1, 1, ...factors], [4])], {
    mode: 'nearest',
    nearest_mode: 'floor',
    coordinate_transformation_mode: 'asymmetric',
  })
}

/** How often a pixel of the small image stands in the large one, by rows and columns. */
function factorsOf([, height, width]: readonly number[], [, large, wide]: readonly number[]): [number, number] {
  const factors: [number, number] = [large! / height!, wide! / width!]
  if (!factors.every(Number.isInteger)) throw new LabError('failed', 'images are enlarged by whole numbers only')
  return factors
}

const enlarge: Rule = (node, { model, inOrder }) => {
  const [x] = node.inputs as [GraphNode]
  const factors = factorsOf(x.shape, node.shape)
  return { name: enlarged(model, inOrder(x, CHANNELS_FIRST), factors), order: CHANNELS_FIRST }
}

export const averaging: Readonly<Record<string, Rule>> = {
  AvgPool: averagePool,
  AvgPoolGrad: averagePoolGradient,
  ResizeNearestNeighbor: enlarge,
}
