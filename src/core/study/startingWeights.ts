/** Which weights each model of a study starts from. */
import type { PretrainedFile } from '../models/index.ts'
import { PRETRAINED_MODELS, startsFromWeights } from '../models/weights/layouts.ts'
import { LabError } from '../shared/errors.ts'
import type { ByModel, ModelName, Spec } from './spec.ts'

/** In place of a name of weights: none. */
export const SCRATCH = 'scratch'

/** The files that models start from; a model that is left out starts from scratch. */
export type Pretrained = Partial<ByModel<PretrainedFile>>

/** Installed weights of a model, in the order they were added. */
export type Installed = (model: ModelName) => readonly PretrainedFile[]

/**
 * The spec with weights named for each of its models that may start from any: as it says, else as `before` says, which is the study of its name as it is
 * stored, else those added last, or none for a model that is not at full size.
 */
export function withWeights(spec: Spec, installed: Installed, before: Spec | null = null): Spec {
  const chosen = PRETRAINED_MODELS.filter(model => spec.models.includes(model)).map(model => {
    const narrow = spec.configuration[model] !== undefined
    const usual = narrow ? undefined : installed(model).at(-1)?.name
    return [model, spec.weights[model] ?? before?.weights[model] ?? usual ?? SCRATCH]
  })
  return { ...spec, weights: { ...spec.weights, ...Object.fromEntries(chosen) } }
}

/** @throws LabError `usage` where weights that the spec names are not installed, or cannot be the model's */
export function pretrainedOf(spec: Spec, installed: Installed): Pretrained {
  const files = spec.models.flatMap(model => {
    const name = spec.weights[model] ?? SCRATCH
    if (name === SCRATCH) return []
    const file = installed(model).find(one => one.name === name)
    if (file === undefined)
      throw new LabError(
        'usage',
        `weights: there are none of ${model} called '${name}'; 'mri-lab weights list' shows what there is`,
      )
    if (spec.configuration[model] !== undefined)
      throw new LabError(
        'usage',
        `weights: '${name}' are of ${model} at full size: leave out its configuration, or give '${SCRATCH}'`,
      )
    return [[model, file]]
  })
  return Object.fromEntries(files)
}

/** What is to be said of every cell of a model: how it differs from the pre-trained one at full size whose weights are all trained. */
export function modelMarks({ weights, configuration, fineTune }: Spec, model: ModelName): string[] {
  const narrow = Object.entries(configuration[model] ?? {}).map(([field, value]) => `${field} ${value}`)
  return [
    ...(startsFromWeights(model) && (weights[model] ?? SCRATCH) === SCRATCH ? ['from scratch'] : []),
    ...(narrow.length > 0 ? [`another configuration: ${narrow.join(', ')}`] : []),
    ...(fineTune === 'head' ? ['the head alone is trained'] : []),
  ]
}
