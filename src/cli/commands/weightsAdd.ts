import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { LabError, reasonOf } from '../../core/shared/errors.ts'
import { defineCommand } from '../command.ts'
import { changeLab, readLab } from '../lab.ts'
import { argument, colours, text } from '../options.ts'

export const weightsAdd = defineCommand({
  name: 'weights add',
  summary: 'add a file of pre-trained weights',
  description:
    "Reads a safetensors file, checks that it holds exactly the model's tensors, and keeps a copy beside the database. ResNet-18 under " +
    "torchvision's names, which are timm's too; ViT-B/16 under timm's (query, key and value in one) or those of google/vit-base-patch16-224 " +
    '(apart). F32, F16 or BF16; any number of classes, or no head; any square grid of positions.',
  arguments: { model: argument('MODEL', 'resnet18 or vit'), file: argument('FILE', 'the file, .safetensors') },
  options: {
    name: text('NAME', "what the weights are called (default: the file's name)"),
    mean: colours('R,G,B', "of pixels from 0 to 1, subtracted (default: as the file or its layout's makers have it)"),
    std: colours('R,G,B', 'what they are divided by then'),
  },
  examples: [
    { line: 'mri-lab weights add resnet18 model.safetensors', says: 'A file downloaded elsewhere' },
    {
      line: 'mri-lab weights add vit mae.safetensors --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225',
      says: 'Weights trained with another normalising',
    },
  ],
  async action(context, { model: given, file }, { name, mean, std }) {
    const { installWeights, pretrainedModel } = await import('../installWeights.ts')
    const model = pretrainedModel(given)
    if ((mean === undefined) !== (std === undefined)) throw new LabError('usage', 'give --mean and --std together')
    if (std?.some(value => value <= 0)) throw new LabError('usage', '--std: must be above 0')
    const path = resolve(context.cwd, file)
    const bytes = readBytes(path, file)
    await readLab(context, undefined, () => {}) // a database that cannot be used is told before anything is written
    const { layoutOfFile } = await import('../../core/models/weights/index.ts')
    layoutOfFile(model, bytes, file) // so is a file that does not fit
    const about = { name: name ?? nameOf(path, model), model, source: { path } }
    const normalising = mean === undefined || std === undefined ? {} : { mean, std }
    const installed = await changeLab(context, store => installWeights(store, { ...about, ...normalising }, bytes, file))
    context.result(installed, () => `added ${installed.name} (${model}, ${installed.layout}): ${installed.sha256}`)
  },
})

/** The hub calls every file `model.safetensors`: that says less than the model's name. */
function nameOf(path: string, model: string): string {
  const name = basename(path).replace(/\.safetensors$/i, '')
  return name === 'model' ? model : name
}

function readBytes(path: string, origin: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new LabError('data', `${origin}: cannot be read: ${reasonOf(cause)}`, { cause })
  }
}
