/**
 * ViT-B/16 (Dosovitskiy et al., "An Image is Worth 16x16 Words", 2021, equations 1 to 4) as timm's `vit_base_patch16_224` builds it: its names, normalising before each part,
 * query, key and value in one product, exact GELU, and the class token's last state as features. For square images of any whole number of patches.
 */
import {
  add,
  attention,
  concat,
  conv2d,
  expand,
  gelu,
  layerNorm,
  linear,
  mergeHeads,
  reshape,
  slice,
  split,
  splitHeads,
  type Tensor,
} from '../engine/primitives.ts'
import { LabError } from '../shared/errors.ts'
import {
  type Configuration,
  type Initial,
  type Layer,
  type LayerHook,
  type Model,
  normalised,
  ofLayers,
  type Preprocessing,
} from './model.ts'

/** As the weights of both timm and google were trained with. */
const HALF: Preprocessing = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }
/** Units of a block's hidden layer for each of its width. */
const HIDDEN = 4

type Weights = Readonly<Record<string, Tensor>>

/**
 * @param size input height and width in pixels, a multiple of the patch
 * @param configuration `depth` blocks of `width` numbers a token, `heads` of attention, `patch` pixels a side; `epsilon` of layer norm: 1e-6 in
 * timm, 1e-12 in google/vit-base-patch16-224
 * @throws LabError `usage` where the size or the width cannot be divided
 */
export function vit(
  size: number,
  classes: number,
  configuration: Configuration,
  preprocessing: Preprocessing = HALF,
): Model {
  const { depth, width, heads, patch, epsilon } = configuration as Record<
    'depth' | 'width' | 'heads' | 'patch' | 'epsilon',
    number
  >
  if (!Number.isInteger(size) || size < patch || size % patch !== 0)
    throw new LabError('usage', `vit takes a size that is a multiple of its patches of ${patch} pixels, not ${size}`)
  if (width % heads !== 0) throw new LabError('usage', `vit: a width of ${width} cannot be divided among ${heads} heads`)
  const patches = (size / patch) ** 2
  const blocks = Array.from({ length: depth }, (_, i) => `blocks.${i}`)

  function features(p: Weights, pixels: Tensor, hook: LayerHook = (_, result) => result): Tensor {
    const batch = pixels.shape[0]!
    const dense = (name: string, x: Tensor) => linear(x, p[`${name}.weight`]!, p[`${name}.bias`]!)
    const norm = (name: string, x: Tensor) => hook(name, layerNorm(x, p[`${name}.weight`]!, p[`${name}.bias`]!, epsilon))
    const classToken = (x: Tensor) => slice(x, [0, 0, 0], [batch, 1, width]) // [b, 1, w]

    /** Equation 2: multi-head self-attention. Its weights `[b, heads, n, n]` are shown to the hook under timm's name for their dropout. */
    const selfAttention = (name: string, x: Tensor) => {
      const [q, k, v] = split(dense(`${name}.qkv`, x), 3, -1).map(part => splitHeads(part, heads)) // [b, heads, n, w / heads]
      const { y, weights } = attention(q!, k!, v!)
      hook(`${name}.attn_drop`, weights)
      return mergeHeads(y) // [b, n, w]
    }

    /** Equations 2 and 3. Of the last block only the class token is read: the others end with its attention. */
    const encoderBlock = (x: Tensor, name: string) => {
      const attended = selfAttention(`${name}.attn`, norm(`${name}.norm1`, x)) // [b, n, w]
      const read = name === blocks.at(-1) ? classToken : (tokens: Tensor) => tokens
      const y = add(read(x), dense(`${name}.attn.proj`, read(attended))) // [b, n or 1, w]
      const hidden = gelu(dense(`${name}.mlp.fc1`, norm(`${name}.norm2`, y))) // [b, n or 1, 4w]
      return add(y, dense(`${name}.mlp.fc2`, hidden)) // [b, n or 1, w]
    }

    const x = hook('image', normalised(pixels, preprocessing)) // [b, s, s, 3]
    const grid = conv2d(x, p['patch_embed.proj.weight']!, p['patch_embed.proj.bias']!, { stride: patch }) // [b, s/16, s/16, w]
    const tokens = concat([expand(p.cls_token!, [batch, 1, width]), reshape(grid, [batch, patches, width])], 1) // [b, n, w]
    const z = blocks.reduce(encoderBlock, add(tokens, p.pos_embed!)) // equation 1; [b, 1, w]
    return reshape(norm('norm', z), [batch, width]) // equation 4; [b, w]
  }
  const classify = (p: Weights, x: Tensor) => linear(x, p['head.weight']!, p['head.bias']!) // [b, classes]

  return {
    name: 'vit',
    size,
    classes,
    configuration,
    preprocessing,
    ...ofLayers(layersOf({ width, patch, heads, tokens: patches + 1, classes, blocks })),
    head: ['head.weight', 'head.bias'],
    explainable: blocks.map(name => `${name}.norm1`).toReversed(),
    width,
    features,
    classify,
    logits: (p, pixels, hook) => classify(p, features(p, pixels, hook)),
  }
}

