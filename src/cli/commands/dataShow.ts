import { defineCommand } from '../command.ts'
import { datasetRecord, describeDataset } from '../datasetRecord.ts'
import { readLab } from '../lab.ts'
import { noDataset } from '../missing.ts'
import { argument } from '../options.ts'

export const dataShow = defineCommand({
  name: 'data show',
  summary: 'one dataset: its classes, their counts, and what was left out',
  arguments: { name: argument('NAME', "the dataset's name") },
  options: {},
  examples: [{ line: 'mri-lab data show falah', says: 'The counts of each class in each part' }],
  async action(context, { name }) {
    const dataset = await readLab(context, null, store => store.datasets.get(name))
    if (dataset === null) throw noDataset(name)
    const record = datasetRecord(dataset)
    context.result(record, () => describeDataset(record))
  },
})
