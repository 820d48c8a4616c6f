import { resolve } from 'node:path'
import { LabError } from '../../core/shared/errors.ts'
import { refuseUnwritable } from '../../core/shared/replaceFile.ts'
import { defineCommand } from '../command.ts'
import { text, whole } from '../options.ts'

export const synthFidelity = defineCommand({
  name: 'synth fidelity',
  summary: 'are the synthetic images any good: close to real ones, copies, or easy to tell apart?',
  description:
    "Compares a generator's images in the bank with the training images of the dataset's split: the nearest real images of each by correlation and " +
    'structural similarity, copies, images nearer to a validation image than to their parents; KID, precision, recall, density and coverage by class; and ' +
    "a detector of synthetic images. The feature space is a run's classifier (--run, one trained without synthetic images) before its last layer, on the " +
    "run's own split, or else principal components of pixels. Nothing here looks at the test part. The same images and seed give the same numbers.",
  arguments: {},
  options: {
    dataset: text('NAME', 'the images'),
    generator: text('NAME', 'what made them'),
    run: whole('ID', 'the run whose classifier gives the feature space and is asked for the labels', 1),
    seed: whole('N', 'what intervals, folds and the choice of the page come from (default: 1)'),
    sheet: text('FILE.png', 'write a page of real images beside their variations'),
  },
  examples: [
    {
      line: 'mri-lab synth fidelity --dataset sample --generator morph --sheet morph.png',
      says: 'The numbers and a page to look at',
    },
    {
      line: 'mri-lab synth fidelity --dataset sample --generator morph --run 7 --json',
      says: 'By a classifier, with every image',
    },
  ],
  async action(context, _, { dataset, generator, run, seed = 1, sheet }) {
    if (dataset === undefined || generator === undefined)
      throw new LabError('usage', 'synth fidelity: give --dataset NAME and --generator NAME')
    if (sheet !== undefined) refuseUnwritable(resolve(context.cwd, sheet))
    const { fidelityOfBank, writeVariations } = await import('../bankFidelity.ts')
    const { describeFidelity } = await import('../fidelityText.ts')
    const found = await fidelityOfBank(context, { dataset, generator, run, seed })
    if (sheet !== undefined) await writeVariations(context, found, sheet)
    context.result(found.fidelity, () =>
      [describeFidelity(found.fidelity), ...(sheet === undefined ? [] : [`wrote ${sheet}`])].join('\n'),
    )
  },
})
