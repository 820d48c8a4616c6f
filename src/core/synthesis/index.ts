/** The door of the synthesis room. */
export { type BankImage, EXCEEDS_SAMPLE, exceedsSample, type Origin, type RunImages, refusalOf } from './bank.ts'
export { exportFolder } from './exchange/exportFolder.ts'
export { type Imported, learnedUnsaid, openFolder } from './exchange/importFolder.ts'
export { classified } from './fidelity/classifier.ts'
export { type FidelityQuestion, measureFidelity, type SyntheticImage } from './fidelity/measure.ts'
export type { Fidelity, FidelityRow, ImageRecord } from './fidelity/record.ts'
export {
  type Estimate,
  type Generator,
  type GeneratorContext,
  type GeneratorFacts,
  generatorSettings,
  type ImageReader,
  ofOtherVersions,
  type TrainingExample,
} from './generator.ts'
export { DUPLICATE } from './generators/duplicate.ts'
export { findGenerator, GENERATORS, generatorNamed } from './generators/index.ts'
export { decodeGreyFile, encodeGreyFile } from './greyFile.ts'
export type { KeptModel, LearningContext, ModelShelf } from './learning.ts'
export type { Made, Order, Parameters } from './order.ts'
export { openaiAccess, readyAccess } from './service/access.ts'
export type { ServiceContext } from './service/context.ts'
export { microsOf, type PriceTable, priceTable, usdText } from './service/prices.ts'
