/** A variation: a source noised to a strength and denoised (Meng et al., "SDEdit", 2022). */
import type { GreyImage } from '../../dataset/index.ts'
import { resizeBilinear } from '../../dataset/index.ts'
import { type Engine, type EngineState, type Program, sizeOf } from '../../engine/index.ts'
import { normalDraws } from '../../shared/normal.ts'
import type { RandomStream } from '../../shared/random.ts'
import { denoisingSpecs, denoisingStep } from './definitions.ts'
import { signed } from './learn.ts'
import { denoisingTimes, noising } from './schedule.ts'
import { denoise } from './steps.ts'
import type { UnetShape } from './unetLayout.ts'

/** One to make: the stream gives its noise. */
export interface Wanted {
  readonly source: GreyImage
  /** Class index. */
  readonly label: number
  readonly random: RandomStream
}

/** A trained network, ready for `batch` images at a time. Release it when done. */
export class Varier {
  private readonly shape: UnetShape
  private readonly batch: number
  private readonly state: EngineState
  private readonly program: Program

  private constructor(shape: UnetShape, batch: number, state: EngineState, program: Program) {
    this.shape = shape
    this.batch = batch
    this.state = state
    this.program = program
  }

  static async open(
    engine: Engine,
    shape: UnetShape,
    batch: number,
    weights: Readonly<Record<string, Float32Array>>,
  ): Promise<Varier> {
    const program = await engine.compile(denoisingStep(shape, batch))
    return new Varier(shape, batch, engine.createState(denoisingSpecs(shape, batch), weights), program)
  }

  /** Variations of at most `batch` sources, each of its source's size. The noise of one is drawn from its stream alone. */
  async vary(
    wanted: readonly Wanted[],
    { strength, samplingSteps }: { readonly strength: number; readonly samplingSteps: number },
  ): Promise<GreyImage[]> {
    const { size } = this.shape
    const times = denoisingTimes(strength, samplingSteps)
    if (times.length === 0) return wanted.map(({ source }) => ({ ...source, pixels: source.pixels.slice() }))
    const { signal, sigma } = noising(times[0]!)
    const small = wanted.map(({ source }) => signed(resizeBilinear(source.pixels, source.width, source.height, size, size)))
    const x = new Float32Array(sizeOf([this.batch, size, size]))
    for (const [k, { random }] of wanted.entries()) {
      const draw = normalDraws(random, 1)
      x.set(
        small[k]!.map(value => signal * value + sigma * draw()),
        k * size * size,
      )
    }
    const label = Int32Array.from({ length: this.batch }, (_, k) => wanted[k]?.label ?? 0)
    const varied = await denoise(this.program, this.state, this.shape, { x, label, times })
    return wanted.map(({ source }, k) => {
      const now = varied.subarray(k * size * size, (k + 1) * size * size)
      return changed(source, small[k]!, now, size)
    })
  }

  async release(): Promise<void> {
    this.state.release()
    await this.program.release()
  }
}

/**
 * A source with the change that the network made to its version of `size` pixels a side. Where the network sees the source as it is, that is the network's image; a larger source keeps its
 * own fine detail, and the change is enlarged.
 */
function changed(source: GreyImage, before: Float32Array, after: Float32Array, size: number): GreyImage {
  const { width, height } = source
  const change = after.map((value, p) => 127.5 * (value - before[p]!))
  const spread = width === size && height === size ? change : enlarged(change, size, width, height)
  const pixels = source.pixels.map((level, p) => Math.min(255, Math.max(0, Math.floor(level + spread[p]! + 0.5))))
  return { width, height, pixels }
}

/** Bilinear, between the centres of pixels. */
function enlarged(values: Float32Array, size: number, width: number, height: number): Float32Array {
  const along = (length: number) =>
    Array.from({ length }, (_, i) => {
      const at = Math.min(size - 1, Math.max(0, ((i + 0.5) * size) / length - 0.5))
      const first = Math.min(size - 1, Math.floor(at))
      return { first, second: Math.min(size - 1, first + 1), share: at - first }
    })
  const [rows, columns] = [along(height), along(width)]
  const out = new Float32Array(width * height)
  for (const [y, row] of rows.entries()) {
    for (const [x, column] of columns.entries()) {
      const at = (line: number) =>
        values[line * size + column.first]! * (1 - column.share) + values[line * size + column.second]! * column.share
      out[y * width + x] = at(row.first) * (1 - row.share) + at(row.second) * row.share
    }
  }
  return out
}
