/** The models. Adding one is a file and a line here. */
import { LabError } from '../shared/errors.ts'
import { cnn } from './cnn.ts'
import type { Model } from './model.ts'

export { type Checkpoint, readCheckpoint, weightsFor, writeCheckpoint } from './checkpoint.ts'
export { initialWeights } from './initialise.ts'
export type { LayerHook, LayerSummary, Model, ParameterSpec, Preprocessing } from './model.ts'
export { readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts'

const MODELS: Readonly<Record<string, (size: number, classes: number) => Model>> = { cnn }

/** @throws LabError `usage` for a name that is no model of this release, or a size the model does not take */
export function modelNamed(name: string, size: number, classes: number): Model {
  const create = MODELS[name]
  if (create === undefined)
    throw new LabError('usage', `there is no model '${name}'; there are ${Object.keys(MODELS).join(', ')}`)
  return create(size, classes)
}
