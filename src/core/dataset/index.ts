/** The door of the data set room. */
export { type Audit, type AuditedPair, auditDataset } from './audit.ts'
export { DEFAULT_CLASSES, hasOrderedClasses } from './classes.ts'
export {
  type Dataset,
  type DatasetImage,
  type GroupRule,
  PARTS,
  type Part,
  type Rejected,
  type SplitSpec,
} from './dataset.ts'
export { decodeGrey, type GreyImage } from './decode.ts'
export { contentHash } from './fingerprint.ts'
export { groupOf } from './groupedSplit.ts'
export { heldInMemory, type ImageMemory, imageFile, imageMemory, pixelsOf } from './imageMemory.ts'
export { type ImportedDataset, type ImportOptions, type ImportRequest, importDataset, importInto } from './import.ts'
export { type Copy, oversampled } from './oversampling.ts'
export type { PixelStore } from './pixelStore.ts'
export { resizeBilinear } from './resize.ts'
export {
  batchOrder,
  type ClassMix,
  type ClassSample,
  type SampleRequest,
  type SyntheticPlace,
  sampleRun,
} from './sampling.ts'
export { shareOf } from './share.ts'
export { likeness as edgeCorrelation, type SmallVersions, SmallVersionsMaker } from './similarity.ts'
export { datasetUnder, splitDataset } from './split.ts'
