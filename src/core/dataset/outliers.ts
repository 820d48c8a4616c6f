/** Images unlike the others of their data set in size, brightness or contrast, and images with nothing on them. */
import { median } from '../stats/index.ts'
import type { DatasetImage } from './dataset.ts'
import type { PackedImage } from './similarity.ts'

export interface Outlier {
  readonly image: string
  readonly origin: string
  readonly class: string
  readonly part: DatasetImage['part']
  /** `blank`: hardly two grey levels; `size`, `brightness` (mean grey), `contrast` (standard deviation): far from the others'. */
  readonly kind: 'blank' | 'size' | 'brightness' | 'contrast'
  /** What it has, and what is usual: `64x64`, `128x128`; grey levels. */
  readonly value: string | number
  readonly usual: string | number
}

/** An image is blank when its standard deviation is below so many grey levels. */
const BLANK = 2
/** A size is unusual when at least this share of the images has another one. */
const COMMON = 0.9
/** Robust standard deviations from the median, from which an intensity is unusual. Of normal values one in 500 million lies further out. */
const FAR = 6
/** The median absolute deviation of normal values times this is their standard deviation. */
const NORMAL = 1.4826
/** Grey levels: the spread of values that hardly differ at all. */
const LEAST_SPREAD = 1

/**
 * Mean and standard deviation of an image's grey levels, the sums exact.
 *
 * @param pixels not empty.
 */
function intensity(pixels: Uint8Array): { readonly mean: number; readonly deviation: number } {
  let sum = 0
  let squares = 0
  for (const value of pixels) {
    sum += value
    squares += value * value
  }
  const mean = sum / pixels.length
  return { mean, deviation: Math.sqrt(Math.max(0, squares / pixels.length - mean * mean)) }
}

/** The outliers in source order. An image is named once: blank before size, brightness, contrast. */
export function findOutliers(
  images: readonly (PackedImage & Pick<DatasetImage, 'id' | 'origin' | 'label' | 'part'>)[],
  classes: readonly string[],
  pack: Uint8Array,
): readonly Outlier[] {
  const measured = images.map(image => {
    const { width, height, offset } = image
    return { image, size: `${width}x${height}`, ...intensity(pack.subarray(offset, offset + width * height)) }
  })
  const filled = measured.filter(({ deviation }) => deviation >= BLANK)
  const size = commonSize(measured.map(one => one.size))
  const brightness = robust(filled.map(({ mean }) => mean))
  const contrast = robust(filled.map(({ deviation }) => deviation))

  return measured.flatMap(({ image, size: own, mean, deviation }): Outlier[] => {
    const { id, origin, label, part } = image
    const named = { image: id, origin, class: classes[label]!, part }
    const grey = (value: number): number => Math.round(value * 10) / 10
    if (deviation < BLANK) return [{ ...named, kind: 'blank', value: grey(deviation), usual: grey(contrast.median) }]
    if (size !== null && own !== size) return [{ ...named, kind: 'size', value: own, usual: size }]
    if (isFar(mean, brightness)) return [{ ...named, kind: 'brightness', value: grey(mean), usual: grey(brightness.median) }]
    if (isFar(deviation, contrast))
      return [{ ...named, kind: 'contrast', value: grey(deviation), usual: grey(contrast.median) }]
    return []
  })
}

/** The size that nearly all images have; null where there is none. */
function commonSize(sizes: readonly string[]): string | null {
  const counts = Map.groupBy(sizes, size => size)
  const [common] = [...counts].sort(([, a], [, b]) => b.length - a.length)
  return common !== undefined && common[1].length >= COMMON * sizes.length ? common[0] : null
}

interface Robust {
  readonly median: number
  readonly spread: number
}

function robust(values: readonly number[]): Robust {
  const middle = median(values) ?? 0
  const spread = NORMAL * (median(values.map(value => Math.abs(value - middle))) ?? 0)
  return { median: middle, spread: Math.max(spread, LEAST_SPREAD) }
}

function isFar(value: number, { median, spread }: Robust): boolean {
  return Math.abs(value - median) > FAR * spread
}
