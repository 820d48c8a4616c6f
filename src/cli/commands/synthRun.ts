import { defineCommand } from '../command.ts'
import { changeLab } from '../lab.ts'
import { SYNTH_OPTIONS } from '../synthOptions.ts'

export const synthRun = defineCommand({
  name: 'synth run',
  summary: 'makes the synthetic images that runs need and the bank lacks',
  description:
    'Each image is kept as soon as it is there: stopped or killed, the same command goes on where it was. The same seed and settings make the same images, ' +
    'where the generator is no service. Images that are in the bank serve every study.',
  arguments: {},
  options: SYNTH_OPTIONS,
  examples: [
    { line: 'mri-lab synth run --spec spec.json', says: "All that a spec's runs need" },
    {
      line: 'mri-lab synth run --dataset sample --generator morph --fraction 0.2 --runs 5',
      says: 'A fifth of every class, for five runs',
    },
  ],
  async action(context, _, given) {
    const { ensureDatasetOf, synthesise } = await import('../synthesise.ts')
    await ensureDatasetOf(context, given)
    const made = await changeLab(context, store => synthesise(context, store, given))
    context.result(made, () =>
      made.generators.map(one => `${one.generator}: ${one.made} images made, ${one.present} were in the bank`).join('\n'),
    )
  },
})
