/** What a model looks at: Grad-CAM on arrays, and the pictures and files made of its maps. */
export { VIRIDIS, viridis, viridisIndex } from './colourMap.ts'
export { contactSheet, sheetImages } from './contactSheet.ts'
export {
  type Answer,
  type ExplainedClass,
  explainClass,
  type Method,
  type Question,
  readLogits,
} from './explainClass.ts'
export { type ClassMap, type ExplainedLayer, gradcam } from './gradcam.ts'
export { explainableLayer, LayerGradients, PREDICTED } from './layerGradient.ts'
export { GROUND, lettering, lettersIn } from './lettering.ts'
export { type Likeness, likeness } from './likeness.ts'
export { encodeNpy, writeNpy } from './npy.ts'
export { greyPicture, mapPicture, overlay } from './overlay.ts'
export { pairSheet } from './pairSheet.ts'
export { type ExplainedImage, type ExplainedPair, explainPairs, type Pair, type PairImage, pairedClasses } from './pairs.ts'
export { type PanelOptions, panel } from './panel.ts'
export { enlarged, inColumn, inRow, type Picture } from './picture.ts'
export { encodeGreyPng, encodePng, writeGreyPng, writePng } from './png.ts'
export { type RandomisationCheck, randomisationCheck } from './randomisation.ts'
export { resizeBilinear, type Size } from './resizeBilinear.ts'
export { ATTENTION, type Attention, hasAttention, ModelAttention, rollout, rolloutMap } from './rollout.ts'
export { type TrainedModel, trainedModel } from './trainedModel.ts'
export { upsample } from './upsample.ts'
export { type VariationPair, type VariationRow, variationSheet } from './variationSheet.ts'
