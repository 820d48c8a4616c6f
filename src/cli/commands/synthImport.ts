import { resolve } from 'node:path'
import { LabError } from '../../core/shared/errors.ts'
import { defineCommand } from '../command.ts'
import { changeExistingLab } from '../lab.ts'
import { noDataset } from '../missing.ts'
import { argument, text } from '../options.ts'

/** Images that are stored in one transaction. */
const TOGETHER = 64

export const synthImport = defineCommand({
  name: 'synth import',
  summary: 'puts images made elsewhere, or exported from a bank, into the bank',
  description:
    'A folder that `synth export` wrote brings its own manifest. Of any other folder, --parents names a CSV with the columns file,parents and, where wanted, ' +
    'class, variation, trained_on, terms: parents as content hashes, as SPLIT:INDEX or as the ends of their paths, `;` between them, the source first. ' +
    'trained_on names the images that the generator learned from, so that none enters a run that holds those out. ' +
    'Images without parents are kept, but enter no run: nobody could say whether they show validation images.',
  arguments: { folder: argument('DIR', 'the folder') },
  options: {
    dataset: text('NAME', 'the dataset that their parents are of'),
    generatorName: text('NAME', 'what made them; specs name them by it (left out: as the manifest says)'),
    parents: text('FILE.csv', 'which images they were made from'),
  },
  examples: [
    {
      line: 'mri-lab synth import made --dataset sample --generator-name my-gan --parents made/parents.csv',
      says: 'Images of a generator of your own',
    },
    { line: 'mri-lab synth import bank --dataset sample', says: 'A bank that was exported' },
  ],
  async action(context, { folder }, { dataset: name, generatorName, parents }) {
    if (name === undefined) throw new LabError('usage', '--dataset NAME is needed: the images that theirs were made from')
    const { findGenerator, learnedUnsaid, openFolder } = await import('../../core/synthesis/index.ts')
    const { storeImages } = await import('../../runner/index.ts')
    const unknown = () => noDataset(name)
    const result = await changeExistingLab(context, unknown, async store => {
      const dataset = store.datasets.get(name)
      if (dataset === null) throw unknown()
      const opened = await openFolder({
        folder: resolve(context.cwd, folder),
        dataset,
        generator: generatorName ?? null,
        parents: parents === undefined ? null : resolve(context.cwd, parents),
      })
      if (generatorName !== undefined && findGenerator(generatorName) !== null && !opened.exported)
        throw new LabError('usage', `--generator-name: '${generatorName}' is one of the lab's own; give these another name`)
      const progress = context.progress({ label: 'reading', unit: 'images', total: opened.count })
      const images = []
      try {
        for await (const image of opened.images()) {
          context.signal.throwIfAborted()
          images.push({ ...image, dataset: name })
          progress.update(images.length)
        }
      } finally {
        progress.end()
      }
      const added: number[] = []
      for (let at = 0; at < images.length; at += TOGETHER) added.push(...storeImages(store, images.slice(at, at + TOGETHER)))
      const orphans = images.filter(one => one.parents.length === 0).length
      const own = new Set(dataset.images.map(({ sha256 }) => sha256))
      const withParents = images.filter(one => one.parents.length > 0)
      return {
        ...{ dataset: name, added: added.length, known: images.length - added.length, withoutParents: orphans },
        withoutTrainedOn: withParents.filter(learnedUnsaid).length,
        ofOtherImages: withParents.filter(({ parents: list }) => !list.every(parent => own.has(parent))).length,
        ids: added,
      }
    })
    if (result.withoutParents > 0)
      context.warn(`${result.withoutParents} images have no parents: they may enter no run (--parents FILE.csv says them)`)
    if (result.withoutTrainedOn > 0)
      context.warn(
        `nobody said what the generator of ${result.withoutTrainedOn} images learned from (column trained_on of the table; empty for none): had it seen validation or test images, nothing here would tell`,
      )
    if (result.ofOtherImages > 0)
      context.warn(
        `${result.ofOtherImages} images were made from images that ${name} does not have: they may enter none of its runs`,
      )
    context.result(
      result,
      () => `${result.added} images added${result.known > 0 ? `, ${result.known} were in the bank` : ''}`,
    )
  },
})
