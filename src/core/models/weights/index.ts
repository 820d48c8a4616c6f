/** The door of pre-trained weights. */
export { PINNED, type PinnedWeights } from './catalogue.ts'
export { layoutOfFile } from './file.ts'
export {
  type Colours,
  LAYOUTS,
  type Layout,
  layoutOf,
  PRETRAINED_MODELS,
  type PretrainedModel,
  resnet18Layouts,
  vitLayouts,
} from './layouts.ts'
export { type PretrainedWeights, readPretrained } from './pretrained.ts'
export type { ResNet18Shape, TensorSpec, VitShape } from './tensors.ts'
