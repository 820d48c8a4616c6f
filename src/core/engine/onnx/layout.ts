/**
 * How a traced value lies in memory. tfjs speaks of images as `[batch, height, width, channels]`; onnxruntime's convolutions want the channels
 * before the rows. Each stored value remembers its order of axes, so that a transpose of tfjs's costs nothing until someone needs another order.
 */
import type { Shape } from '../program.ts'

/** Axis `i` in memory is logical axis `order[i]`. */
export type Order = readonly number[]

export interface Stored {
  readonly name: string
  readonly order: Order
}

/** Images in memory as `[batch, channels, height, width]`. */
export const CHANNELS_FIRST: Order = [0, 3, 1, 2]
/** A filter `[height, width, in, out]` in memory as PyTorch's `[out, in, height, width]`. */
export const OUT_IN_FIRST: Order = [3, 2, 0, 1]

export function identityOrder(rank: number): Order {
  return Array.from({ length: rank }, (_, i) => i)
}

export function sameOrder(a: Order, b: Order): boolean {
  return a.length === b.length && a.every((axis, i) => axis === b[i])
}

/** The shape in memory of a logical shape. */
export function storedShape(shape: Shape, order: Order): number[] {
  return order.map(axis => shape[axis]!)
}

/** The permutation that brings a value stored in order `from` into order `to` (ONNX Transpose's `perm`). */
export function permutation(from: Order, to: Order): number[] {
  return to.map(axis => from.indexOf(axis))
}

/** Whether a change of order moves only axes of size 1, so that the bytes stay where they are. */
export function movesNothing(shape: Shape, from: Order, to: Order): boolean {
  const big = (order: Order): Order => order.filter(axis => shape[axis] !== 1)
  return sameOrder(big(from), big(to))
}
