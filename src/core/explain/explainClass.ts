/** Grad-CAM of one image by a trained model: the class asked for, or the one it predicts. */
import { LabError } from '../shared/errors.ts'
import { softmax } from '../stats/index.ts'
import { type ClassMap, gradcam } from './gradcam.ts'
import { explainableLayer, PREDICTED } from './layerGradient.ts'
import type { TrainedModel } from './trainedModel.ts'

/** What a model makes of one image. */
export interface Answer {
  /** The class of the largest logit. */
  readonly class: string
  readonly probabilities: Readonly<Record<string, number>>
  /** In class order. */
  readonly logits: readonly number[]
}

export interface ExplainedClass {
  /** The class whose evidence the map shows. */
  readonly class: string
  readonly layer: string
  readonly map: ClassMap
  readonly answer: Answer
}

/**
 * @param pixels `size * size` grey pixels, 0 to 255, at the model's size
 * @throws LabError `usage` for a class or layer that the model does not have, `failed` where its training diverged
 */
export async function explainClass(
  { model, classes, state, layers }: TrainedModel,
  pixels: Float32Array,
  asked: { readonly class?: string | undefined; readonly layer?: string | undefined },
): Promise<ExplainedClass> {
  const layer = explainableLayer(model, asked.layer)
  if (asked.class !== undefined && !classes.includes(asked.class)) {
    throw new LabError('usage', `there is no class '${asked.class}'; there are ${classes.join(', ')}`)
  }
  const number = asked.class === undefined ? PREDICTED : classes.indexOf(asked.class)
  const [found] = await layers.of(state, pixels, layer, [number])
  const answer = readLogits(found!.logits, classes)
  return { class: asked.class ?? answer.class, layer, map: gradcam(found!.layer), answer }
}

/** The class of the largest logit, and the probabilities by name. @throws LabError `failed` where a logit is no number */
export function readLogits(logits: Float32Array, classes: readonly string[]): Answer {
  if (!logits.every(Number.isFinite)) {
    throw new LabError('failed', 'the model gives no numbers for this image: its training diverged')
  }
  const probabilities = softmax(logits, classes.length)
  return {
    class: classes[logits.indexOf(Math.max(...logits))] ?? '',
    probabilities: Object.fromEntries(classes.map((name, i) => [name, probabilities[i] ?? Number.NaN])),
    logits: Array.from(logits),
  }
}
