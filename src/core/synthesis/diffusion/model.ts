/** The model of a generator's run: found where models are kept, or trained and kept. */

import { resizeBilinear } from '../../dataset/index.ts'
import { LabError } from '../../shared/errors.ts'
import type { GeneratorContext } from '../generator.ts'
import type { LearningContext } from '../learning.ts'
import { type LearningTask, learn } from './learn.ts'
import { modelKey, readState, readWeights, writeState, writeWeights } from './modelFile.ts'
import { type DiffusionSettings, type WholeSettings, wholeSettings } from './settings.ts'
import type { UnetShape } from './unetLayout.ts'

/** Milliseconds of training between two states that are kept. */
const KEEP_EVERY = 30_000

/** What a run of the generator works with. */
export interface Studio {
  readonly learning: LearningContext
  readonly settings: WholeSettings
  readonly task: LearningTask
  /** Of the model. */
  readonly key: string
  /** Content hashes of the images that it learns from, sorted. */
  readonly trainedOn: readonly string[]
}

/** @throws LabError `unavailable` where nothing can be trained, `usage` where settings or images do not do */
export function studioOf(context: GeneratorContext<DiffusionSettings>): Studio {
  const { seed, training, classes, image, learning } = context
  if (learning === undefined) throw new LabError('unavailable', 'diffusion trains a network, which cannot be done from here')
  const settings = wholeSettings(context.settings, learning.engine)
  const { size, patch, channels, multipliers, steps, batch, learningRate, averaging, depth } = settings
  const shape: UnetShape = { size, patch, channels, multipliers, classes: classes.length }
  const examples = training.toSorted((a, b) => (a.sha256 < b.sha256 ? -1 : 1))
  if (examples.length === 0) throw new LabError('usage', 'diffusion has no image to learn from: the training part is empty')
  const sizes = { steps, batch, learningRate, averaging, depth }
  const images = examples.map(({ sha256, class: name }) => ({ sha256, label: classes.indexOf(name) }))
  const { engine, lowering } = learning
  return {
    learning,
    settings,
    task: {
      ...{ shape, seed, ...sizes },
      images: images.map(one => {
        const { width, height, pixels } = image(one.sha256)
        return { ...one, pixels: resizeBilinear(pixels, width, height, size, size) }
      }),
    },
    key: modelKey({ shape, ...sizes, seed, classes, images, engine, lowering }),
    trainedOn: examples.map(({ sha256 }) => sha256),
  }
}

/** Steps of training that are still to take: 0 for a model that is there. */
export function stepsLeft({ learning, key, task }: Studio): number {
  return task.steps - (learning.models.find(key)?.step ?? 0)
}

/** The model's weights, trained first or trained on where they are not there; null where the user stopped that: what was learned is kept. */
export async function trainedWeights(
  { learning, key, task }: Studio,
  { classes, clock, signal }: Pick<GeneratorContext, 'classes' | 'clock' | 'signal'>,
): Promise<Record<string, Float32Array> | null> {
  const { shape, steps } = task
  const kept = learning.models.find(key)
  if (kept !== null && kept.step === steps) return readWeights(shape, kept.bytes)
  const from = kept === null ? null : { step: kept.step, state: readState(shape, kept.bytes) }
  await learning.progress(from?.step ?? 0, steps, '')
  let keptAt = clock()
  let smooth: number | null = null
  for await (const { step, loss, state } of learn(await learning.start(), task, from)) {
    smooth = smooth === null ? loss : smooth + (loss - smooth) / 50
    if (!Number.isFinite(loss)) throw diverged(step)
    if (step === steps) {
      const last = await state()
      if (!Object.values(last).every(values => values.every(Number.isFinite))) throw diverged(step)
      const bytes = writeWeights(shape, last, classes)
      learning.models.keep(key, { step, total: steps, bytes })
      await learning.progress(step, steps, lossText(smooth))
      return readWeights(shape, bytes)
    }
    const stopped = signal.aborted
    if (stopped || clock() - keptAt >= KEEP_EVERY) {
      learning.models.keep(key, { step, total: steps, bytes: writeState(shape, await state(), step) })
      keptAt = clock()
    }
    await learning.progress(step, steps, lossText(smooth))
    if (stopped) return null
  }
  return null
}

function lossText(loss: number): string {
  return `loss ${loss.toFixed(4)}`
}

function diverged(step: number): LabError {
  return new LabError(
    'failed',
    `diffusion: the training diverged at step ${step}; set a smaller learningRate in mri-lab.config.json: {"generators": {"diffusion": {"learningRate": R}}}`,
  )
}
