import { LabError } from '../../core/shared/errors.ts'
import { defineCommand } from '../command.ts'
import { changeExistingLab } from '../lab.ts'
import { noBankImage, noDataset } from '../missing.ts'
import { runArguments, text } from '../options.ts'

export const synthRemove = defineCommand({
  name: 'synth remove',
  summary: 'removes synthetic images that no finished run was trained on',
  arguments: { ids: { ...runArguments("the images' numbers"), name: 'ID' } },
  options: {
    dataset: text('NAME', 'instead: all of one dataset'),
    generator: text('NAME', 'with it: of one generator alone'),
  },
  examples: [
    { line: 'mri-lab synth remove 12', says: 'One image' },
    { line: 'mri-lab synth remove --dataset sample --generator morph', says: 'All that morph made from the sample' },
  ],
  async action(context, { ids: named }, { dataset, generator }) {
    if (named.length > 0 === (dataset !== undefined))
      throw new LabError('usage', 'give the numbers of images, or --dataset NAME for all of one')
    const unknown = () => (dataset === undefined ? noBankImage(named[0]!) : noDataset(dataset))
    const removed = await changeExistingLab(context, unknown, store => {
      if (dataset !== undefined && !store.datasets.list().some(({ name }) => name === dataset)) throw unknown()
      const images =
        dataset === undefined ? named.map(id => store.bank.get(id) ?? missing(id)) : store.bank.list({ dataset, generator })
      const used = store.training.bankFiles()
      const kept = images.filter(({ sha256 }) => used.has(sha256))
      if (kept.length > 0)
        throw new LabError(
          'usage',
          kept.length === 1
            ? `bank image ${kept[0]!.id} stays: a finished run was trained on it; 'mri-lab synth export' copies it`
            : `bank image ${kept[0]!.id} and ${kept.length - 1} more stay: finished runs were trained on them; 'mri-lab synth export' copies them`,
        )
      for (const file of store.bank.remove(images.map(({ id }) => id))) store.files.remove(file)
      return images.map(({ id }) => id)
    })
    context.result({ removed }, () => `${removed.length} ${removed.length === 1 ? 'image' : 'images'} removed`)
  },
})

function missing(id: number): never {
  throw noBankImage(id)
}
