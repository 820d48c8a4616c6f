/** Names and shapes that files of weights have: those of PyTorch's state dicts, as torchvision, timm and transformers save them. */

export interface TensorSpec {
  readonly name: string
  /** I64 counts a batch norm's batches: it may be missing, and is not computed with. F32 may be stored as F16 or BF16. */
  readonly dtype: 'F32' | 'I64'
  /** Null where any size fits: classes of a head that will be replaced, positions of another image size. */
  readonly shape: readonly (number | null)[]
  /** The file may lack it. */
  readonly optional?: true
  /** Its second size is 1 and a square: the class token and the patches of a square image. */
  readonly grid?: true
}

export interface ResNet18Shape {
  /** Filters of the first block; 64. */
  readonly width?: number
  /** Null where the head may have any number, or be missing. */
  readonly classes: number | null
}

/** ResNet-18 under torchvision's names, which are timm's too. */
export function resnet18Tensors({ width = 64, classes }: ResNet18Shape): TensorSpec[] {
  const specs = [weight('conv1.weight', width, 3, 7, 7), ...batchNorm('bn1', width)]
  for (let stage = 1; stage <= 4; stage++) {
    const to = width * 2 ** (stage - 1)
    for (let block = 0; block < 2; block++) {
      const name = `layer${stage}.${block}`
      const from = stage > 1 && block === 0 ? to / 2 : to
      specs.push(weight(`${name}.conv1.weight`, to, from, 3, 3), ...batchNorm(`${name}.bn1`, to))
      specs.push(weight(`${name}.conv2.weight`, to, to, 3, 3), ...batchNorm(`${name}.bn2`, to))
      if (from !== to)
        specs.push(weight(`${name}.downsample.0.weight`, to, from, 1, 1), ...batchNorm(`${name}.downsample.1`, to))
    }
  }
  return [...specs, ...head('fc', width * 8, classes)]
}

export interface VitShape {
  /** Numbers of a token; 768 for ViT-B. */
  readonly width?: number
  readonly depth?: number
  /** Side of a patch in pixels; 16. */
  readonly patch?: number
  /** Units of a block's hidden layer; four times the width. */
  readonly hidden?: number
  /** Patches and the class token, or null where any grid fits: it is interpolated to the model's. */
  readonly positions: number | null
  /** Null where the head may have any number, or be missing. */
  readonly classes: number | null
}

/** ViT under timm's names, with query, key and value in one tensor. */
export function vitTensors(shape: VitShape): TensorSpec[] {
  const { width = 768, depth = 12, patch = 16, hidden = 4 * width, positions, classes } = shape
  const blocks = Array.from({ length: depth }, (_, i) => `blocks.${i}`).flatMap(name => [
    ...affine(`${name}.norm1`, width),
    ...dense(`${name}.attn.qkv`, 3 * width, width),
    ...dense(`${name}.attn.proj`, width, width),
    ...affine(`${name}.norm2`, width),
    ...dense(`${name}.mlp.fc1`, hidden, width),
    ...dense(`${name}.mlp.fc2`, width, hidden),
  ])
  return [
    weight('cls_token', 1, 1, width),
    { ...weight('pos_embed', 1, positions, width), grid: true },
    weight('patch_embed.proj.weight', width, 3, patch, patch),
    weight('patch_embed.proj.bias', width),
    ...blocks,
    ...affine('norm', width),
    ...head('head', width, classes),
  ]
}

/** ViT under the names of google/vit-base-patch16-224 (transformers' ViTForImageClassification), query, key and value apart. */
export function vitHuggingFaceTensors(shape: VitShape): TensorSpec[] {
  return vitTensors(shape).flatMap(spec => {
    const names = huggingFaceNames(spec.name)
    const [rows = null, ...rest] = spec.shape
    return names.map(name => ({ ...spec, name, shape: rows === null ? spec.shape : [rows / names.length, ...rest] }))
  })
}

const HUGGING_FACE: Readonly<Record<string, string>> = {
  cls_token: 'vit.embeddings.cls_token',
  pos_embed: 'vit.embeddings.position_embeddings',
  'patch_embed.proj': 'vit.embeddings.patch_embeddings.projection',
  norm1: 'layernorm_before',
  'attn.proj': 'attention.output.dense',
  norm2: 'layernorm_after',
  'mlp.fc1': 'intermediate.dense',
  'mlp.fc2': 'output.dense',
  norm: 'vit.layernorm',
  head: 'classifier',
}

/** The tensor of timm's name, or the three whose rows joined are it: query, key, value. */
export function huggingFaceNames(timm: string): readonly string[] {
  const [, block, part, end = ''] = /^(?:blocks\.(\d+)\.)?(.+?)(\.weight|\.bias)?$/.exec(timm)!
  const before = block === undefined ? '' : `vit.encoder.layer.${block}.`
  if (part === 'attn.qkv') return ['query', 'key', 'value'].map(one => `${before}attention.attention.${one}${end}`)
  return [`${before}${HUGGING_FACE[part!]}${end}`]
}

function weight(name: string, ...shape: (number | null)[]): TensorSpec {
  return { name, dtype: 'F32', shape }
}

function affine(name: string, width: number): TensorSpec[] {
  return [weight(`${name}.weight`, width), weight(`${name}.bias`, width)]
}

function dense(name: string, to: number | null, from: number): TensorSpec[] {
  return [weight(`${name}.weight`, to, from), weight(`${name}.bias`, to)]
}

function head(name: string, from: number, classes: number | null): TensorSpec[] {
  return dense(name, classes, from).map(spec => (classes === null ? { ...spec, optional: true } : spec))
}

function batchNorm(name: string, width: number): TensorSpec[] {
  return [
    ...affine(name, width),
    weight(`${name}.running_mean`, width),
    weight(`${name}.running_var`, width),
    { name: `${name}.num_batches_tracked`, dtype: 'I64', shape: [], optional: true },
  ]
}