interface Sizes {
  readonly width: number
  readonly patch: number
  readonly heads: number
  readonly tokens: number
  readonly classes: number
  readonly blocks: readonly string[]
}

/** Initial weights are timm's (init_weights_vit_timm): its truncation at 2 is 100 standard deviations away. */
function layersOf({ width, patch, heads, tokens, classes, blocks }: Sizes): Layer[] {
  const pixels = 3 * patch * patch
  const uniform = 1 / Math.sqrt(pixels) // torch.nn.Conv2d's default
  const embedding: Layer = {
    parameters: [
      { name: 'cls_token', shape: [1, 1, width], initial: { normal: 1e-6 } },
      { name: 'pos_embed', shape: [1, tokens, width], initial: { normal: 0.02 } },
      { name: 'patch_embed.proj.weight', shape: [width, 3, patch, patch], initial: { uniform } },
      { name: 'patch_embed.proj.bias', shape: [width], initial: { uniform } },
    ],
    summary: {
      name: 'patch_embed',
      kind: `patches of ${patch}x${patch}, class token, positions`,
      output: [tokens, width],
      parameters: width * (pixels + 1) + width * (tokens + 1),
      multiplyAdds: (tokens - 1) * width * pixels,
    },
  }
  const encoder = blocks.flatMap((name, i) => {
    const ends = i === blocks.length - 1
    const read = ends ? 1 : tokens
    const only = ends ? ', of the class token' : ''
    const attending = [...dense(`${name}.attn.qkv`, width, 3 * width), ...dense(`${name}.attn.proj`, width, width)]
    const hidden = [...dense(`${name}.mlp.fc1`, width, HIDDEN * width), ...dense(`${name}.mlp.fc2`, HIDDEN * width, width)]
    const products = 3 * tokens * width * width + 2 * tokens * tokens * width + read * width * width
    return [
      layer(`${name}.norm1`, 'layer norm', affine(`${name}.norm1`, width), [tokens, width], 0),
      layer(`${name}.attn`, `attention of ${heads} heads, sum with its input`, attending, [read, width], products),
      layer(`${name}.norm2`, `layer norm${only}`, affine(`${name}.norm2`, width), [read, width], 0),
      layer(
        `${name}.mlp`,
        `dense, GELU, dense, sum with its input${only}`,
        hidden,
        [read, width],
        2 * HIDDEN * read * width * width,
      ),
    ]
  })
  return [
    embedding,
    ...encoder,
    layer('norm', 'layer norm, of the class token', affine('norm', width), [width], 0),
    layer('head', 'dense', dense('head', width, classes), [classes], classes * width),
  ]
}

type Parameters = Layer['parameters']

function dense(name: string, from: number, to: number): Parameters {
  return [
    { name: `${name}.weight`, shape: [to, from], initial: { normal: 0.02 } },
    { name: `${name}.bias`, shape: [to], initial: { constant: 0 } },
  ]
}

function affine(name: string, width: number): Parameters {
  const one = (part: string, initial: Initial) => ({ name: `${name}.${part}`, shape: [width], initial })
  return [one('weight', { constant: 1 }), one('bias', { constant: 0 })]
}

function layer(name: string, kind: string, parameters: Parameters, output: readonly number[], multiplyAdds: number): Layer {
  const count = parameters.reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0)
  return { parameters, summary: { name, kind, output, parameters: count, multiplyAdds } }
}
