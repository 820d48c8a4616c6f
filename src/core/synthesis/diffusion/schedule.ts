/**
 * How much of an image is left at each time of the noising, and the way back. At time t, from 0 (the image) to TIMES (noise), x_t = signal_t x_0 + sigma_t e with e
 * normal and signal_t^2 + sigma_t^2 = 1.
 */
import { LabError } from '../../shared/errors.ts'

/** Steps of the noising. */
export const TIMES = 1000
/** Nichol and Dhariwal's offset, and the most that one step may take away. */
const OFFSET = 0.008
const MOST = 0.999

/** signal_t^2 by time, `[TIMES + 1]`: the cosine schedule of Nichol and Dhariwal, "Improved Denoising Diffusion Probabilistic Models", 2021, equation 17. */
const KEPT: Float64Array = (() => {
  const left = (t: number) => Math.cos((((t / TIMES + OFFSET) / (1 + OFFSET)) * Math.PI) / 2) ** 2
  const kept = new Float64Array(TIMES + 1).fill(1)
  for (let t = 1; t <= TIMES; t++) kept[t] = kept[t - 1]! * (1 - Math.min(MOST, 1 - left(t) / left(t - 1)))
  return kept
})()

/** The share of the image and of the noise at a time. */
export function noising(t: number): { readonly signal: number; readonly sigma: number } {
  const kept = KEPT[t]
  if (kept === undefined) throw new LabError('failed', `there is no time ${t} of the noising`)
  return { signal: Math.sqrt(kept), sigma: Math.sqrt(1 - kept) }
}

/** The most that an image of little noise counts in the loss. */
const CLEAREST = 5

/**
 * What the squared error of an image counts in the loss: signal_t^2 / sigma_t^2 makes it the squared error of the noise (Ho et al. 2020, equation 14), and no more than CLEAREST makes times of
 * little noise no more than the others (Hang et al., "Efficient Diffusion Training via Min-SNR Weighting Strategy", 2023, equation 9).
 */
export function lossWeight(t: number): number {
  const { signal, sigma } = noising(t)
  return Math.min(CLEAREST, (signal / sigma) ** 2)
}

/**
 * The times that denoising from `strength` (0 to 1) passes, downwards, 0 the last; empty at strength 0. The whole way has `steps` steps, a part of it its share
 * of them, rounded up (Meng et al., "SDEdit", 2022, algorithm 1, on a subsequence of the times as in Song et al., "DDIM", 2021, section 4.2).
 */
export function denoisingTimes(strength: number, steps: number): readonly number[] {
  const start = Math.round(strength * TIMES)
  if (start === 0) return []
  const count = Math.min(start, Math.ceil((steps * start) / TIMES))
  return Array.from({ length: count + 1 }, (_, k) => Math.round((start * (count - k)) / count))
}

/** What the network is told of a time: cosines, then sines, of t at `width / 2` frequencies from 1 down to 1/10000 (Vaswani et al. 2017, section 3.5, as in DDPM). */
export function timeFeatures(t: number, width: number): Float32Array {
  const half = width / 2
  const angle = (i: number) => t * Math.exp((-Math.log(10_000) * i) / half)
  return Float32Array.from({ length: width }, (_, i) => (i < half ? Math.cos(angle(i)) : Math.sin(angle(i - half))))
}
