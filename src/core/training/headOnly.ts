/** Training the head alone on the features that the rest of the model, frozen and in evaluation mode, makes of the images. */
import type { EngineState } from '../engine/index.ts'
import { hashOf } from '../shared/random.ts'
import { augmentedPixels, inBatches, labelsOf, plainPixels } from './batches.ts'
import { headSpecs, weightSpecs } from './definitions.ts'
import type { Learner, LearnerParts, PlannedStep } from './learner.ts'
import { filledLabels, filledPixels, type StepReport, scalarsOf, stepShape, weightsOf } from './step.ts'
import type { TrainingTask } from './task.ts'

/** Features of the images of a memory, unaugmented, each computed when it is first needed: those of one frozen network at a time. */
export class FeatureCache {
  private key = ''
  private rows = new Map<number, Float32Array>()

  /** Features by place, of this frozen network; what another one's were is forgotten. */
  of(network: string): Map<number, Float32Array> {
    if (network !== this.key) {
      this.key = network
      this.rows = new Map()
    }
    return this.rows
  }
}

/** What decides a frozen network's features: runs that start from one file of weights share them. */
function networkOf({ model, size, configuration, pretrained, seed, index }: TrainingTask): string {
  const start = pretrained ?? [seed, index]
  return hashOf(JSON.stringify([model, size, configuration, start]))
}

/**
 * Unaugmented features are taken from `cache`; where the policy changes images, those of training are computed anew in each step. `stopped` is asked while
 * the cache fills and throws.
 */
export async function headOnly(parts: LearnerParts, cache: FeatureCache, stopped: () => Promise<void>): Promise<Learner> {
  const { task, model, policy, programs, images, start, timed } = parts
  const { batch, classWeights } = stepShape(task)
  const network = programs.engine.createState(weightSpecs(model), start.weights)
  const state = programs.engine.createState(headSpecs(model), pick(start.weights, Object.keys(headSpecs(model))))
  const cached = cache.of(networkOf(task))
  const plain = task.policy === 'none'
  await fill(parts, network, cached, [...task.validation, ...(plain ? task.train : [])], stopped)

  async function step({ images: some, ...place }: PlannedStep): Promise<StepReport> {
    const given = plain
      ? rowsOf(some)
      : await featuresOf(parts, network, some.length, () => augmentedPixels(some, images, policy, task))
    const labels = labelsOf(some)
    const program = await programs.headStep(model, batch, classWeights !== undefined)
    const outputs = await program.run(state, {
      features: timed(() => filledPixels(given, some.length, batch)),
      labels: filledLabels(labels, batch),
      ...weightsOf({ labels }, classWeights, batch),
      ...scalarsOf(place),
    })
    return { loss: outputs.loss![0]!, correct: outputs.correct![0]! }
  }
  const rowsOf = (some: readonly { readonly place: number }[]) => joined(some.map(({ place }) => cached.get(place)!))
  return {
    stepsAtOnce: 1,
    async steps(planned) {
      const reports: StepReport[] = []
      for (const each of planned) reports.push(await step(each))
      return reports
    },
    async validationLogits() {
      const program = await programs.headPrediction(model, batch)
      const logits: Float32Array[] = []
      for (const some of inBatches(task.validation, batch)) {
        const outputs = await program.run(state, { features: filledPixels(rowsOf(some), some.length, batch) })
        logits.push((outputs.logits as Float32Array).subarray(0, some.length * model.classes))
      }
      return joined(logits)
    },
    async saved() {
      const head = await state.read([...model.head])
      return { weights: { ...start.weights, ...head }, counters: start.counters } // frozen batch norms see no batches
    },
    release() {
      network.release()
      state.release()
    },
  }
}

/** Computes what the cache lacks. */
async function fill(
  parts: LearnerParts,
  network: EngineState,
  cached: Map<number, Float32Array>,
  wanted: readonly { readonly place: number }[],
  stopped: () => Promise<void>,
): Promise<void> {
  const { model, images } = parts
  const places = [...new Set(wanted.map(({ place }) => place))].filter(place => !cached.has(place))
  for (const some of inBatches(places, stepShape(parts.task).batch)) {
    await stopped()
    const pixels = () =>
      plainPixels(
        some.map(place => ({ place })),
        images,
      )
    const features = await featuresOf(parts, network, some.length, pixels)
    for (const [i, place] of some.entries()) cached.set(place, features.slice(i * model.width, (i + 1) * model.width))
  }
}

/** Features `[count, width]` of images that `pixels` makes. */
async function featuresOf(
  { task, model, programs, timed }: LearnerParts,
  network: EngineState,
  count: number,
  pixels: () => Float32Array,
): Promise<Float32Array> {
  const { batch } = stepShape(task)
  const program = await programs.features(model, batch)
  const { features } = await program.run(network, { pixels: timed(() => filledPixels(pixels(), count, batch)) })
  return (features as Float32Array).subarray(0, count * model.width)
}

function pick(weights: Readonly<Record<string, Float32Array>>, names: readonly string[]): Record<string, Float32Array> {
  return Object.fromEntries(names.flatMap(name => (weights[name] === undefined ? [] : [[name, weights[name]]])))
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
