/** What the programs of a diffusion model are fed with. */
import { type Arrays, type EngineState, type Program, runMany } from '../../engine/index.ts'
import { adamScalars } from '../../training/index.ts'
import { lossWeight, noising, timeFeatures } from './schedule.ts'
import type { UnetShape } from './unetLayout.ts'

/** Everything random of a step of training: images and noise `[batch, size, size, 1]`, a time and a class of each. */
export interface Drawn {
  readonly image: Float32Array
  readonly noise: Float32Array
  readonly times: readonly number[]
  readonly label: Int32Array
}

/** Inputs of learningStep for step `t`, from 1; `keep` is the share of the old moving average in the new one. */
export function learningInputs(
  { channels }: UnetShape,
  { image, noise, times, label }: Drawn,
  { t, learningRate, keep }: { readonly t: number; readonly learningRate: number; readonly keep: number },
): Arrays {
  const shares = times.map(noising)
  const time = new Float32Array(times.length * channels)
  for (const [i, at] of times.entries()) time.set(timeFeatures(at, channels), i * channels)
  const { stepSize, epsilon } = adamScalars(t, learningRate)
  return {
    ...{ image, noise, time, label },
    signal: Float32Array.from(shares, ({ signal }) => signal),
    sigma: Float32Array.from(shares, ({ sigma }) => sigma),
    weight: Float32Array.from(times, lossWeight),
    stepSize: Float32Array.of(stepSize),
    epsilon: Float32Array.of(epsilon),
    keep: Float32Array.of(keep),
  }
}

/** Noised images `x [batch, size, size, 1]` of classes `label [batch]`, at the first of `times`, brought to the last. */
export async function denoise(
  program: Program,
  state: EngineState,
  { channels }: UnetShape,
  { x, label, times }: { readonly x: Float32Array; readonly label: Int32Array; readonly times: readonly number[] },
): Promise<Float32Array> {
  await state.write({ x })
  const steps = times.slice(1).map((next, k) => {
    const [now, after] = [noising(times[k]!), noising(next)]
    return {
      label,
      time: timeFeatures(times[k]!, channels),
      signal: Float32Array.of(now.signal),
      sigma: Float32Array.of(now.sigma),
      nextSignal: Float32Array.of(after.signal),
      nextSigma: Float32Array.of(after.sigma),
    }
  })
  await runMany(program, state, steps)
  return (await state.read(['x'])).x!
}
