/** More of the images of small classes: copies, until every class has as many as the greatest. */
import { byHash, type ClassSample } from './sampling.ts'

/** A further copy of a training image. */
export interface Copy {
  /** Which image of its class: a place in the real ones, followed by the synthetic ones. */
  readonly of: number
  /** That image's id + `s` + a number, counted on from the class's last variation: so copies have draws of their own. */
  readonly id: string
}

/**
 * The copies, by class index, that bring every class up to the greatest class's count; none for a class without images. Within a class the images are copied in
 * the order of hash(seed, index, id), once each before any twice, so that two images differ by one copy at most.
 *
 * In a class of real images alone these are the duplicates that a control has (sampling.ts) at the same count: the same images under the same ids.
 */
export function oversampled(samples: readonly ClassSample[], seed: number, index: number): readonly (readonly Copy[])[] {
  const most = Math.max(0, ...samples.map(countOf))
  return samples.map(sample => {
    const ids = [...sample.real, ...sample.synthetic].map(({ id }) => id)
    if (ids.length === 0 || ids.length === most) return []
    const order = byHash(
      ids.map((id, of) => ({ id, of })),
      seed,
      index,
    )
    const last = Math.max(0, ...sample.synthetic.map(({ variation }) => variation))
    return Array.from({ length: most - ids.length }, (_, k) => {
      const { of, id } = order[k % order.length]!
      return { of, id: `${id}s${last + 1 + Math.floor(k / order.length)}` }
    })
  })
}

function countOf({ real, synthetic }: ClassSample): number {
  return real.length + synthetic.length
}
