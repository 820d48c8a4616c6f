/**
 * The dissertation's figures 3.1 to 3.4 from a user's own data: images of two classes, each asked about both, a real one beside a synthetic one
 * made of it.
 */
import { type Answer, explainClass, type Question } from './explainClass.ts'
import type { ClassMap } from './gradcam.ts'
import { type Likeness, likeness } from './likeness.ts'
import type { TrainedModel } from './trainedModel.ts'

/** An image to ask about. */
export interface PairImage {
  /** As the user would name it. */
  readonly name: string
  /** Row-major grey pixels at the model's size, 0 to 255. */
  readonly pixels: Uint8Array
}

/** A real image, and a synthetic one made of it where there is one. */
export interface Pair {
  /** The label of both. */
  readonly label: string
  readonly real: PairImage
  readonly synthetic: PairImage | null
}

/** One image's maps of each class asked about, in that order. */
export interface ExplainedImage extends PairImage {
  readonly answer: Answer
  readonly maps: readonly ClassMap[]
  /** Of the first two maps: do the two classes look at the same places? */
  readonly betweenClasses: Likeness
}

export interface ExplainedPair {
  readonly label: string
  readonly real: ExplainedImage
  readonly synthetic: ExplainedImage | null
  /** Of the real and the synthetic image's maps, class by class; null without a synthetic one. */
  readonly realSynthetic: readonly Likeness[] | null
}

/** The classes of the dissertation's figures where the model has both; else the last and the first. @throws RangeError for one class */
export function pairedClasses(classes: readonly string[]): readonly [string, string] {
  const figures = ['ModerateDemented', 'NonDemented'] as const
  if (figures.every(name => classes.includes(name))) return figures
  const [first, last] = [classes[0], classes.at(-1)]
  if (first === undefined || last === undefined || first === last) throw new RangeError('pairs need two classes')
  return [last, first]
}

/** @param targets the classes asked about; @throws LabError as explainClass */
export async function explainPairs(
  trained: TrainedModel,
  pairs: readonly Pair[],
  targets: readonly [string, string],
  how: Pick<Question, 'layer' | 'method'>,
): Promise<{ pairs: ExplainedPair[]; layer: string }> {
  let layer = ''
  const explained = async (image: PairImage): Promise<ExplainedImage> => {
    const found = []
    for (const target of targets)
      found.push(await explainClass(trained, Float32Array.from(image.pixels), { ...how, class: target }))
    const [first, second] = found
    layer = first!.layer
    const betweenClasses = likeness(first!.map.map, second!.map.map)
    return { ...image, answer: first!.answer, maps: found.map(({ map }) => map), betweenClasses }
  }
  const results: ExplainedPair[] = []
  for (const { label, real, synthetic } of pairs) {
    const ofReal = await explained(real)
    const ofSynthetic = synthetic === null ? null : await explained(synthetic)
    const realSynthetic = ofSynthetic?.maps.map((map, i) => likeness(ofReal.maps[i]!.map, map.map)) ?? null
    results.push({ label, real: ofReal, synthetic: ofSynthetic, realSynthetic })
  }
  return { pairs: results, layer }
}
