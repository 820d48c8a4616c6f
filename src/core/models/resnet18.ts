/**
 * ResNet-18 (He et al., "Deep Residual Learning for Image Recognition", 2016, table 1 and figure 3) as torchvision's `resnet18` builds it: its names, the stride
 * in a block's first convolution, batch norm after every convolution, and projection shortcuts where a stage begins. For images of any size,
 * with three channels made of one grey one.
 */
import { add, batchNorm, conv2d, globalAvgPool2d, linear, maxPool2d, relu, type Tensor } from '../engine/primitives.ts'
import { LabError } from '../shared/errors.ts'
import {
  type Configuration,
  type Layer,
  type LayerHook,
  type Model,
  normalised,
  ofLayers,
  type ParameterSpec,
  type Preprocessing,
  type StatisticsUpdate,
} from './model.ts'

/** Of ImageNet's pixels from 0 to 1, as torchvision's weights were trained with. */
const IMAGENET: Preprocessing = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
/** The last stage sees 1/32 of the side: from here on it has more than one place, so that batch norm can train on a single image. */
const SMALLEST = 33

interface Block {
  readonly name: string
  readonly from: number
  readonly to: number
  readonly stride: 1 | 2
}

/**
 * @param size input height and width in pixels, at least 33
 * @param configuration `width`: filters of the first stage, 64 in the paper; every next stage has twice as many
 * @throws LabError `usage` where the size is too small
 */
export function resnet18(
  size: number,
  classes: number,
  configuration: Configuration,
  preprocessing: Preprocessing = IMAGENET,
): Model {
  if (!Number.isInteger(size) || size < SMALLEST)
    throw new LabError('usage', `resnet18 takes a size of at least ${SMALLEST}, not ${size}`)
  const width = configuration.width!
  const last = 8 * width
  const blocks = [1, 2, 3, 4].flatMap((stage): Block[] => {
    const to = width * 2 ** (stage - 1)
    const first: Block =
      stage === 1
        ? { name: 'layer1.0', from: width, to, stride: 1 }
        : { name: `layer${stage}.0`, from: to / 2, to, stride: 2 }
    return [first, { name: `layer${stage}.1`, from: to, to, stride: 1 }]
  })

  function features(
    p: Readonly<Record<string, Tensor>>,
    pixels: Tensor,
    hook: LayerHook = same,
    update?: StatisticsUpdate,
  ): Tensor {
    const conv = (name: string, x: Tensor, stride: number, padding: number) =>
      conv2d(x, p[`${name}.weight`]!, null, { stride, padding })
    const norm = (name: string, x: Tensor) => normedBy(p, name, x, update)

    /** Figure 2 and section 3.3: y = ReLU(F(x) + x), or with the shortcut's own 1x1 convolution where x has another shape. */
    const basicBlock = (x: Tensor, { name, from, to, stride }: Block) => {
      const inner = relu(norm(`${name}.bn1`, conv(`${name}.conv1`, x, stride, 1))) // [b, h / stride, w / stride, to]
      const residual = norm(`${name}.bn2`, conv(`${name}.conv2`, inner, 1, 1)) // the same
      const shortcut = from === to ? x : norm(`${name}.downsample.1`, conv(`${name}.downsample.0`, x, stride, 0))
      return relu(add(residual, shortcut))
    }

    const x = hook('image', normalised(pixels, preprocessing)) // [b, s, s, 3]
    const c = hook('conv1', conv('conv1', x, 2, 3)) // [b, s/2, s/2, 64]
    let y = maxPool2d(relu(norm('bn1', c)), 3, { stride: 2, padding: 1 }) // [b, s/4, s/4, 64]
    for (const block of blocks) y = hook(block.name, basicBlock(y, block)) // ... [b, s/32, s/32, 512]
    return globalAvgPool2d(y) // [b, 512]
  }
  const classify = (p: Readonly<Record<string, Tensor>>, x: Tensor) => linear(x, p['fc.weight']!, p['fc.bias']!) // [b, classes]

  return {
    name: 'resnet18',
    size,
    classes,
    configuration,
    preprocessing,
    ...ofLayers(layersOf(size, classes, width, blocks)),
    head: ['fc.weight', 'fc.bias'],
    mixesRows: true,
    explainable: ['conv1', ...blocks.map(block => block.name)].toReversed(),
    width: last,
    features,
    classify,
    logits: (p, pixels, hook, update) => classify(p, features(p, pixels, hook, update)),
  }
}

