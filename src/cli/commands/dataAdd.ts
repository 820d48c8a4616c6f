import type { ImportRequest } from '../../core/dataset/index.ts'
import { LabError } from '../../core/shared/errors.ts'
import { addDataset } from '../addDataset.ts'
import { defineCommand } from '../command.ts'
import { checkDatasetName } from '../datasetName.ts'
import { datasetRecord, describeDataset } from '../datasetRecord.ts'
import { argument, choice, list, pairs, several, share, text, whole } from '../options.ts'

export const dataAdd = defineCommand({
  name: 'data add',
  summary: 'add images as a dataset: folders of class folders, Parquet files, or CSV files',
  description:
    'Reads every image once (JPEG, PNG, TIFF, WebP, BMP), names its class, divides the images into train, validation and test, and keeps the ' +
    'grey pixels beside the database. An image that cannot be read is listed as left out, with the reason; a table or Parquet file that ' +
    'cannot be read, or a class without an image to train on, ends it with exit code 3 and nothing is kept. Links out of a folder are not followed. ' +
    'Colour becomes grey as in Pillow; 16-bit samples 0 to 65535 become 0 to 255. The same images under the same name again change nothing.',
  arguments: {
    name: argument('NAME', 'what the dataset is called from now on'),
    paths: several('PATH', 'folders, Parquet files, or CSV files of path,label[,split][,group]'),
  },
  options: {
    validation: text('PATH', "images that are all the validation part, as the parity split's"),
    split: choice(
      ['parity', 'random', 'grouped'],
      "the source's own parts; drawn by class; drawn by groups (default: parity where it has parts, else random)",
    ),
    validationFraction: share('F', "each class's share for validation, not for parity (default: 0.2)"),
    testFraction: share('F', "each class's share for the test, not for parity (default: 0.2)"),
    classes: list('A,B,C', 'all classes, in the order of severity'),
    labels: pairs('RAW=CLASS,...', 'the class of a raw label'),
    seed: whole('N', 'draws random and grouped splits (default: 1)'),
    groupColumn: text('C', "the source's column that tells an image's group, as its patient (default: near duplicates)"),
    groupPattern: text('REGEX', "what tells the group in a file's name: the first capture group, else the whole match"),
  },
  examples: [
    { line: 'mri-lab data add scans ./Dataset --split random', says: 'A folder with a folder for each class' },
    {
      line: 'mri-lab data add falah train.parquet --validation test.parquet',
      says: 'Parquet files, with the published test part for validation',
    },
    { line: 'mri-lab data add listed images.csv', says: 'A table with the columns path,label and perhaps split, group' },
    {
      line: "mri-lab data add patients ./Dataset --split grouped --group-pattern '^(\\w+)_slice'",
      says: 'All slices of a patient on one side',
    },
    { line: 'mri-lab data add mine ./images --labels 0=NonDemented,1=MildDemented', says: 'Labels that are numbers' },
  ],
  async action(context, { name, paths }, options) {
    checkDatasetName(name)
    const { split, validationFraction, testFraction } = options
    if (split === 'parity' && (validationFraction ?? testFraction) !== undefined) {
      throw new LabError(
        'usage',
        '--validation-fraction and --test-fraction are for --split random and grouped; parity takes the parts as they are',
      )
    }
    const dataset = await addDataset(context, {
      name,
      paths,
      ...(options.validation === undefined ? {} : { validation: options.validation }),
      ...(split === undefined ? {} : { split }),
      fractions: {
        ...(validationFraction === undefined ? {} : { validation: validationFraction }),
        ...(testFraction === undefined ? {} : { test: testFraction }),
      },
      ...(options.classes === undefined ? {} : { classes: options.classes }),
      ...(options.labels === undefined ? {} : { labels: options.labels }),
      groups: groupRequest(options.groupColumn, options.groupPattern),
      seed: options.seed ?? 1,
    })
    const record = datasetRecord(dataset)
    context.result(record, () => describeDataset(record))
  },
})

/** Throws `usage` where both are given. */
function groupRequest(
  groupColumn: string | undefined,
  groupPattern: string | undefined,
): NonNullable<ImportRequest['groups']> {
  if (groupColumn !== undefined && groupPattern !== undefined) {
    throw new LabError('usage', '--group-column and --group-pattern: give one of them')
  }
  if (groupColumn !== undefined) return { column: groupColumn }
  return groupPattern === undefined ? {} : { pattern: groupPattern }
}
