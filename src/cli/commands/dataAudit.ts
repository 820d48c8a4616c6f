import { defineCommand } from '../command.ts'
import { changeLab, readLab } from '../lab.ts'
import { noDataset } from '../missing.ts'
import { argument } from '../options.ts'
import type { Progress } from '../progress.ts'

export const dataAudit = defineCommand({
  name: 'data audit',
  summary: 'what would make a result false: leaks between parts, copies, labels at odds, broken images',
  description:
    'Compares every image with every other, within and across the parts of the split: files of the same content, and images that are nearly the same ' +
    '(a perceptual hash, then the correlation of edges). Counts the classes, names blank images and those unlike the others in size or brightness, and ' +
    'measures what a leak could give away: the accuracy of copying the label of the most similar training image, beside that of the class frequencies. ' +
    "The result is kept with the dataset. Text names some pairs, --json up to 1000. See 'data show NAME --sheet' for a page of images.",
  arguments: { name: argument('NAME', "the dataset's name") },
  options: {},
  examples: [
    { line: 'mri-lab data audit scans', says: 'Before a study' },
    { line: 'mri-lab data audit scans --json > audit.json', says: 'For a script' },
  ],
  async action(context, { name }) {
    const found = await readLab(context, null, store => {
      const dataset = store.datasets.get(name)
      return dataset === null ? null : { dataset, pixels: store.files.read(dataset.pixels) }
    })
    if (found === null) throw noDataset(name)
    const { auditDataset } = await import('../../core/dataset/index.ts')
    const { describeAudit } = await import('../auditText.ts')
    let progress: Progress | undefined
    const onProgress = (done: number, total: number): void => {
      progress ??= context.progress({ label: `comparing ${name}`, unit: 'images', total })
      progress.update(done)
    }
    const { dataset, pixels } = found
    const { audit, groups } = await auditDataset(dataset, pixels, { onProgress, signal: context.signal }).finally(() =>
      progress?.end(),
    )
    await changeLab(context, store => store.datasets.keepAudit(name, audit, groups))
    context.result(audit, () => describeAudit(audit))
  },
})
