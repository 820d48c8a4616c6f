import { resolve } from 'node:path'
import { defineCommand } from '../command.ts'
import { datasetRecord, describeDataset } from '../datasetRecord.ts'
import { readLab } from '../lab.ts'
import { noDataset } from '../missing.ts'
import { argument, text, whole } from '../options.ts'

export const dataShow = defineCommand({
  name: 'data show',
  summary: 'one dataset: its classes, their counts, and what was left out',
  arguments: { name: argument('NAME', "the dataset's name") },
  options: {
    sheet: text('FILE.png', 'draw images of every class on one page, each of another group where there are such'),
    columns: whole('N', 'images of each class on the page (default: 8)', 1, 40),
    seed: whole('N', 'draws which images (default: 0)'),
  },
  examples: [
    { line: 'mri-lab data show falah', says: 'The counts of each class in each part' },
    { line: 'mri-lab data show falah --sheet classes.png', says: 'Real images by class, for a figure' },
  ],
  async action(context, { name }, { sheet, columns, seed }) {
    const found = await readLab(context, null, store => {
      const dataset = store.datasets.get(name)
      if (dataset === null) return null
      return { dataset, pixels: sheet === undefined ? null : store.files.read(dataset.pixels) }
    })
    if (found === null) throw noDataset(name)
    const { dataset, pixels } = found
    if (sheet !== undefined && pixels !== null) {
      const { contactSheet, writePng } = await import('../../core/explain/index.ts')
      const options = { ...(columns === undefined ? {} : { columns }), ...(seed === undefined ? {} : { seed }) }
      await writePng(resolve(context.cwd, sheet), contactSheet(dataset, pixels, options))
      context.note(`wrote ${sheet}`)
    }
    const record = datasetRecord(dataset)
    context.result(record, () => describeDataset(record))
  },
})
