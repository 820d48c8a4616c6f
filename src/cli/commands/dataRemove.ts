import { defineCommand } from '../command.ts'
import { changeLab, readLab } from '../lab.ts'
import { noDataset } from '../missing.ts'
import { argument } from '../options.ts'

export const dataRemove = defineCommand({
  name: 'data remove',
  summary: 'forget a dataset that no study uses',
  description:
    "Forgets a dataset and the lab's copy of its pixels; the files it was made from stay. A study's dataset is not removed: `mri-lab studies remove` forgets a study first.",
  arguments: { name: argument('NAME', "the dataset's name") },
  options: {},
  examples: [{ line: 'mri-lab data remove old-scans', says: 'Forget a dataset' }],
  async action(context, { name }) {
    const known = await readLab(context, false, store => store.datasets.list().some(dataset => dataset.name === name))
    if (!known) throw noDataset(name)
    await changeLab(context, store => {
      const models = store.generatorModels.of(name)
      const pixels = store.datasets.remove(name)
      for (const file of [...models.map(({ sha256 }) => sha256), ...(pixels === null ? [] : [pixels])])
        store.files.remove(file)
    })
    context.result({ removed: name }, () => `removed ${name}`)
  },
})
