import type { ImportedDataset } from '../../core/dataset/index.ts'
import { LabError } from '../../core/shared/errors.ts'
import type { Store } from '../../store/index.ts'
import { defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { datasetRecord, describeDataset } from '../datasetRecord.ts'
import { changeLab, readLab } from '../lab.ts'
import { argument, choice, later, list, pairs, several, share, text, whole } from '../options.ts'
import type { Progress } from '../progress.ts'

export const dataAdd = defineCommand({
  name: 'data add',
  summary: 'add images as a dataset: folders of class folders, or Parquet files',
  description:
    'Reads every image once, names its class, divides the images into train, validation and test, and keeps the grey pixels ' +
    'beside the database. What cannot be read is listed, never dropped silently.',
  arguments: {
    name: argument('NAME', 'what the dataset is called from now on'),
    paths: several('PATH', 'folders or Parquet files'),
  },
  options: {
    validation: text('PATH', "images that are all the validation part, as the parity split's"),
    split: choice(['parity', 'random'], "the source's own parts, or drawn by class (default: parity where it has parts)", [
      'grouped',
    ]),
    validationFraction: share('F', "each class's share for validation, random only (default: 0.2)"),
    testFraction: share('F', "each class's share for the test, random only (default: 0.2)"),
    classes: list('A,B,C', 'all classes, in the order of severity'),
    labels: pairs('RAW=CLASS,...', 'the class of a raw label'),
    seed: whole('N', 'draws the random split (default: 1)'),
    groupColumn: later('C'),
    groupPattern: later('REGEX'),
  },
  examples: [
    { line: 'mri-lab data add scans ./Dataset --split random', says: 'A folder with a folder for each class' },
    {
      line: 'mri-lab data add falah train.parquet --validation test.parquet',
      says: 'Parquet files, with the published test part for validation',
    },
    { line: 'mri-lab data add mine ./images --labels 0=NonDemented,1=MildDemented', says: 'Labels that are numbers' },
  ],
  async action(context, { name, paths }, options) {
    checkName(name)
    const { split, validationFraction, testFraction } = options
    if (split === 'parity' && (validationFraction ?? testFraction) !== undefined) {
      throw new LabError(
        'usage',
        '--validation-fraction and --test-fraction are for --split random; parity takes the parts as they are',
      )
    }
    await readLab(context, undefined, store => refuseTaken(store, name))
    const imported = await importImages(context, {
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
      seed: options.seed ?? 1,
    })
    await changeLab(context, store => keep(store, imported))
    const record = datasetRecord(imported.dataset)
    context.result(record, () => describeDataset(record))
  },
})

type ImportRequest = Parameters<typeof import('../../core/dataset/index.ts')['importDataset']>[0]

async function importImages(context: Context, request: ImportRequest): Promise<ImportedDataset> {
  const { importDataset } = await import('../../core/dataset/index.ts')
  let progress: Progress | undefined
  try {
    return await importDataset(request, {
      signal: context.signal,
      onProgress: (done, total) => {
        progress ??= context.progress({ label: `reading ${request.name}`, unit: 'images', total })
        progress.update(done)
      },
    })
  } finally {
    progress?.end()
  }
}

/** Pixels first: a dataset never names a file that is not there. A file that no dataset came to name is taken away again. */
function keep(store: Store, { dataset, pixels }: ImportedDataset): void {
  refuseTaken(store, dataset.name)
  const had = store.files.has(dataset.pixels)
  store.files.write(pixels)
  try {
    store.datasets.add(dataset)
  } catch (error) {
    if (!had) store.files.remove(dataset.pixels)
    throw error
  }
}

function refuseTaken(store: Store, name: string): void {
  if (!store.datasets.list().some(dataset => dataset.name === name)) return
  throw new LabError('usage', `a dataset named ${name} exists; choose another name, or remove it first`)
}

/** `DATASET:SPLIT:INDEX` names an image, and lists separate names by commas: a name holds neither. */
function checkName(name: string): void {
  if (/^[\p{L}\p{N}][\p{L}\p{N}._ -]{0,59}$/u.test(name)) return
  throw new LabError(
    'usage',
    `NAME: '${name}' must be up to 60 letters, digits, '.', '_', '-' or spaces, and begin with a letter or digit`,
  )
}
