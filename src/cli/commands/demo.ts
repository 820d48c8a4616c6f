import { ensureSample } from '../addDataset.ts'
import { defineCommand } from '../command.ts'
import { changeLab } from '../lab.ts'
import { text } from '../options.ts'

export const demo = defineCommand({
  name: 'demo',
  summary:
    'the main job in a few minutes: synthetic images, a study of the sample that ships, its tables, Grad-CAM, its report',
  description:
    "Adds the sample, makes a small bank with 'morph', and trains on the real images alone, on four fifths of them, on all with a fifth of synthetic ones, and on " +
    'its control: copies in place of the synthetic ones.',
  arguments: {},
  options: { out: text('DIR', 'where tables, pictures and the report go (default: ./demo)') },
  examples: [{ line: 'mri-lab demo --out demo', says: 'See the whole of it' }],
  async action(context, _, { out = 'demo' }) {
    const [{ parseSpec, presetJson }, { synthesiseFor }, { trainStudy }, { prepareFolder, showStudy }] = await Promise.all([
      import('../../core/study/index.ts'),
      import('../synthesise.ts'),
      import('../trainStudy.ts'),
      import('../showStudy.ts'),
    ])
    const { studyEngine } = await import('../runnerOf.ts')
    await studyEngine(context) // an engine that is not here is refused before anything is written
    prepareFolder(context, out) // minutes before it is needed: where it cannot be, nothing is trained
    await ensureSample(context)
    const scenarios = [
      { name: '100/0', real: 1 },
      { name: '80/0', real: 0.8 },
      { name: '100/20 all', real: 1, synthetic: 0.2, generator: 'morph' },
    ]
    const spec = parseSpec({ ...presetJson('quick'), name: 'demo', policies: ['none'], scenarios, controls: true }, 'demo')
    const { generators } = await changeLab(context, store => synthesiseFor(context, store, spec))
    for (const { generator, made } of generators) if (made > 0) context.note(`made ${made} images with ${generator}`)
    await trainStudy(context, spec)
    await showStudy(context, spec, out)
  },
})
