/** The models. Adding one is a file, its line here, and its line in recipes.ts. */
import { LabError } from '../shared/errors.ts'
import { cnn } from './cnn.ts'
import type { Configuration, Model, Preprocessing } from './model.ts'
import { isModelName, MODEL_NAMES, type ModelName, RECIPES } from './recipes.ts'
import { resnet18 } from './resnet18.ts'
import { vit } from './vit.ts'

export { type Checkpoint, readCheckpoint, weightsFor, writeCheckpoint } from './checkpoint.ts'
export { cnnSizeOf } from './cnn.ts'
export { foreignCheckpoint } from './foreign.ts'
export { drawnTensors, initialWeights } from './initialise.ts'
export {
  type Configuration,
  type Initial,
  type LayerHook,
  type LayerSummary,
  type Model,
  type ParameterSpec,
  type Preprocessing,
  savedTensors,
} from './model.ts'
export { onnxFile } from './onnxFile.ts'
export {
  type PretrainedFile,
  pretrainedOptions,
  pretrainedWeights,
  type StartingWeights,
  startingWeights,
} from './pretrained.ts'
export { isModelName, MODEL_NAMES, type ModelName, RECIPES } from './recipes.ts'
export { readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts'

type Create = (size: number, classes: number, configuration: Configuration, preprocessing?: Preprocessing) => Model

const MODELS: Readonly<Record<ModelName, Create>> = { cnn, resnet18, vit }

/** A checkpoint is one: its model is made again by `modelNamed(name, size, classes, checkpoint)`. */
export interface ModelOptions {
  /** What of its configuration is other than at full size. */
  readonly configuration?: Configuration | null | undefined
  /** Default: what the model's usual pre-trained weights were trained with. */
  readonly preprocessing?: Preprocessing | null | undefined
}

/** @throws LabError `usage` for a name that is no model, or a size or configuration that the model does not take */
export function modelNamed(name: string, size: number, classes: number, options: ModelOptions = {}): Model {
  if (!isModelName(name)) throw new LabError('usage', `there is no model '${name}'; there are ${MODEL_NAMES.join(', ')}`)
  const usual: Configuration = RECIPES[name].configuration
  for (const [field, value] of Object.entries(options.configuration ?? {})) {
    if (usual[field] === undefined) {
      const known = Object.keys(usual).join(', ') || 'none'
      throw new LabError('usage', `configuration: ${name} has no '${field}'; it has ${known}`)
    }
    if (!(value > 0) || (field !== 'epsilon' && !Number.isInteger(value)))
      throw new LabError('usage', `configuration: ${name}'s ${field} cannot be ${value}`)
  }
  return MODELS[name](size, classes, { ...usual, ...options.configuration }, options.preprocessing ?? undefined)
}
