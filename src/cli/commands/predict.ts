import { MODEL_NAMES } from '../../core/models/recipes.ts' // not by its door: the program starts without an engine
import { LabError } from '../../core/shared/errors.ts'
import { formatNumber } from '../../ui/index.ts'
import { defineCommand } from '../command.ts'
import { choice, several, text, whole } from '../options.ts'
import { alignedTable } from '../table.ts'

export const predict = defineCommand({
  name: 'predict',
  summary: 'the class of images, by a trained model',
  arguments: { images: several('IMAGE', 'JPEG or PNG files, or DATASET:PART:INDEX') },
  options: {
    run: whole('ID', 'the run whose model it is', 1),
    model: choice(MODEL_NAMES, 'the model, with --weights'),
    weights: text('FILE', "its weights: safetensors with PyTorch's names, torchvision's, timm's or transformers'"),
  },
  examples: [
    { line: 'mri-lab predict --run 7 scan.png', says: 'What run 7 makes of an image' },
    {
      line: 'mri-lab predict --model cnn --weights cnn.safetensors sample:validation:0 --json',
      says: 'Weights from elsewhere',
    },
  ],
  async action(context, { images }, { run, model, weights }) {
    const byRun = run !== undefined && model === undefined && weights === undefined
    const byFile = run === undefined && model !== undefined && weights !== undefined
    if (!byRun && !byFile) throw new LabError('usage', 'predict: give --run ID, or --model NAME and --weights FILE')
    const { modelOfFile, modelOfRun } = await import('../trainedModel.ts')
    const { predictImages } = await import('../predictImages.ts')
    const trained = byRun ? await modelOfRun(context, run) : await modelOfFile(context, model ?? 'cnn', weights ?? '')
    try {
      const predictions = await predictImages(context, trained, images)
      context.result(predictions, () =>
        alignedTable(
          [{ title: 'image' }, { title: 'class' }, ...trained.classes.map(title => ({ title, align: 'right' as const }))],
          predictions.map(one => [
            one.image,
            one.class,
            ...trained.classes.map(name => formatNumber(one.probabilities[name])),
          ]),
        ),
      )
    } finally {
      await trained.release()
    }
  },
})
