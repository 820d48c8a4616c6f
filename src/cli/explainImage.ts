/** Grad-CAM of one image that the command line names, and the files made of it. */
import { resolve } from 'node:path'
import { type GreyImage, resizeBilinear } from '../core/dataset/index.ts'
import {
  type ExplainedClass,
  explainClass,
  panel,
  type TrainedModel,
  upsample,
  writeNpy,
  writePng,
} from '../core/explain/index.ts'
import type { Context } from './context.ts'
import { namedImage } from './namedImage.ts'

/** Throws `usage` for a class or layer that the model does not have. */
export async function explainImage(
  context: Context,
  trained: TrainedModel,
  name: string,
  asked: { readonly class?: string | undefined; readonly layer?: string | undefined },
): Promise<ExplainedClass & { readonly image: GreyImage }> {
  const image = await namedImage(context, name)
  const { size } = trained.model
  const pixels = Float32Array.from(resizeBilinear(image.pixels, image.width, image.height, size, size))
  return { image, ...(await explainClass(trained, pixels, asked)) }
}

/** Writes what was asked for: the picture at the image's own size, the map at the layer's. */
export async function writePictures(
  context: Context,
  { image, map }: ExplainedClass & { readonly image: GreyImage },
  files: { readonly out?: string | undefined; readonly map?: string | undefined },
): Promise<void> {
  if (files.out !== undefined) {
    await writePng(resolve(context.cwd, files.out), panel(image.pixels, upsample(map.map, map, image), image))
  }
  if (files.map !== undefined) await writeNpy(resolve(context.cwd, files.map), map.map, map)
}
