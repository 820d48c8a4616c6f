import type { DatasetSummary } from '../../store/index.ts'
import { defineCommand } from '../command.ts'
import { readLab } from '../lab.ts'
import { alignedTable } from '../table.ts'

export const dataList = defineCommand({
  name: 'data list',
  summary: 'the datasets',
  arguments: {},
  options: {},
  examples: [{ line: 'mri-lab data list', says: 'Every dataset of ./lab.db' }],
  async action(context) {
    const all = await readLab<DatasetSummary[]>(context, [], store => store.datasets.list())
    context.result(
      all.map(({ split, phantom = false, groups = null, ...rest }) => ({ ...rest, phantom, groups, split: split.kind })),
      () => (all.length > 0 ? list(all) : "No datasets yet; 'mri-lab data add NAME FOLDER' adds one."),
    )
  },
})

function list(all: readonly DatasetSummary[]): string {
  return alignedTable(
    [
      { title: 'dataset' },
      { title: 'images', align: 'right' },
      { title: 'classes', align: 'right' },
      { title: 'split' },
      { title: 'added' },
      { title: 'fingerprint' },
      { title: 'labels' },
    ],
    all.map(({ name, images, classes, split, created, fingerprint, simulatedLabels, phantom }) => [
      name,
      String(images),
      String(classes.length),
      split.kind,
      created.slice(0, 10),
      fingerprint.slice(0, 12),
      phantom ? 'phantom' : simulatedLabels ? 'simulated' : 'as given',
    ]),
  )
}
