/** Grad-CAM of one image that the command line names, and the files made of it. */
import { resolve } from 'node:path'
import { type GreyImage, resizeBilinear } from '../core/dataset/index.ts'
import {
  type ClassMap,
  explainableLayer,
  gradcam,
  layerGradients,
  panel,
  upsample,
  writeNpy,
  writePng,
} from '../core/explain/index.ts'
import { LabError } from '../core/shared/errors.ts'
import type { Context } from './context.ts'
import { namedImage } from './namedImage.ts'
import { type ImagePrediction, readLogits } from './predictImages.ts'
import type { TrainedModel } from './trainedModel.ts'

export interface ExplainedImage {
  readonly image: GreyImage
  readonly class: string
  readonly layer: string
  readonly map: ClassMap
  readonly prediction: Omit<ImagePrediction, 'image'>
}

/** Throws `usage` for a class or layer that the model does not have. */
export async function explainImage(
  context: Context,
  { model, classes, engine, state }: TrainedModel,
  name: string,
  asked: { readonly class?: string | undefined; readonly layer?: string | undefined },
): Promise<ExplainedImage> {
  const layer = explainableLayer(model, asked.layer)
  if (asked.class !== undefined && !classes.includes(asked.class)) {
    throw new LabError('usage', `--class: there is no class '${asked.class}'; there are ${classes.join(', ')}`)
  }
  const image = await namedImage(context, name)
  const { size } = model
  const pixels = Float32Array.from(resizeBilinear(image.pixels, image.width, image.height, size, size))
  const look = (chosen: string) => layerGradients(engine, model, state, pixels, layer, [classes.indexOf(chosen)])
  // The predicted class is only known from an answer: the first look's, whichever class it asks for.
  const [first] = await look(asked.class ?? classes[0] ?? '')
  if (first === undefined) throw new LabError('failed', 'the model gave no answer')
  const prediction = readLogits(first.logits, classes)
  const chosen = asked.class ?? prediction.class
  const [wanted = first] = chosen === (asked.class ?? classes[0]) ? [first] : await look(chosen)
  return { image, class: chosen, layer, map: gradcam(wanted.layer), prediction }
}

/** Writes what was asked for: the picture at the image's own size, the map at the layer's. */
export async function writePictures(
  context: Context,
  { image, map }: ExplainedImage,
  files: { readonly out?: string | undefined; readonly map?: string | undefined },
): Promise<void> {
  if (files.out !== undefined) {
    await writePng(resolve(context.cwd, files.out), panel(image.pixels, upsample(map.map, map, image), image))
  }
  if (files.map !== undefined) await writeNpy(resolve(context.cwd, files.map), map.map, map)
}