const same: LayerHook = (_, result) => result

function normedBy(
  p: Readonly<Record<string, Tensor>>,
  name: string,
  x: Tensor,
  update: StatisticsUpdate | undefined,
): Tensor {
  const { y, runningMean, runningVar } = batchNorm(
    x,
    {
      weight: p[`${name}.weight`]!,
      bias: p[`${name}.bias`]!,
      runningMean: p[`${name}.running_mean`]!,
      runningVar: p[`${name}.running_var`]!,
    },
    { training: update !== undefined },
  )
  update?.(`${name}.running_mean`, runningMean)
  update?.(`${name}.running_var`, runningVar)
  return y
}

/** Side after a stride of 2 with the paddings that torchvision gives to kernels of 7, 3 and 1. */
function half(side: number): number {
  return Math.ceil(side / 2)
}

function layersOf(size: number, classes: number, width: number, blocks: readonly Block[]): Layer[] {
  const layers = [convolution('conv1', 'bn1', 'convolution 7x7 stride 2, batch norm, ReLU', 3, width, 7, half(size))]
  let side = half(half(size))
  layers.push(without('maxpool', 'max pool 3x3 stride 2', [width, side, side]))
  for (const { name, from, to, stride } of blocks) {
    if (stride === 2) side = half(side)
    const strided = stride === 2 ? ' stride 2' : ''
    layers.push(
      convolution(`${name}.conv1`, `${name}.bn1`, `convolution 3x3${strided}, batch norm, ReLU`, from, to, 3, side),
      convolution(`${name}.conv2`, `${name}.bn2`, 'convolution 3x3, batch norm', to, to, 3, side),
    )
    const projection = `convolution 1x1${strided}, batch norm`
    if (from !== to) layers.push(convolution(`${name}.downsample.0`, `${name}.downsample.1`, projection, from, to, 1, side))
    layers.push(without(name, 'sum with the shortcut, ReLU', [to, side, side]))
  }
  const last = 8 * width
  const initial = { uniform: 1 / Math.sqrt(last) } // torch.nn.Linear's default
  layers.push(without('avgpool', 'mean over places', [last]), {
    parameters: [
      { name: 'fc.weight', shape: [classes, last], initial },
      { name: 'fc.bias', shape: [classes], initial },
    ],
    summary: {
      name: 'fc',
      kind: 'dense',
      output: [classes],
      parameters: classes * (last + 1),
      multiplyAdds: classes * last,
    },
  })
  return layers
}

/** A convolution without bias and its batch norm; weights as torchvision's kaiming_normal_(mode='fan_out', nonlinearity='relu'). */
function convolution(
  name: string,
  norm: string,
  kind: string,
  from: number,
  to: number,
  kernel: number,
  side: number,
): Layer {
  const taps = kernel * kernel
  const one = (part: string, constant: number): ParameterSpec => ({
    name: `${norm}.${part}`,
    shape: [to],
    initial: { constant },
  })
  return {
    parameters: [
      { name: `${name}.weight`, shape: [to, from, kernel, kernel], initial: { normal: Math.sqrt(2 / (to * taps)) } },
      one('weight', 1),
      one('bias', 0),
    ],
    statistics: [one('running_mean', 0), one('running_var', 1)],
    summary: {
      name,
      kind,
      output: [to, side, side],
      parameters: to * from * taps + 2 * to,
      multiplyAdds: to * from * taps * side * side,
    },
  }
}

function without(name: string, kind: string, output: readonly number[]): Layer {
  return { parameters: [], summary: { name, kind, output, parameters: 0, multiplyAdds: 0 } }
}
