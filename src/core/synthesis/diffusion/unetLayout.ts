/** Which layers the U-Net has, with their tensors: names, shapes and first values. */
import type { Initial, ParameterSpec } from '../../models/index.ts'

/** What decides the network's tensors. */
export interface UnetShape {
  /** Height and width of its images, in pixels: a multiple of `patch * 2 ** (multipliers.length - 1)`. */
  readonly size: number
  /** Side of a patch, in pixels. */
  readonly patch: number
  /** Of the finest grid; a multiple of 8. */
  readonly channels: number
  /** Channels of each grid, finest first, in multiples of `channels`; each grid has half the side of the one before. */
  readonly multipliers: readonly number[]
  readonly classes: number
}

/** A residual block: channels in, channels out. */
export interface Block {
  readonly name: string
  readonly from: number
  readonly to: number
}

/** A block with the convolution that takes its result to the next grid; null at the last. */
interface Stage {
  readonly block: Block
  readonly resample: { readonly name: string; readonly from: number; readonly to: number } | null
}

export interface UnetLayout {
  /** Width of what blocks are told of time and class. */
  readonly told: number
  readonly down: readonly Stage[]
  readonly middle: readonly [Block, Block]
  readonly up: readonly Stage[]
}

export function unetLayout({ channels, multipliers }: UnetShape): UnetLayout {
  const widths = multipliers.map(multiplier => multiplier * channels)
  const last = widths.length - 1
  const deepest = widths[last]!
  const down = widths.map((to, level): Stage => {
    const block = { name: `down.${level}.block`, from: widths[level - 1] ?? channels, to }
    return { block, resample: level === last ? null : { name: `down.${level}.halve`, from: to, to } }
  })
  const up = widths.map((to, level): Stage => {
    const finer = widths[level - 1]
    const block = { name: `up.${level}.block`, from: 2 * to, to } // beside what the way down left at this grid
    return { block, resample: finer === undefined ? null : { name: `up.${level}.enlarge`, from: to, to: finer } }
  })
  const middle = (k: number): Block => ({ name: `middle.${k}`, from: deepest, to: deepest })
  return { told: 4 * channels, down, middle: [middle(0), middle(1)], up: up.toReversed() }
}

/**
 * PyTorch's names and layouts. First values are PyTorch's defaults, but zero for the last layer of each block, of the attention and of the whole, so that the
 * network begins as an identity that finds no noise (Ho et al. 2020, as in their code).
 */
export function unetParameters(shape: UnetShape): readonly ParameterSpec[] {
  const { patch, channels, classes } = shape
  const { told, down, middle, up } = unetLayout(shape)
  const deepest = middle[0].to
  const ofBlock = ({ name, from, to }: Block): ParameterSpec[] => [
    ...affine(`${name}.norm1`, from),
    ...convolution(`${name}.conv1`, from, to, 3),
    ...dense(`${name}.told`, told, to),
    ...affine(`${name}.norm2`, to),
    ...zeroed(convolution(`${name}.conv2`, to, to, 3)),
    ...(from === to ? [] : convolution(`${name}.skip`, from, to, 1)),
  ]
  const ofStage = ({ block, resample }: Stage): ParameterSpec[] => [
    ...ofBlock(block),
    ...(resample === null ? [] : convolution(resample.name, resample.from, resample.to, 3)),
  ]
  return [
    ...dense('time.0', channels, told),
    ...dense('time.2', told, told),
    { name: 'class.weight', shape: [classes, told], initial: { normal: 1 } },
    ...convolution('first', patch * patch, channels, 3),
    ...down.flatMap(ofStage),
    ...ofBlock(middle[0]),
    ...affine('attention.norm', deepest),
    ...dense('attention.qkv', deepest, 3 * deepest),
    ...zeroed(dense('attention.proj', deepest, deepest)),
    ...ofBlock(middle[1]),
    ...up.flatMap(ofStage),
    ...affine('last.norm', channels * shape.multipliers[0]!),
    ...zeroed(convolution('last.conv', channels * shape.multipliers[0]!, patch * patch, 3)),
  ]
}

function convolution(name: string, from: number, to: number, kernel: number): ParameterSpec[] {
  const initial = { uniform: 1 / Math.sqrt(from * kernel * kernel) }
  return [
    { name: `${name}.weight`, shape: [to, from, kernel, kernel], initial },
    { name: `${name}.bias`, shape: [to], initial },
  ]
}

function dense(name: string, from: number, to: number): ParameterSpec[] {
  const initial = { uniform: 1 / Math.sqrt(from) }
  return [
    { name: `${name}.weight`, shape: [to, from], initial },
    { name: `${name}.bias`, shape: [to], initial },
  ]
}

function affine(name: string, width: number): ParameterSpec[] {
  const one = (part: string, initial: Initial): ParameterSpec => ({ name: `${name}.${part}`, shape: [width], initial })
  return [one('weight', { constant: 1 }), one('bias', { constant: 0 })]
}

function zeroed(parameters: readonly ParameterSpec[]): ParameterSpec[] {
  return parameters.map(parameter => ({ ...parameter, initial: { constant: 0 } }))
}
