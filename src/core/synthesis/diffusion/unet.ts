/**
 * The network that tells noise from image: a U-Net in the manner of Ho et al., "Denoising Diffusion Probabilistic Models", 2020 (appendix B): residual blocks of group norm, SiLU
 * and 3x3 convolutions, told the time and the class; attention at the coarsest grid; strided convolutions on the way down, nearest-neighbour enlarging and a convolution on
 * the way up, beside what the way down left. It works on patches: p x p pixels are one place of p^2 channels (torch's pixel_unshuffle), so that large images need
 * no large grids.
 *
 * Its last layer gives the image, and the noise is what remains: with patches of many pixels noise is too much to be passed on by so few channels, and images are not (Li and He, "Back to Basics:
 * Let Denoising Generative Models Denoise", 2025).
 */
import {
  add,
  attention,
  concat,
  conv2d,
  embedding,
  groupNorm,
  linear,
  reshape,
  silu,
  split,
  type Tensor,
  transpose,
  upsampleNearest2d,
} from '../../engine/primitives.ts'
import { type Block, type UnetShape, unetLayout } from './unetLayout.ts'

/** What the network is told of noised images. */
export interface Told {
  /** timeFeatures, `[batch, channels]`, or `[1, channels]` where all are of one time. */
  readonly time: Tensor
  /** Class indices, `[batch]` int32. */
  readonly label: Tensor
}

/** Groups of a group norm. */
const GROUPS = 4

type Weights = Readonly<Record<string, Tensor>>

/** The images that noised ones `x [batch, size, size, 1]` were made of, as far as the network can tell; of the same shape. */
export function imageIn(shape: UnetShape, p: Weights, x: Tensor, { time, label }: Told): Tensor {
  const { down, middle, up } = unetLayout(shape)
  const conv = (name: string, from: Tensor, stride = 1) =>
    conv2d(from, p[`${name}.weight`]!, p[`${name}.bias`]!, { stride, padding: (p[`${name}.weight`]!.shape[2]! - 1) / 2 })
  const dense = (name: string, from: Tensor) => linear(from, p[`${name}.weight`]!, p[`${name}.bias`]!)
  const norm = (name: string, from: Tensor) => groupNorm(from, GROUPS, p[`${name}.weight`]!, p[`${name}.bias`]!)

  const ofTime = dense('time.2', silu(dense('time.0', time))) // [b, 4c]
  const told = silu(add(ofTime, embedding(p['class.weight']!, label))) // [b, 4c]
  const block = ({ name, from, to }: Block, h: Tensor) => {
    const said = reshape(dense(`${name}.told`, told), [-1, 1, 1, to])
    const inner = add(conv(`${name}.conv1`, silu(norm(`${name}.norm1`, h))), said) // [b, n, n, to]
    const outer = conv(`${name}.conv2`, silu(norm(`${name}.norm2`, inner)))
    return add(from === to ? h : conv(`${name}.skip`, h), outer)
  }

  let h = conv('first', patches(x, shape.patch)) // [b, n, n, c]
  const left: Tensor[] = []
  for (const stage of down) {
    h = block(stage.block, h)
    left.push(h)
    if (stage.resample !== null) h = conv(stage.resample.name, h, 2)
  }
  h = block(middle[0], h)
  h = add(h, attended(p, norm('attention.norm', h)))
  h = block(middle[1], h)
  for (const stage of up) {
    h = block(stage.block, concat([h, left.pop()!], 3))
    if (stage.resample !== null) h = conv(stage.resample.name, upsampleNearest2d(h, 2))
  }
  return pixels(conv('last.conv', silu(norm('last.norm', h))), shape.patch) // [b, s, s, 1]
}

/** Self-attention of one head over the places of `[b, n, n, c]`. */
function attended(p: Weights, x: Tensor): Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number]
  const tokens = reshape(x, [batch, height * width, channels])
  const qkv = linear(tokens, p['attention.qkv.weight']!, p['attention.qkv.bias']!) // [b, n^2, 3c]
  const [q, k, v] = split(qkv, 3, -1).map(part => reshape(part, [batch, 1, height * width, channels]))
  const read = reshape(attention(q!, k!, v!).y, [batch, height * width, channels])
  return reshape(linear(read, p['attention.proj.weight']!, p['attention.proj.bias']!), [batch, height, width, channels])
}

/** torch.nn.functional.pixel_unshuffle: `[b, s, s, 1]` -> `[b, s / p, s / p, p^2]`, a patch's pixels row by row. */
function patches(x: Tensor, patch: number): Tensor {
  if (patch === 1) return x
  const [batch, size] = x.shape as [number, number]
  const side = size / patch
  const cut = transpose(reshape(x, [batch, side, patch, side, patch]), [0, 1, 3, 2, 4])
  return reshape(cut, [batch, side, side, patch * patch])
}

/** torch.nn.functional.pixel_shuffle: the inverse. */
function pixels(x: Tensor, patch: number): Tensor {
  if (patch === 1) return x
  const [batch, side] = x.shape as [number, number]
  const joined = transpose(reshape(x, [batch, side, side, patch, patch]), [0, 1, 3, 2, 4])
  return reshape(joined, [batch, side * patch, side * patch, 1])
}
