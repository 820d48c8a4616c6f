import { withDataset } from '../addDataset.ts'
import { defineCommand } from '../command.ts'
import { SYNTH_OPTIONS } from '../synthOptions.ts'

export const synthPlan = defineCommand({
  name: 'synth plan',
  summary: 'how many synthetic images runs need, and what making those that the bank lacks takes',
  description: 'Makes nothing and sends nothing: images, requests, price, time, and what would leave the machine.',
  arguments: {},
  options: SYNTH_OPTIONS,
  examples: [
    { line: 'mri-lab synth plan --spec spec.json', says: "What a spec's runs need of the bank" },
    {
      line: 'mri-lab synth plan --dataset sample --generator morph --classes MildDemented,ModerateDemented --fraction 0.2',
      says: 'A fifth more of two classes, for 20 runs',
    },
  ],
  async action(context, _, given) {
    const { findGenerator } = await import('../../core/synthesis/index.ts')
    const { datasetOf, planOf } = await import('../synthesise.ts')
    const { serviceRecord } = await import('../serviceImages.ts')
    const { describePlan, planRecord } = await import('../synthPlanText.ts')
    const record = await withDataset(context, datasetOf(given, context.cwd), async store => {
      const { spec, splits, parts } = await planOf(context, store, given)
      const generators = parts.map(({ plan, estimate }) => {
        const service = serviceRecord(context, store, findGenerator(plan.generator), spec.dataset)
        return planRecord(plan, splits[0]!.classes, estimate, service)
      })
      return { dataset: spec.dataset, seed: spec.seed, runs: spec.runs, sources: spec.sources, generators }
    })
    const none =
      "no synthetic images: no scenario has any of a generator's (copies of real images are made while a study trains)"
    context.result(record, () => record.generators.map(describePlan).join('\n\n') || none)
  },
})
