/** The gradient of a convolution's filter: matrix products of what each place (y, x) of the filter, a tap, meets with dL/dy. */
import type { GraphNode } from '../../trace/graph.ts'
import { convolutionWindow, type Window } from '../../trace/kernels.ts'
import { CHANNELS_FIRST, OUT_IN_FIRST, type Stored } from '../layout.ts'
import { MICROSOFT, type OnnxModel } from '../model.ts'
import type { Rule } from './rule.ts'
import { pad, reshape } from './shapes.ts'

interface Sizes {
  readonly window: Window
  readonly batch: number
  readonly image: readonly [number, number]
  readonly out: readonly [number, number]
  readonly inChannels: number
  readonly outChannels: number
}

/** Up to here all taps are worth one product; beyond, copying them side by side costs more than it saves. */
const FEW_CHANNELS = 4

/** dL/dW, by what is cheapest to copy for these sizes; no im2col copy of a whole batch but where that is small. */
export const filterGradient: Rule = (node, { model, inOrder }) => {
  const [x, dy] = node.inputs as [GraphNode, GraphNode]
  const window = convolutionWindow(x.shape, node.shape, node.attributes)
  const [height, width, inChannels, outChannels] = node.shape as [number, number, number, number]
  const [batch, outHeight, outWidth] = dy.shape as [number, number, number]
  const [, imageHeight, imageWidth] = x.shape as [number, number, number]
  const sizes: Sizes = {
    window,
    batch,
    image: [imageHeight, imageWidth],
    out: [outHeight, outWidth],
    inChannels,
    outChannels,
  }
  const places = outHeight * outWidth
  const deep = outChannels * inChannels * height * width > 2 * places * (inChannels + outChannels)
  const way = inChannels <= FEW_CHANNELS ? ofFewChannels : deep ? ofDeepLayers : tapByTap
  return way(model, inOrder(x, CHANNELS_FIRST), inOrder(dy, CHANNELS_FIRST), sizes)
}

type Way = (model: OnnxModel, x: string, dy: string, sizes: Sizes) => ReturnType<Rule>

/**
 * Few places and many channels: the batch is summed over inside one product for all taps, of what lies `[out, batch * places]` and
 * `[in * taps, batch * places]`, so that no filter-sized result is made for every image.
 */
const ofDeepLayers: Way = (model, x, dy, { window, batch, out, inChannels, outChannels }) => {
  const [height, width] = window.size
  const places = batch * out[0] * out[1]
  const batchInside = (name: string) => model.op('Transpose', [name], { perm: [1, 0, 2, 3] })
  const padded = batchInside(pad(model, x, window.pads)) // [in, batch, height, width]
  const taps = places2d(window.size).map(start =>
    reshape(model, cut(model, padded, start, window.strides, out), [inChannels, 1, places]),
  )
  const met = taps.length === 1 ? taps[0]! : model.op('Concat', taps, { axis: 1 }) // [in, taps, places]
  const flat = reshape(model, met, [inChannels * taps.length, places])
  const sum = model.op('Gemm', [reshape(model, batchInside(dy), [outChannels, places]), flat], { transB: 1 })
  return { name: reshape(model, sum, [outChannels, inChannels, height, width]), order: OUT_IN_FIRST }
}

/** A product for every tap and image, and the sum over images after them. */
const tapByTap: Way = (model, x, dy, sizes) => {
  const { window, batch, image, out, inChannels, outChannels } = sizes
  const [height, width] = window.size
  const product = (gradient: string, met: string) => model.op('FusedMatMul', [gradient, met], { transB: 1 }, MICROSOFT) // [batch, out, in]
  if (window.strides.some(stride => stride !== 1)) {
    const places = out[0] * out[1]
    const padded = pad(model, x, window.pads)
    const gradient = reshape(model, dy, [batch, outChannels, places])
    const products = places2d(window.size).map(start => {
      const tap = cut(model, padded, start, window.strides, out)
      return product(gradient, reshape(model, tap, [batch, inChannels, places]))
    })
    return summed(model, products, window.size, sizes)
  }
  // What tap (y, x) meets is the image moved by both. Moving the image by x and the gradient by -y instead makes as many copies as a
  // filter has rows and columns, not places; what is moved out of the image meets zeros.
  const [top, left] = window.pads
  const places = image[0] * out[1]
  const columns = Array.from({ length: width }, (_, column) => {
    const moved = pad(model, x, [0, left - column, 0, out[1] - image[1] + column - left])
    return reshape(model, moved, [batch, inChannels, places])
  })
  const rows = Array.from({ length: height }, (_, row) => {
    const moved = pad(model, dy, [row - top, 0, image[0] - out[0] + top - row, 0])
    return reshape(model, moved, [batch, outChannels, places])
  })
  const products = places2d(window.size).map(([row, column]) => product(rows[row]!, columns[column]!))
  return summed(model, products, window.size, sizes)
}

