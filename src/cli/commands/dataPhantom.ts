import { keepDataset, requireFreeName } from '../addDataset.ts'
import { defineCommand } from '../command.ts'
import { checkDatasetName } from '../datasetName.ts'
import { datasetRecord, describeDataset } from '../datasetRecord.ts'
import { argument, whole } from '../options.ts'
import type { Progress } from '../progress.ts'

/** How many images where nothing is said. */
const IMAGES = 400

export const dataPhantom = defineCommand({
  name: 'data phantom',
  summary: 'draw a dataset for teaching: heads of ellipses, no patients',
  description:
    'Draws heads of ellipses after Shepp and Logan, whose ventricles grow and whose cortex thins from class to class, with noise, uneven light and four ' +
    "slices of each subject. The subjects are the groups; the split is grouped, and 'run --split random' shows what a leak does. The dataset is marked " +
    'as a phantom in every list and table.',
  arguments: { name: argument('NAME', 'what the dataset is called from now on') },
  options: {
    images: whole('N', `how many images (default: ${IMAGES})`),
    seed: whole('N', 'draws subjects, noise and split (default: 1)'),
  },
  examples: [{ line: 'mri-lab data phantom heads --images 400 --seed 1', says: '100 subjects of four slices' }],
  async action(context, { name }, { images = IMAGES, seed = 1 }) {
    checkDatasetName(name)
    await requireFreeName(context, name)
    const { makePhantom } = await import('../../core/dataset/phantom.ts')
    let progress: Progress | undefined
    const onProgress = (done: number, total: number): void => {
      progress ??= context.progress({ label: 'drawing', unit: 'images', total })
      progress.update(done)
    }
    const made = await makePhantom({ name, images, seed }, { onProgress, signal: context.signal }).finally(() =>
      progress?.end(),
    )
    await keepDataset(context, made)
    const record = datasetRecord(made.dataset)
    context.result(record, () => describeDataset(record))
  },
})
