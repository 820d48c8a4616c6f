/** The model-randomisation check: does a map depend on what the model has learned? */
import { initialWeights } from '../models/index.ts'
import { spearman } from '../stats/index.ts'
import { weightSpecs } from '../training/index.ts'
import { type ExplainedClass, look } from './explainClass.ts'
import type { TrainedModel } from './trainedModel.ts'

/**
 * Mean rank correlation (Spearman) of a map with the maps that the same image and class get from models with weights drawn anew: near 0 where the
 * map shows what was learned, near 1 where it shows the image whatever was learned. Null where no drawn model's map could be compared (it or the
 * map itself is empty).
 */
export interface RandomisationCheck {
  /** Only the last layer drawn anew: the first step of the paper's cascade. */
  readonly head: number | null
  /** All weights drawn anew: its last step. */
  readonly all: number | null
  readonly draws: number
}

/** Draws of a check that asks for no other number. */
export const RANDOMISATION_DRAWS = 5

export interface RandomisationOptions {
  /** Default RANDOMISATION_DRAWS. */
  readonly draws?: number
  /** The first of the draws, counted from 0 (default), where they are asked for in parts. */
  readonly from?: number
  /** Default 1. Draw i starts as a training of this seed and run index i would. */
  readonly seed?: number
}

/**
 * Adebayo et al., "Sanity Checks for Saliency Maps" (2018, arXiv 1810.03292), section 3: the two ends of its cascading randomisation, compared by
 * rank correlation without absolute values, several times, since one drawn model's map is one of many.
 */
export async function randomisationCheck(
  trained: TrainedModel,
  pixels: Float32Array,
  { map, class: name, layer, method }: ExplainedClass,
  { draws = RANDOMISATION_DRAWS, from = 0, seed = 1 }: RandomisationOptions = {},
): Promise<RandomisationCheck> {
  const { model, engine, classes } = trained
  const asked = { number: classes.indexOf(name), method, ...(method === 'gradcam' ? { layer } : {}) }
  const learned = await trained.state.read(Object.keys(weightSpecs(model)))
  const scratch = engine.createState(trained.state.specs, learned)
  const alike = async (): Promise<number | null> => spearman(map.map, (await look(trained, scratch, pixels, asked)).map.map)
  const found: Record<'head' | 'all', (number | null)[]> = { head: [], all: [] }
  try {
    for (let draw = 0; draw < draws; draw++) {
      const drawn = initialWeights(model, seed, from + draw)
      if (draw > 0) await scratch.write(learned)
      await scratch.write(Object.fromEntries(model.head.map(part => [part, drawn[part]!])))
      found.head.push(await alike())
      await scratch.write(drawn)
      found.all.push(await alike())
    }
  } finally {
    scratch.release()
  }
  return { head: meanOf(found.head), all: meanOf(found.all), draws }
}

function meanOf(values: readonly (number | null)[]): number | null {
  const numbers = values.filter(value => value !== null)
  return numbers.length === 0 ? null : numbers.reduce((sum, value) => sum + value, 0) / numbers.length
}