/** All taps in one product for each image. */
const ofFewChannels: Way = (model, x, dy, sizes) => {
  const { window, batch, out, inChannels, outChannels } = sizes
  const [top, left, bottom, right] = window.pads
  // The four phases of a pool (passes/poolPhases.ts) meet the same image at starts that differ by one: they share all taps of any of them.
  const phase = top !== bottom || left !== right
  const margin = phase ? window.size.map(size => Math.ceil((size - 1) / 2)) : [top, left]
  const pads = phase ? ([margin[0]!, margin[1]!, margin[0]!, margin[1]!] as const) : window.pads
  const wide = window.size.map((size, i) => (phase ? size + window.strides[i]! - 1 : size)) as [number, number]
  const places = out[0] * out[1]
  const padded = pad(model, x, pads)
  const taps = inTwoCuts(model, padded, wide, window.strides, out).map(tap =>
    reshape(model, tap, [batch, inChannels, places]),
  )
  const met = model.op('Concat', taps, { axis: 1 }) // [batch, taps * in, places]
  const gradient = reshape(model, dy, [batch, outChannels, places])
  const all = model.op('FusedMatMul', [gradient, met], { transB: 1 }, MICROSOFT)
  return summed(model, [all], wide, sizes, phase ? [margin[0]! - top, margin[1]! - left] : undefined)
}

/**
 * Products `[batch, out, taps * in]`, or one for each tap, summed over the batch, as a filter.
 * @param start where the filter's own taps begin among them
 */
function summed(
  model: OnnxModel,
  products: readonly string[],
  [height, width]: readonly [number, number],
  { window, batch, inChannels, outChannels }: Sizes,
  start?: readonly [number, number],
): Stored {
  const joined = products.length === 1 ? products[0]! : model.op('Concat', products, { axis: 2 })
  const sum = batch === 1 ? joined : model.op('ReduceSum', [joined, model.int64s([0])], { keepdims: 0 })
  const all = reshape(model, sum, [outChannels, height, width, inChannels])
  const filter = model.op('Transpose', [start === undefined ? all : own(all, start)], { perm: [0, 3, 1, 2] })
  return { name: filter, order: OUT_IN_FIRST }

  function own(taps: string, [row, column]: readonly [number, number]): string {
    const end = [row + window.size[0], column + window.size[1]]
    return model.op('Slice', [taps, ...[[row, column], end, [1, 2]].map(value => model.int64s(value))])
  }
}

/** Every (row, column) of a window, row by row. */
function places2d([height, width]: readonly [number, number]): (readonly [number, number])[] {
  return Array.from({ length: height * width }, (_, k) => [Math.floor(k / width), k % width] as const)
}

/** The pixels that one place of the filter meets, one for each place of the result: from `start`, `strides` apart. */
function cut(
  model: OnnxModel,
  padded: string,
  start: readonly [number, number],
  strides: Window['strides'],
  out: readonly [number, number],
): string {
  const end = start.map((first, i) => first + (out[i]! - 1) * strides[i]! + 1)
  return model.op('Slice', [padded, ...[start, end, [2, 3], strides].map(value => model.int64s(value))])
}

/** All taps of a window, row by row: columns first, so that each pixel is picked out of its row once for a column, and rows are copied whole. */
function inTwoCuts(
  model: OnnxModel,
  padded: string,
  [height, width]: readonly [number, number],
  strides: Window['strides'],
  out: readonly [number, number],
): string[] {
  const along = (name: string, axis: 2 | 3, start: number): string => {
    const end = start + (out[axis - 2]! - 1) * strides[axis - 2]! + 1
    return model.op('Slice', [name, ...[[start], [end], [axis], [strides[axis - 2]!]].map(value => model.int64s(value))])
  }
  const columns = Array.from({ length: width }, (_, column) => along(padded, 3, column))
  return places2d([height, width]).map(([row, column]) => along(columns[column]!, 2, row))
}
