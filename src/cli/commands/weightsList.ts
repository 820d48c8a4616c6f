import { defineCommand } from '../command.ts'
import { readLab } from '../lab.ts'
import { describeWeights, type WeightsRecord } from '../weightsRecord.ts'

export const weightsList = defineCommand({
  name: 'weights list',
  summary: 'the pre-trained weights that are installed',
  arguments: {},
  options: {},
  examples: [{ line: 'mri-lab weights list', says: 'Every file of weights, with where it came from' }],
  async action(context) {
    const all = await readLab<readonly WeightsRecord[]>(context, [], store => store.weights.list())
    const none =
      "No weights yet; 'mri-lab weights fetch resnet18' downloads some, 'mri-lab weights add MODEL FILE' adds a file."
    context.result(all, () => (all.length > 0 ? describeWeights(all) : none))
  },
})
