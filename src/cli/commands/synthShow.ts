import type { BankImage } from '../../core/synthesis/index.ts'
import { bankRecord } from '../bankRecord.ts'
import { defineCommand } from '../command.ts'
import { readLab } from '../lab.ts'
import { noBankImage } from '../missing.ts'
import { runArgument } from '../options.ts'

export const synthShow = defineCommand({
  name: 'synth show',
  summary: 'one synthetic image: what it was made from, by what, at which cost',
  arguments: { id: runArgument("the image's number in 'mri-lab synth list --json'") },
  options: {},
  examples: [{ line: 'mri-lab synth show 12', says: 'Where image 12 comes from' }],
  async action(context, { id }) {
    const found = await readLab<{ image: BankImage; origins: Map<string, string>; file: string } | null>(
      context,
      null,
      store => {
        const image = store.bank.get(id)
        if (image === null) return null
        const all = store.datasets.imagesOf(image.dataset)
        const origins = new Map(all.map(({ sha256, part, origin }) => [sha256, `${origin} (${part})`]))
        return { image, origins, file: store.files.pathOf(image.sha256) }
      },
    )
    if (found === null) throw noBankImage(id)
    const { image, origins, file } = found
    const unsaid = (await import('../../core/synthesis/index.ts')).learnedUnsaid(image)
    const parents = image.parents.map(sha256 => origins.get(sha256) ?? sha256)
    context.result({ ...bankRecord(image), file }, () =>
      [
        `bank image ${id}: ${image.class} of ${image.dataset}, by ${image.generator}, variation ${image.variation}, ${image.width}x${image.height}`,
        ...(parents.length === 0 ? ['parents not known: it may enter no run'] : []),
        ...parents.map((origin, i) => `${i === 0 ? 'source' : 'other parent'} ${origin}`),
        image.trainedOn.length === 0
          ? unsaid
            ? 'nobody said what its generator learned from'
            : 'its generator learned from no image'
          : `its generator learned from ${image.trainedOn.length} images`,
        `cost ${image.cost.toFixed(4)} USD · made ${image.created}${image.terms === null ? '' : ` · terms: ${image.terms}`}`,
        `parameters ${JSON.stringify(image.parameters)}`,
        `file ${file}`,
      ].join('\n'),
    )
  },
})
