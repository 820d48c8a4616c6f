/** What one image's class looks like to a trained model: the class asked for, or the one it predicts. */
import type { EngineState } from '../engine/index.ts'
import { LabError } from '../shared/errors.ts'
import { softmax } from '../stats/index.ts'
import { type ClassMap, gradcam } from './gradcam.ts'
import { explainableLayer, PREDICTED } from './layerGradient.ts'
import { ATTENTION, rolloutMap } from './rollout.ts'
import type { TrainedModel } from './trainedModel.ts'

/** `gradcam` asks a layer about a class; `rollout` follows a transformer's attention, whatever the class. */
export type Method = 'gradcam' | 'rollout'

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
  readonly method: Method
  /** `attention` for a rollout, which goes through all blocks. */
  readonly layer: string
  readonly map: ClassMap
  readonly answer: Answer
}

/** The question, left out where the model's own answer is meant. */
export interface Question {
  readonly class?: string | undefined
  readonly layer?: string | undefined
  readonly method?: Method | undefined
}

/**
 * @param pixels `size * size` grey pixels, 0 to 255, at the model's size
 * @throws LabError `usage` for a class, layer or attention that the model does not have, `failed` where its training diverged
 */
export async function explainClass(trained: TrainedModel, pixels: Float32Array, asked: Question): Promise<ExplainedClass> {
  const { classes, state } = trained
  const { method = 'gradcam' } = asked
  if (asked.class !== undefined && !classes.includes(asked.class)) {
    throw new LabError('usage', `there is no class '${asked.class}'; there are ${classes.join(', ')}`)
  }
  const number = asked.class === undefined ? PREDICTED : classes.indexOf(asked.class)
  const { logits, map, layer } = await look(trained, state, pixels, { number, layer: asked.layer, method })
  const answer = readLogits(logits, classes)
  return { class: asked.class ?? answer.class, method, layer, map, answer }
}

/** The map by the weights of a state: the model's own, or others. */
export async function look(
  { model, layers, attention }: TrainedModel,
  state: EngineState,
  pixels: Float32Array,
  {
    number,
    layer: named,
    method,
  }: { readonly number: number; readonly layer?: string | undefined; readonly method: Method },
): Promise<{ logits: Float32Array; map: ClassMap; layer: string }> {
  if (method === 'rollout') {
    if (named !== undefined) throw new LabError('usage', 'a rollout goes through all blocks: give no --layer')
    const found = await attention.of(state, pixels)
    return { logits: found.logits, map: rolloutMap(found.attention), layer: ATTENTION }
  }
  const layer = explainableLayer(model, named)
  const [found] = await layers.of(state, pixels, layer, [number])
  return { logits: found!.logits, map: gradcam(found!.layer), layer }
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
