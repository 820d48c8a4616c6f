/**
 * Training of a diffusion model, step by step: its caller may stop after any step, keep what there is, and go on from it another day with the same result. Everything random of step t comes
 * from a stream of its own, named by seed and t.
 */
import { type Engine, runMany } from '../../engine/index.ts'
import { drawnTensors } from '../../models/index.ts'
import { normalDraws } from '../../shared/normal.ts'
import { hashOf, randomStream } from '../../shared/random.ts'
import { AVERAGE, learningSpecs, learningStep } from './definitions.ts'
import { TIMES } from './schedule.ts'
import { type Drawn, learningInputs } from './steps.ts'
import { type UnetShape, unetParameters } from './unetLayout.ts'

/** An image to learn from. */
export interface LearningImage {
  readonly sha256: string
  readonly label: number
  /** Grey, `[size, size]`. */
  readonly pixels: Uint8Array
}

export interface LearningTask {
  readonly shape: UnetShape
  readonly images: readonly LearningImage[]
  readonly seed: number
  readonly steps: number
  /** Images of a step. */
  readonly batch: number
  /** The highest; it rises over the first steps, and falls to zero over all (half a cosine). */
  readonly learningRate: number
  /** Share of the old moving average in the new one, once there are enough steps. */
  readonly averaging: number
  /** The latest time that is learned, as a share of all: variations start no later. */
  readonly depth: number
}

/** What there is after a step. */
export interface Learned {
  /** Steps taken. */
  readonly step: number
  /** Of this step, before its update. */
  readonly loss: number
  /** Copies of the whole state: weights, moments, averages. */
  state(): Promise<Record<string, Float32Array>>
}

/** Steps over which the learning rate rises. */
const WARM_UP = 100

/** Takes the steps after `from`, yielding after each, or after as many as the engine takes at once. */
export async function* learn(
  engine: Engine,
  task: LearningTask,
  from: { readonly step: number; readonly state: Readonly<Record<string, Float32Array>> } | null,
): AsyncGenerator<Learned> {
  const { shape, batch, steps } = task
  const state = engine.createState(learningSpecs(shape), from?.state ?? firstState(task))
  const program = await engine.compile(learningStep(shape, batch))
  try {
    const deck = new Deck(task)
    for (let done = from?.step ?? 0; done < steps; ) {
      const count = Math.min(program.runsAtOnce ?? 1, steps - done)
      const inputs = Array.from({ length: count }, (_, k) => inputsOf(task, deck, done + 1 + k))
      const outputs = await runMany(program, state, inputs)
      done += count
      yield { step: done, loss: outputs.at(-1)!.loss![0]!, state: () => state.read() }
    }
  } finally {
    state.release()
    await program.release()
  }
}

/** Drawn weights, whose averages begin where they do; moments of zero. */
function firstState({ shape, seed }: LearningTask): Record<string, Float32Array> {
  const weights = drawnTensors(unetParameters(shape), seed, 'diffusion', 'weights')
  const averages = Object.entries(weights).map(([name, values]) => [AVERAGE + name, values] as const)
  return { ...weights, ...Object.fromEntries(averages) }
}

function inputsOf(task: LearningTask, deck: Deck, t: number) {
  const { shape, steps, learningRate, averaging } = task
  const rate = learningRate * Math.min(1, t / WARM_UP) * 0.5 * (1 + Math.cos((Math.PI * (t - 1)) / steps))
  return learningInputs(shape, drawStep(task, deck, t), {
    t,
    learningRate: rate,
    keep: Math.min(averaging, (1 + t) / (10 + t)),
  })
}

function drawStep({ shape, seed, batch, depth }: LearningTask, deck: Deck, t: number): Drawn {
  const stream = randomStream(seed, 'diffusion', 'step', t)
  const pixels = shape.size * shape.size
  const images = Array.from({ length: batch }, (_, k) => deck.image((t - 1) * batch + k))
  const times = images.map(() => 1 + Math.floor(stream.uniform() * Math.round(depth * TIMES)))
  const draw = normalDraws(stream, 1)
  const image = new Float32Array(batch * pixels)
  for (const [k, one] of images.entries()) image.set(signed(one.pixels), k * pixels)
  return {
    image,
    noise: Float32Array.from({ length: batch * pixels }, draw),
    times,
    label: Int32Array.from(images, ({ label }) => label),
  }
}

/** Grey levels from 0 to 255 as numbers from -1 to 1. */
export function signed(pixels: Uint8Array): Float32Array {
  return Float32Array.from(pixels, level => level / 127.5 - 1)
}

/** All images, shuffled anew for each time through. */
class Deck {
  private readonly task: Pick<LearningTask, 'images' | 'seed'>
  private epoch = -1
  private order: readonly LearningImage[] = []

  constructor(task: Pick<LearningTask, 'images' | 'seed'>) {
    this.task = task
  }

  /** Number `n` of the endless row, from 0. */
  image(n: number): LearningImage {
    const { images, seed } = this.task
    const epoch = Math.floor(n / images.length)
    if (epoch !== this.epoch) {
      const place = new Map(images.map(one => [one, hashOf(seed, 'diffusion', 'epoch', epoch, one.sha256)]))
      this.order = images.toSorted((a, b) => (place.get(a)! < place.get(b)! ? -1 : 1))
      this.epoch = epoch
    }
    return this.order[n % images.length]!
  }
}
