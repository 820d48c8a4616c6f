/** Kernels that move a window over images: convolutions and pools with their gradients, resizing. */
import * as tf from '#tfjs'
import type { Shape } from '../../program.ts'
import type { Attributes, KernelTable } from './rule.ts'

/** Where a convolution's window lies. Sizes and pads in pixels, (height, width). */
export interface Window {
  readonly size: readonly [number, number]
  readonly strides: readonly [number, number]
  /** top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number]
  readonly outShape: Shape
}

type Pad = Parameters<typeof tf.backend_util.computeConv2DInfo>[4]

/** The window of a Conv2D (or one of its gradients) over an input `[batch, height, width, channels]`. */
export function convolutionWindow(input: Shape, filter: Shape, attributes: Attributes): Window {
  const info = tf.backend_util.computeConv2DInfo(
    [...input] as [number, number, number, number],
    [...filter] as [number, number, number, number],
    attributes.strides as number,
    (attributes.dilations as number | undefined) ?? 1,
    attributes.pad as Pad,
    attributes.dimRoundingMode as 'floor' | undefined,
  )
  return windowOf(info)
}

/** The window of a MaxPool or AvgPool over an input `[batch, height, width, channels]`. */
export function poolWindow(input: Shape, attributes: Attributes): Window {
  const info = tf.backend_util.computePool2DInfo(
    [...input] as [number, number, number, number],
    attributes.filterSize as number,
    attributes.strides as number,
    1,
    attributes.pad as Pad,
    attributes.dimRoundingMode as 'floor' | undefined,
  )
  return windowOf(info)
}

function windowOf(info: ReturnType<typeof tf.backend_util.computeConv2DInfo>): Window {
  const { top, left, bottom, right } = info.padInfo
  return {
    size: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    pads: [top, left, bottom, right],
    outShape: info.outShape,
  }
}

const pooled: KernelTable[string] = {
  inputs: ['x'],
  shape: ({ shapes, attributes }) => poolWindow(shapes[0]!, attributes).outShape,
}

export const windows: KernelTable = {
  Conv2D: {
    inputs: ['x', 'filter'],
    shape: ({ shapes, attributes }) => convolutionWindow(shapes[0]!, shapes[1]!, attributes).outShape,
  },
  Conv2DBackpropFilter: { inputs: ['x', 'dy'], shape: ({ attributes }) => attributes.filterShape as Shape },
  Conv2DBackpropInput: { inputs: ['dy', 'filter'], shape: ({ attributes }) => attributes.inputShape as Shape },
  MaxPool: pooled,
  MaxPoolGrad: { inputs: ['dy', 'input', 'output'], shape: ({ shapes }) => shapes[1]! },
  AvgPool: pooled,
  AvgPoolGrad: { inputs: ['dy', 'input'], shape: ({ shapes }) => shapes[1]! },
  ResizeNearestNeighbor: {
    inputs: ['images'],
    shape: ({ shapes: [images], attributes }) => [images![0]!, ...(attributes.size as [number, number]), images![3]!],
  },
}
