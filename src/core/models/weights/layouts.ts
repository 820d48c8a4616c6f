/** The layouts of pre-trained weights that are known, and which of them a file has. */
import { LabError } from '../../shared/errors.ts'
import type { TensorEntry } from '../safetensorsHeader.ts'
import {
  type ResNet18Shape,
  resnet18Tensors,
  type TensorSpec,
  type VitShape,
  vitHuggingFaceTensors,
  vitTensors,
} from './tensors.ts'

/** The models that can start from pre-trained weights. */
export const PRETRAINED_MODELS = ['resnet18', 'vit'] as const
export type PretrainedModel = (typeof PRETRAINED_MODELS)[number]

export function startsFromWeights(model: string): model is PretrainedModel {
  return PRETRAINED_MODELS.some(name => name === model)
}

/** Three numbers, for red, green and blue. */
export type Colours = readonly [number, number, number]

export interface Layout {
  readonly name: 'torchvision' | 'timm' | 'huggingface'
  readonly tensors: readonly TensorSpec[]
  /** Of pixels from 0 to 1, where a file's maker says nothing else: (x - mean) / std. */
  readonly mean: Colours
  readonly std: Colours
}

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const
const HALF = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } as const

/** Torchvision's, which timm has too. The first of a model's layouts has the names that the lab uses. */
export function resnet18Layouts(shape: ResNet18Shape): readonly [Layout, ...Layout[]] {
  return [{ name: 'torchvision', tensors: resnet18Tensors(shape), ...IMAGENET }]
}

/** Timm's and transformers'. */
export function vitLayouts(shape: VitShape): readonly [Layout, ...Layout[]] {
  return [
    { name: 'timm', tensors: vitTensors(shape), ...HALF },
    { name: 'huggingface', tensors: vitHuggingFaceTensors(shape), ...HALF },
  ]
}

/** Of the models at their full size, whatever the head and the positions. */
export const LAYOUTS: Readonly<Record<PretrainedModel, readonly [Layout, ...Layout[]]>> = {
  resnet18: resnet18Layouts({ classes: null }),
  vit: vitLayouts({ positions: null, classes: null }),
}

type Found = Pick<TensorEntry, 'name' | 'dtype' | 'shape'>

/**
 * The layout of a file that holds these tensors: the one it shares most names with, which must then fit in full.
 * @throws LabError `data` that names the tensor that is missing, extra, misshapen or of another kind of number
 */
export function layoutOf(model: string, layouts: readonly Layout[], found: readonly Found[], origin: string): Layout {
  const names = new Set(found.map(({ name }) => name))
  const shared = (layout: Layout) => layout.tensors.filter(({ name }) => names.has(name)).length
  const [best] = [...layouts].sort((a, b) => shared(b) - shared(a))
  if (best === undefined || shared(best) === 0) {
    const first = found[0] === undefined ? 'it holds none at all' : `it holds '${found[0].name}', for one`
    throw new LabError('data', `${origin}: has none of the tensors of ${model}; ${first}`)
  }
  checkTensors(model, best.tensors, found, origin)
  return best
}

function checkTensors(model: string, specs: readonly TensorSpec[], found: readonly Found[], origin: string): void {
  const fail = (what: string): never => {
    throw new LabError('data', `${origin}: ${what}`)
  }
  const byName = new Map(found.map(tensor => [tensor.name, tensor]))
  for (const { name, dtype, shape, optional, grid } of specs) {
    const tensor = byName.get(name)
    byName.delete(name)
    if (tensor === undefined) {
      if (!optional) fail(`lacks ${model}'s tensor '${name}'`)
      continue
    }
    if ((tensor.dtype === 'I64') !== (dtype === 'I64')) fail(`'${name}' is ${tensor.dtype}, and ${model} needs ${dtype}`)
    if (tensor.shape.length !== shape.length || shape.some((size, i) => size !== null && size !== tensor.shape[i])) {
      const needed = shape.map(size => size ?? 'any').join(', ')
      fail(`'${name}' has shape [${tensor.shape.join(', ')}], and ${model} needs [${needed}]`)
    }
    const side = Math.sqrt((tensor.shape[1] ?? 0) - 1)
    if (grid && !Number.isInteger(side))
      fail(`'${name}' has ${tensor.shape[1]} positions: not the class token's and a square grid`)
  }
  const [extra] = byName.keys()
  if (extra !== undefined) fail(`holds a tensor '${extra}' that ${model} does not have`)
  checkHead(specs, found, fail)
}

/** A head is whole or missing, and of one number of classes. */
function checkHead(specs: readonly TensorSpec[], found: readonly Found[], fail: (what: string) => never): void {
  const head = specs.filter(({ optional, dtype }) => optional && dtype === 'F32')
  const rows = head.map(({ name }) => found.find(tensor => tensor.name === name)?.shape[0])
  const [weight, bias] = head
  if (weight !== undefined && bias !== undefined && rows[0] !== rows[1])
    fail(`'${weight.name}' and '${bias.name}' are of a different number of classes, or one is missing`)
}
