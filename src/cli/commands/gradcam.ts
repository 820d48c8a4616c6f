import { LabError } from '../../core/shared/errors.ts'
import { formatNumber } from '../../ui/index.ts'
import { defineCommand } from '../command.ts'
import { choice, later, text, whole } from '../options.ts'

export const gradcam = defineCommand({
  name: 'gradcam',
  summary: 'where in an image a model sees a class',
  description:
    "Grad-CAM: the layer's channels weighted by how the class's score depends on them. Writes a picture (image, map, map on " +
    "image) with --out, and the map at the layer's size with --map and --json.",
  arguments: {},
  options: {
    run: whole('ID', 'the run whose model it is', 1),
    image: text('IMAGE', 'a JPEG or PNG file, or DATASET:PART:INDEX'),
    class: text('NAME', 'the class asked for (default: the predicted one)'),
    layer: text('L', "where the model is looked at (default: the model's own; see 'mri-lab models NAME')"),
    method: choice(['gradcam'], 'how', ['rollout']),
    out: text('FILE.png', 'write the picture'),
    map: text('FILE.npy', 'write the map for NumPy'),
    pairs: later(null),
  },
  examples: [
    { line: 'mri-lab gradcam --run 7 --image sample:validation:3 --out map.png', says: 'A picture of what run 7 looks at' },
    {
      line: 'mri-lab gradcam --run 7 --image scan.png --class ModerateDemented --json',
      says: 'The map of another class, as numbers',
    },
  ],
  async action(context, _, options) {
    const { run, image } = options
    if (run === undefined || image === undefined) throw new LabError('usage', 'gradcam: give --run ID and --image IMAGE')
    const { explainImage, writePictures } = await import('../explainImage.ts')
    const { modelOfRun } = await import('../trainedModel.ts')
    const trained = await modelOfRun(context, run)
    try {
      const explained = await explainImage(context, trained, image, options)
      await writePictures(context, explained, options)
      const { answer, map, layer } = explained
      const record = {
        run,
        image,
        class: explained.class,
        layer,
        height: map.height,
        width: map.width,
        map: Array.from(map.map),
        empty: map.empty,
        probabilities: answer.probabilities,
      }
      context.result(record, () =>
        [
          `run ${run}, ${image}: predicted ${answer.class} (${formatNumber(answer.probabilities[answer.class])})`,
          `map of ${explained.class} at ${layer}, ${map.height} x ${map.width}${map.empty ? ': empty, no place speaks for this class' : ''}`,
          ...[options.out, options.map].flatMap(file => (file === undefined ? [] : [`wrote ${file}`])),
        ].join('\n'),
      )
    } finally {
      await trained.release()
    }
  },
})
