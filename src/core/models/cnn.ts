/**
 * The dissertation's CNN, from scratch: two blocks of convolution, ReLU and 2x2 max pool, then two hidden dense layers. Widths and
 * names are pinned (32 and 64 filters, 128 and 64 units) so that weights can be exchanged with PyTorch; see docs/models.md.
 */
import { conv2d, div, flattenChannelsFirst, linear, maxPool2d, relu, scalar, type Tensor } from '../engine/primitives.ts'
import { LabError } from '../shared/errors.ts'
import { type Configuration, type Layer, type LayerHook, type Model, ofLayers } from './model.ts'

const FILTERS = [32, 64] as const
const HIDDEN = [128, 64] as const

/**
 * @param size input height and width in pixels, a multiple of 4
 * @throws LabError `usage` where the size does not fit two 2x2 pools
 */
export function cnn(size: number, classes: number, configuration: Configuration): Model {
  if (!Number.isInteger(size) || size < 8 || size % 4 !== 0) {
    throw new LabError('usage', `cnn takes a size that is a multiple of 4 and at least 8, not ${size}`)
  }
  const flat = FILTERS[1] * (size / 4) ** 2
  const layers = [
    convolution('conv1', 1, FILTERS[0], size),
    convolution('conv2', FILTERS[0], FILTERS[1], size / 2),
    dense('fc1', flat, HIDDEN[0]),
    dense('fc2', HIDDEN[0], HIDDEN[1]),
    dense('fc3', HIDDEN[1], classes),
  ]

  function features(p: Weights, pixels: Tensor, hook: LayerHook = (_, result) => result): Tensor {
    const x = hook('image', div(pixels, scalar(255))) // [b, s, s, 1], 0 to 1
    const c1 = hook('conv1', conv2d(x, p['conv1.weight']!, p['conv1.bias']!, { padding: 1 })) // [b, s, s, 32]
    const p1 = maxPool2d(relu(c1), 2) // [b, s/2, s/2, 32]
    const c2 = hook('conv2', conv2d(p1, p['conv2.weight']!, p['conv2.bias']!, { padding: 1 })) // [b, s/2, s/2, 64]
    const p2 = maxPool2d(relu(c2), 2) // [b, s/4, s/4, 64]
    const f = flattenChannelsFirst(p2) // [b, 64 * s/4 * s/4]
    const h1 = relu(linear(f, p['fc1.weight']!, p['fc1.bias']!)) // [b, 128]
    return relu(linear(h1, p['fc2.weight']!, p['fc2.bias']!)) // [b, 64]
  }
  const classify = (p: Weights, x: Tensor) => linear(x, p['fc3.weight']!, p['fc3.bias']!) // [b, classes]

  return {
    name: 'cnn',
    size,
    classes,
    configuration,
    preprocessing: { mean: [0], std: [1] },
    ...ofLayers(layers),
    head: ['fc3.weight', 'fc3.bias'],
    explainable: ['conv2', 'conv1'],
    width: HIDDEN[1],
    features,
    classify,
    logits: (p, pixels, hook) => classify(p, features(p, pixels, hook)),
  }
}

type Weights = Readonly<Record<string, Tensor>>

function convolution(name: string, from: number, to: number, size: number): Layer {
  return layer(name, 'convolution 3x3, ReLU, max pool 2x2', [to, from, 3, 3], [to, size, size], to * from * 9 * size * size)
}

function dense(name: string, from: number, to: number): Layer {
  return layer(name, name === 'fc3' ? 'dense' : 'dense, ReLU', [to, from], [to], to * from)
}

function layer(
  name: string,
  kind: string,
  weight: readonly number[],
  output: readonly number[],
  multiplyAdds: number,
): Layer {
  const fanIn = weight.slice(1).reduce((product, n) => product * n, 1)
  const initial = { uniform: 1 / Math.sqrt(fanIn) } // kaiming_uniform(a = sqrt 5) and the bias rule of torch.nn.Linear come to the same
  return {
    parameters: [
      { name: `${name}.weight`, shape: weight, initial },
      { name: `${name}.bias`, shape: [weight[0]!], initial },
    ],
    summary: { name, kind, output, parameters: weight[0]! * fanIn + weight[0]!, multiplyAdds },
  }
}

/** Side in pixels of the images that weights of these shapes were trained on; null where there is no such size. */
export function cnnSizeOf(shapes: Readonly<Record<string, readonly number[]>>): number | null {
  const side = Math.sqrt((shapes['fc1.weight']?.[1] ?? Number.NaN) / FILTERS[1])
  return Number.isInteger(side) && side >= 2 ? 4 * side : null
}
