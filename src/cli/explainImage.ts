/** What a trained model looks at in one image that the command line names, and the files made of it. */
import { resolve } from 'node:path'
import { type GreyImage, resizeBilinear } from '../core/dataset/index.ts'
import {
  type ExplainedClass,
  explainClass,
  panel,
  type Question,
  type RandomisationCheck,
  randomisationCheck,
  type TrainedModel,
  upsample,
  writeNpy,
  writePng,
} from '../core/explain/index.ts'
import type { Context } from './context.ts'
import { namedImage } from './namedImage.ts'

export interface ExplainedNamed extends ExplainedClass {
  readonly image: GreyImage
  /** Null where it was not asked for. */
  readonly randomised: RandomisationCheck | null
}

/** Throws `usage` for a class, layer or attention that the model does not have. */
export async function explainImage(
  context: Context,
  trained: TrainedModel,
  name: string,
  asked: Question & { readonly check?: boolean },
): Promise<ExplainedNamed> {
  const image = await namedImage(context, name)
  const { size } = trained.model
  const pixels = Float32Array.from(resizeBilinear(image.pixels, image.width, image.height, size, size))
  const explained = await explainClass(trained, pixels, asked)
  const randomised = asked.check === true ? await randomisationCheck(trained, pixels, explained) : null
  return { image, ...explained, randomised }
}

/** Writes what was asked for: the picture at the image's own size, the map at the layer's. */
export async function writePictures(
  context: Context,
  { image, map }: Pick<ExplainedNamed, 'image' | 'map'>,
  files: { readonly out?: string | undefined; readonly map?: string | undefined },
): Promise<void> {
  if (files.out !== undefined) {
    await writePng(resolve(context.cwd, files.out), panel(image.pixels, upsample(map.map, map, image), image))
  }
  if (files.map !== undefined) await writeNpy(resolve(context.cwd, files.map), map.map, map)
}
