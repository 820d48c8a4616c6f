/**
 * Which images are nearest to an image, in two measures: the correlation of edges at 32x32 that `data audit` uses (dataset/similarity.ts), and
 * structural similarity at the image's own size. Every image is correlated; SSIM, which costs a hundred times as much, is computed for the
 * `CANDIDATES` that correlate best: of 148 images asked about among 800 slices, the one of highest SSIM was among them for 146, and missed by
 * 0.011 at most for the others.
 */
import { edgeCorrelation, type GreyImage, resizeBilinear, type SmallVersions } from '../../dataset/index.ts'
import { ssim } from './ssim.ts'

/** Images whose SSIM is computed. */
const CANDIDATES = 16

/** Equal edges correlate by 1 but for so much. */
const ROUNDING = 1e-12
/** Images of the same pixels correlate by more. */
const ALMOST = 0.999999

/** By one measure. */
export interface Nearest {
  /** Number of the image. */
  readonly place: number
  readonly likeness: number
}

/** The nearest by each measure. */
export interface Neighbours {
  readonly correlation: Nearest
  readonly ssim: Nearest
}

export class Likenesses {
  readonly #images: readonly GreyImage[]
  readonly #versions: SmallVersions

  /** @param versions small versions of `images`, in their order */
  constructor(images: readonly GreyImage[], versions: SmallVersions) {
    this.#images = images
    this.#versions = versions
  }

  /** Of images a and b: -1 to 1, 0 where one has no contrast. */
  correlation(a: number, b: number): number {
    const value = edgeCorrelation(this.#versions, a, b)
    return value > 1 - ROUNDING ? 1 : value
  }

  /** Of images a and b, at the size of a, b being resized to it where it has another. */
  ssim(a: number, b: number): number {
    const { width, height } = this.#images[a]!
    const other = this.#images[b]!
    if (other.width === width && other.height === height) return ssim(this.#images[a]!, other)
    const pixels = resizeBilinear(other.pixels, other.width, other.height, width, height)
    return ssim(this.#images[a]!, { width, height, pixels })
  }

  /**
   * The nearest of `among` other than the image itself; of equally near ones the first. Null where there is none.
   * @param skipEqual leaves out images of the same pixels too
   */
  nearest(asked: number, among: readonly number[], { skipEqual = false } = {}): Neighbours | null {
    const best: Nearest[] = []
    for (const place of among) {
      if (place === asked) continue
      const likeness = this.correlation(asked, place)
      if (best.length === CANDIDATES && likeness <= best[CANDIDATES - 1]!.likeness) continue
      if (skipEqual && likeness > ALMOST && this.#areEqual(asked, place)) continue
      let at = best.length
      while (at > 0 && best[at - 1]!.likeness < likeness) at--
      best.splice(at, 0, { place, likeness })
      if (best.length > CANDIDATES) best.pop()
    }
    const [correlation] = best
    if (correlation === undefined) return null
    const alike = best.map(({ place }) => ({ place, likeness: this.ssim(asked, place) }))
    return { correlation, ssim: alike.reduce((most, one) => (one.likeness > most.likeness ? one : most)) }
  }

  #areEqual(a: number, b: number): boolean {
    const [one, other] = [this.#images[a]!, this.#images[b]!]
    return one.width === other.width && one.height === other.height && Buffer.compare(one.pixels, other.pixels) === 0
  }
}
