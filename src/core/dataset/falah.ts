/** The data set that the dissertation used, as the Hugging Face hub has it: 5,120 and 1,280 slices of 128x128 pixels, four classes. */
export const FALAH = {
  repo: 'Falah/Alzheimer_MRI',
  revision: 'daac24f9597236b45837d82f7eb9c9ad1f8c60c8',
  /** The published test split is what the dissertation validated on. */
  files: {
    train: 'data/train-00000-of-00001-c08a401c53fe5312.parquet',
    validation: 'data/test-00000-of-00001-44110b9df98c5585.parquet',
  },
} as const
