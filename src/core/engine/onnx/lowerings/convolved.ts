/** A convolution of an image that lies channels first, by whichever of onnxruntime's two ways is faster for its sizes. */
import type { Shape } from '../../program.ts'
import type { Window } from '../../trace/kernels.ts'
import { IN_BLOCKS } from '../model.ts'
import type { Lowering } from './rule.ts'

interface Operands {
  /** `[batch, in, height, width]`. */
  readonly x: string
  /** `[out, in, height, width]`. */
  readonly filter: string
  /** `[out]`. */
  readonly bias?: string
}

interface Sizes {
  /** Numbers that the image and the result hold. */
  readonly x: number
  readonly y: number
  /** `[height, width, in, out]`. */
  readonly filter: Shape
}

/** `[batch, out, height, width]`. */
export function convolved(
  { x, filter, bias }: Operands,
  { pads, strides }: Pick<Window, 'pads' | 'strides'>,
  sizes: Sizes,
  { model, channelBlock }: Lowering,
): string {
  const placed = { pads: [...pads], strides: [...strides] }
  const rest = bias === undefined ? [] : [bias]
  if (!worthBlocks(sizes, channelBlock)) return model.op('Conv', [x, filter, ...rest], placed)
  const [height, width, inChannels, outChannels] = sizes.filter as [number, number, number, number]
  const few = inChannels < channelBlock
  const image = few ? x : model.op('ReorderInput', [x], {}, IN_BLOCKS)
  const apart = few
    ? [outChannels / channelBlock, channelBlock, inChannels, height, width]
    : [outChannels / channelBlock, channelBlock, inChannels / channelBlock, channelBlock, height, width]
  const perm = few ? [0, 2, 3, 4, 1] : [0, 2, 4, 5, 3, 1] // the blocks of out channels last, those of in channels before them
  const inBlocks = model.op('Transpose', [model.op('Reshape', [filter, model.int64s(apart)])], { perm })
  const weights = model.op('Reshape', [inBlocks, model.int64s([outChannels, inChannels, height, width])])
  const attributes = { ...placed, kernel_shape: [height, width], dilations: [1, 1], group: 1 }
  const result = model.op('Conv', [image, weights, ...rest], attributes, IN_BLOCKS)
  return model.op('ReorderOutput', [result], { channels: outChannels }, IN_BLOCKS)
}

/** How many times as long it takes to put a number of a filter in place as one of an image. */
const FILTER_COST = 4

/**
 * Convolutions over blocks of channels are 1.2 to 1.5 times as fast where images are great against filters; putting the image in place takes
 * two parallel passes, the filter a slow transpose. 1x1 filters gain nothing.
 */
function worthBlocks({ x, y, filter }: Sizes, channelBlock: number): boolean {
  if (channelBlock === 0) return false
  const [height, width, inChannels, outChannels] = filter as [number, number, number, number]
  const whole = outChannels % channelBlock === 0 && (inChannels < channelBlock || inChannels % channelBlock === 0)
  return whole && height * width > 1 && FILTER_COST * height * width * inChannels * outChannels <= x + y
}
