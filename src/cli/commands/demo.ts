import { ensureSample } from '../addDataset.ts'
import { defineCommand } from '../command.ts'
import { text } from '../options.ts'

export const demo = defineCommand({
  name: 'demo',
  summary: 'the main job in a few minutes: a study of the sample that ships, its tables, Grad-CAM',
  arguments: {},
  options: { out: text('DIR', 'where tables and pictures go (default: ./demo)') },
  examples: [{ line: 'mri-lab demo --out demo', says: 'See the whole of it' }],
  async action(context, _, { out = 'demo' }) {
    const [{ preset }, { trainStudy }, { showStudy }] = await Promise.all([
      import('../../core/study/index.ts'),
      import('../trainStudy.ts'),
      import('../showStudy.ts'),
    ])
    await ensureSample(context)
    const spec = preset('quick', { name: 'demo' })
    await trainStudy(context, spec)
    await showStudy(context, spec, out)
  },
})
