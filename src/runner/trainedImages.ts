import type { Dataset, DatasetImage } from '../core/dataset/index.ts'

/** The images that some split trains or validates on, in source order: what a trainer holds in memory. */
export function trainedImages(splits: readonly Dataset[]): readonly DatasetImage[] {
  const first = splits[0]?.images ?? []
  const isUsed = (place: number): boolean =>
    splits.some(({ images }) => images[place]!.part === 'train' || images[place]!.part === 'validation')
  return first.filter((_, place) => isUsed(place))
}
