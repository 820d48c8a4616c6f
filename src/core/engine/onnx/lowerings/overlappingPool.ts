/**
 * The gradient of max pools whose windows overlap, are padded or leave pixels over. As in PyTorch (and tfjs), a window's gradient goes to the first of its
 * maxima, in row order. Inputs dy, x, y; `relu` as in ./pooling.ts: x is the pre-activation of a ReLU before the pool.
 */
import { LabError } from '../../../shared/errors.ts'
import { sizeOf } from '../../program.ts'
import type { GraphNode } from '../../trace/graph.ts'
import { poolWindow, type Window } from '../../trace/kernels.ts'
import { CHANNELS_FIRST, storedShape } from '../layout.ts'
import { ELEMENT, type OnnxModel } from '../model.ts'
import type { Rule } from './rule.ts'
import { pad } from './shapes.ts'

/** Gradients of windows: dy, or with a ReLU before the pool dy where the maximum is above 0. */
function windowGradients(model: OnnxModel, dy: string, y: string, relu: boolean): string {
  if (!relu) return dy
  const passes = model.op('Cast', [model.op('Greater', [y, model.floats([0], [])])], { to: ELEMENT.float32 })
  return model.op('Mul', [dy, passes])
}

/**
 * On the processor: the pool once more, for the indices of its maxima, and a scatter that adds. For 3x3 windows over `[8, 64, 128, 128]` on 2 threads of
 * onnxruntime 1.32 it took 73 ms, the comparisons below 157; PyTorch 2.15's backward pass alone 45.
 */
function scattered(relu: boolean): Rule {
  return (node, { model, inOrder }) => {
    const [dy, x, y] = node.inputs as [GraphNode, GraphNode, GraphNode]
    const { size, strides, pads } = poolWindow(x.shape, node.attributes)
    const attributes = { kernel_shape: [...size], strides: [...strides], pads: [...pads] }
    const indices = model.several(2, 'MaxPool', [inOrder(x, CHANNELS_FIRST)], attributes)[1]!
    const given = windowGradients(model, inOrder(dy, CHANNELS_FIRST), inOrder(y, CHANNELS_FIRST), relu)
    const flat = model.int64s([-1])
    const zeros = model.op('ConstantOfShape', [model.int64s([sizeOf(x.shape)])])
    const operands = [zeros, model.op('Reshape', [indices, flat]), model.op('Reshape', [given, flat])]
    const sums = model.op('ScatterElements', operands, { axis: 0, reduction: 'add' })
    const shape = model.int64s(storedShape(x.shape, CHANNELS_FIRST))
    return { name: model.op('Reshape', [sums, shape]), order: CHANNELS_FIRST }
  }
}

/**
 * On GPUs, whose pools give no indices (WebGPU) and whose scatters add in no fixed order (CUDA): for each place of the window, the pixels that are their window's
 * first maximum, by comparison; then every row and column of the image modulo the stride is a sum of those, and they are interleaved.
 */
function compared(relu: boolean): Rule {
  return (node, { model, inOrder }) => {
    const [dy, x, y] = node.inputs as [GraphNode, GraphNode, GraphNode]
    const window = poolWindow(x.shape, node.attributes)
    const [batch, height, width, channels] = x.shape as [number, number, number, number]
    const [, outHeight, outWidth] = dy.shape as [number, number, number]
    if (window.size.some((n, i) => n < window.strides[i]!))
      throw new LabError('failed', 'max pools with gaps between their windows are not lowered for GPUs')
    const places = phases(window, [height, width])
    const padded = padTo(model, inOrder(x, CHANNELS_FIRST), window.pads, [height, width], places.covered)
    const maxima = inOrder(y, CHANNELS_FIRST)
    let left = windowGradients(model, inOrder(dy, CHANNELS_FIRST), maxima, relu)

    const gradients = Array.from({ length: window.size[0] * window.size[1] }, (_, at) => {
      const starts = [Math.floor(at / window.size[1]), at % window.size[1]]
      const ends = [
        starts[0]! + (outHeight - 1) * window.strides[0] + 1,
        starts[1]! + (outWidth - 1) * window.strides[1] + 1,
      ]
      const bounds = [starts, ends, [2, 3], [...window.strides]].map(value => model.int64s(value))
      const hit = model.op('Equal', [model.op('Slice', [padded, ...bounds]), maxima])
      const taken = model.op('Mul', [model.op('Cast', [hit], { to: ELEMENT.float32 }), left])
      if (at < window.size[0] * window.size[1] - 1) left = model.op('Sub', [left, taken])
      return { row: starts[0]!, column: starts[1]!, name: taken }
    })

    const [rows, columns] = places.count
    const [down, across] = window.strides
    const bands = Array.from({ length: down }, (_, band) => {
      const cells = Array.from({ length: across }, (__, cell) => {
        const meeting = gradients.filter(({ row, column }) => row % down === band && column % across === cell)
        const sum = meeting
          .map(({ row, column, name }) => {
            const [above, before] = [Math.floor(row / down), Math.floor(column / across)]
            return pad(model, name, [above, before, rows - above - outHeight, columns - before - outWidth])
          })
          .reduce((so, next) => model.op('Add', [so, next]))
        return model.op('Reshape', [sum, model.int64s([batch, channels, rows, columns, 1])])
      })
      const row = across === 1 ? cells[0]! : model.op('Concat', cells, { axis: 4 })
      return model.op('Reshape', [row, model.int64s([batch, channels, rows, 1, columns * across])])
    })
    const woven = down === 1 ? bands[0]! : model.op('Concat', bands, { axis: 3 })
    const image = model.op('Reshape', [woven, model.int64s([batch, channels, rows * down, columns * across])])
    const [top, start] = window.pads
    const bounds = [
      [top, start],
      [top + height, start + width],
      [2, 3],
    ].map(value => model.int64s(value))
    return { name: model.op('Slice', [image, ...bounds]), order: CHANNELS_FIRST }
  }
}

/** How many rows and columns of windows' steps cover the padded image, and how many pixels those are. */
function phases({ strides, pads, size, outShape }: Window, [height, width]: readonly [number, number]) {
  const count = [0, 1].map(i => {
    const padded = [height, width][i]! + pads[i]!
    const reach = Math.floor((size[i]! - 1) / strides[i]!) + outShape[1 + i]!
    return Math.max(Math.ceil(padded / strides[i]!), reach)
  }) as [number, number]
  const covered = count.map((n, i) => n * strides[i]!) as [number, number]
  return { count, covered }
}

/** The image with its pads, and on to the pixels that the windows' steps cover; what is added is lower than any pixel. */
function padTo(
  model: OnnxModel,
  name: string,
  [top, left]: Window['pads'],
  [height, width]: readonly [number, number],
  [rows, columns]: readonly [number, number],
): string {
  const pads = [0, 0, top, left, 0, 0, Math.max(rows - height - top, 0), Math.max(columns - width - left, 0)]
  return model.op('Pad', [name, model.int64s(pads), model.floats([-3.4e38], [])])
}

/** By target, for ./pooling.ts. */
export function overlappingGradient(relu: boolean): Rule {
  const [cpu, gpu] = [scattered(relu), compared(relu)]
  return (node, lowering) => (lowering.target === 'cpu' ? cpu : gpu)(node, lowering)
}
