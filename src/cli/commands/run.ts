import { ensureSample, SAMPLE, withDataset } from '../addDataset.ts'
import { defineCommand } from '../command.ts'
import { readLab } from '../lab.ts'
import { argument, byModel, configuration, eitherWay, list, pairs, text, toggle, whole } from '../options.ts'

export const run = defineCommand({
  name: 'run',
  summary: 'train a study: every combination of model, policy and scenario, many times',
  description:
    'Trains the study of a spec or a preset (quick, learning-curve, dissertation-cnn, dissertation). Flags override the spec. ' +
    'A study is known by its name: the same command goes on where it was stopped, and finished runs are never trained again. ' +
    'It is trained by a process of its own: a dropped line does not stop it, Ctrl+C does (`--detach` and `attach` leave it alone).',
  arguments: { spec: argument('SPEC', 'a JSON file, or the name of a preset') },
  options: {
    name: text('NAME', 'what the study is known by'),
    dataset: text('NAME', 'the images'),
    split: text('KIND', 'parity, random or grouped'),
    splits: whole('K', 'run i stands on split number i mod K (default: 5 where grouped, else 1)', 1),
    models: list('A,B', 'cnn, resnet18, vit'),
    policies: list('A,B', "none, flip, autoaugment, or the spec's own by name"),
    scenarios: list('A,B', "some of the spec's scenarios by name, or 80/0 for 80 % real images"),
    controls: eitherWay('beside each synthetic scenario its control: copies of real images'),
    contrasts: text('default', 'which cells are compared'),
    sources: text('per-run|fixed', 'whether each run has its own source images'),
    runs: whole('N', 'runs of each cell', 1),
    epochs: byModel('N', 'the most epochs of a run; as the next, one number or cnn=N,...'),
    patience: whole('N', 'epochs without a lower validation loss before a run ends', 1),
    batch: byModel('N', 'images of a training step'),
    microBatch: byModel('N', 'images whose gradients are computed at once, where memory is short: the same step in parts'),
    optimizer: text('adam', 'the optimiser'),
    learningRate: byModel('X', 'its learning rate'),
    size: byModel('N', 'side of the images in pixels'),
    configuration: configuration('MODEL.FIELD=N,...', 'narrower models: vit.depth, width, heads, patch; resnet18.width'),
    weights: pairs('MODEL=NAME,...', "installed weights to start from, or 'scratch' (default: those added last, if any)"),
    fineTune: text('all|head', 'which weights are trained: all, or the last layer on features of the rest, frozen'),
    seed: whole('N', 'what everything random comes from'),
    printSpec: toggle('print the spec and train nothing'),
    plan: toggle('print what it would train, make, take and could show, and train nothing'),
    detach: toggle('return at once; the study goes on in the background'),
  },
  examples: [
    { line: 'mri-lab run quick', says: 'A small study of the sample that ships, in minutes' },
    { line: 'mri-lab run spec.json --runs 5 --size 64', says: 'A spec of your own, cut short' },
    {
      line: 'mri-lab run dissertation-cnn --dataset falah --policies none,flip --scenarios 100/0,80/0',
      says: "A part of the dissertation's study: real images alone, two policies",
    },
    {
      line: 'mri-lab run quick --name narrow --models resnet18,vit --configuration resnet18.width=8,vit.depth=2,vit.width=64,vit.heads=4',
      says: 'The other models made small enough for a laptop, from scratch',
    },
    { line: 'mri-lab run spec.json --plan', says: 'What it would take, and what it could show' },
    { line: 'mri-lab run --print-spec quick > spec.json', says: 'A spec to begin from' },
  ],
  async action(context, { spec: source }, { printSpec, plan = false, detach = false, ...overrides }) {
    const { chosenSpec } = await import('../chosenSpec.ts')
    const spec = chosenSpec(source, overrides, context.cwd)
    if (printSpec) {
      const { specJson } = await import('../../core/study/index.ts')
      const complete = specJson(spec)
      context.result(complete, () => JSON.stringify(complete, null, 2))
      return
    }
    const { trainStudy } = await import('../trainStudy.ts')
    const { studyEngine } = await import('../runnerOf.ts')
    const engine = await studyEngine(context) // an engine that is not here is refused before anything is written
    const { planLines, studyPlan } = await import('../studyPlan.ts')
    const { refuseWithoutImages } = await import('../synthesise.ts')
    const { refuseChangedStudy } = await import('../../runner/index.ts')
    await readLab(context, null, store => {
      if (spec.dataset === SAMPLE || store.datasets.list().some(({ name }) => name === spec.dataset))
        refuseChangedStudy(store, spec)
    })
    const planned = await withDataset(context, spec.dataset, async store => {
      const made = await studyPlan(context, store, spec, engine)
      if (!plan) refuseWithoutImages(context, store, spec, source, overrides)
      return made
    })
    if (plan) {
      context.result(planned, () => planLines(planned).join('\n'))
      return
    }
    if (spec.dataset === SAMPLE) await ensureSample(context)
    context.note(planLines(planned).join('\n'))
    await trainStudy(context, spec, { detach })
  },
})
