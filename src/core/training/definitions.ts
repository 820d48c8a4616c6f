/** The programs of training as pure definitions: a step, its two halves for batches too big to take at once, a prediction, and the same of the head alone. */

import { add, mul, type Tensor, valueAndGradients } from '../engine/primitives.ts'
import type { Definition, Specs, TensorSpec, Tensors } from '../engine/program.ts'
import { type Model, type ParameterSpec, savedTensors } from '../models/model.ts'
import { LabError } from '../shared/errors.ts'
import { adamUpdate } from './adam.ts'
import { correctCount, crossEntropy, crossEntropySum, weightedCrossEntropy } from './loss.ts'

/** Prefixes of Adam's moments and of summed gradients among the state's names; weights keep their own. */
const M = 'adam.m.'
const V = 'adam.v.'
const GRADIENT = 'gradient.'

/** Weights and running statistics alone: what predicting needs. */
export function weightSpecs(model: Model): Specs {
  return Object.fromEntries(savedTensors(model).map(({ name, shape }) => [name, float(shape)]))
}

/** These, and both moments of each weight. */
export function trainingSpecs(model: Model): Specs {
  return { ...weightSpecs(model), ...momentSpecs(model.parameters) }
}

/** The head alone, and both moments of each of its weights: what training on features changes. */
export function headSpecs(model: Model): Specs {
  const head = headOf(model)
  return { ...Object.fromEntries(head.map(({ name, shape }) => [name, float(shape)])), ...momentSpecs(head) }
}

/** What training with micro-batches keeps besides: the gradients summed so far. */
export function accumulatingSpecs(model: Model): Specs {
  const gradients = model.parameters.map(({ name, shape }) => [GRADIENT + name, float(shape)])
  return { ...trainingSpecs(model), ...Object.fromEntries(gradients) }
}

/**
 * One step of Adam on a batch: `pixels [batch, size, size, 1]` (0 to 255), `labels [batch]` int32, scalars `stepSize` and
 * `epsilon` (adamScalars). Outputs `loss` (mean cross entropy before the update) and `correct` (a count). Rows whose label is PADDING
 * count in none of it: a short batch is a full one with such rows, unless the model mixes rows.
 *
 * @param weighted rows count as `rowWeights [batch, 1]` says (classWeights.ts), a further input, instead of all alike
 */
export function trainStep(model: Model, batch: number, weighted = false): Definition {
  return {
    name: `${model.name} ${weighted ? 'weighted ' : ''}training step, batch ${batch}, ${model.size}x${model.size}`,
    state: trainingSpecs(model),
    inputs: { ...labelledInput(model, batch), ...weightInput(batch, weighted), stepSize: float([]), epsilon: float([]) },
    compute(state, inputs) {
      const lossOf = meanLoss(inputs, weighted)
      const { loss, correct, gradients, statistics } = lossAndGradients(model, state, inputs, lossOf)
      const weights = adamUpdates(model.parameters, state, name => gradients[name]!, inputs)
      return { state: { ...weights, ...statistics }, outputs: { loss, correct } }
    },
  }
}

/**
 * The first half of a step whose batch is taken in parts: adds a part's gradients to those kept, which `keep` (a scalar) multiplies before, 0 at
 * the first part and 1 after. `share` is 1 / images of the whole batch, so that the parts' `loss` outputs sum up to the batch's mean; where `weighted`, the
 * `rowWeights [batch, 1]` are of the whole batch instead.
 */
export function gradientStep(model: Model, batch: number, weighted = false): Definition {
  const parts = weighted ? weightInput(batch, weighted) : { share: float([]) }
  return {
    name: `${model.name} ${weighted ? 'weighted ' : ''}gradients, micro-batch ${batch}, ${model.size}x${model.size}`,
    state: accumulatingSpecs(model),
    inputs: { ...labelledInput(model, batch), ...parts, keep: float([]) },
    compute(state, inputs) {
      const part = weighted
        ? meanLoss(inputs, weighted)
        : (logits: Tensor, labels: Tensor) => mul(crossEntropySum(logits, labels), inputs.share!)
      if (model.mixesRows) throw new LabError('failed', `${model.name} has batch norm: its batches cannot be taken in parts`)
      const { loss, correct, gradients } = lossAndGradients(model, state, inputs, part)
      const sums: Record<string, Tensor> = {}
      for (const { name } of model.parameters) {
        sums[GRADIENT + name] = add(mul(state[GRADIENT + name]!, inputs.keep!), gradients[name]!)
      }
      return { state: sums, outputs: { loss, correct } }
    },
  }
}

/** The second half: one step of Adam with the gradients kept. No outputs. */
export function updateStep(model: Model): Definition {
  return {
    name: `${model.name} update, ${model.size}x${model.size}`,
    state: accumulatingSpecs(model),
    inputs: { stepSize: float([]), epsilon: float([]) },
    compute: (state, inputs) => ({
      state: adamUpdates(model.parameters, state, name => state[GRADIENT + name]!, inputs),
      outputs: {},
    }),
  }
}

/** `pixels [batch, size, size, 1]` -> `logits [batch, classes]`, over the state of `specs` (weights, or all of training's). */
export function prediction(model: Model, batch: number, specs: Specs = weightSpecs(model)): Definition {
  return {
    name: `${model.name} prediction, batch ${batch}, ${model.size}x${model.size}`,
    state: specs,
    inputs: imageInput(model, batch),
    compute: (state, inputs) => ({ outputs: { logits: model.logits(state, inputs.pixels!) } }),
  }
}

/** `pixels [batch, size, size, 1]` -> `features [batch, width]` over the state of weightSpecs: what the head sees. */
export function features(model: Model, batch: number): Definition {
  return {
    name: `${model.name} features, batch ${batch}, ${model.size}x${model.size}`,
    state: weightSpecs(model),
    inputs: imageInput(model, batch),
    compute: (state, inputs) => ({ outputs: { features: model.features(state, inputs.pixels!) } }),
  }
}

/** One step of Adam of the head alone, on `features [batch, width]`; otherwise as trainStep. The state is that of headSpecs. */
export function headStep(model: Model, batch: number, weighted = false): Definition {
  const given = { ...featureInput(model, batch), labels: labels(batch), ...weightInput(batch, weighted) }
  return {
    name: `${model.name} ${weighted ? 'weighted ' : ''}training step of the head, batch ${batch}`,
    state: headSpecs(model),
    inputs: { ...given, stepSize: float([]), epsilon: float([]) },
    compute(state, inputs) {
      const head = headOf(model)
      const lossOf = meanLoss(inputs, weighted)
      const { value, gradients, extras } = valueAndGradients(
        weights => {
          const logits = model.classify(weights, inputs.features!) // [batch, classes]
          return { value: lossOf(logits, inputs.labels!), extras: { correct: correctCount(logits, inputs.labels!) } }
        },
        Object.fromEntries(head.map(({ name }) => [name, state[name]!])),
      )
      return {
        state: adamUpdates(head, state, name => gradients[name]!, inputs),
        outputs: { loss: value, correct: extras.correct! },
      }
    },
  }
}

/** `features [batch, width]` -> `logits [batch, classes]`, over the state of headSpecs. */
export function headPrediction(model: Model, batch: number): Definition {
  return {
    name: `${model.name} prediction of the head, batch ${batch}`,
    state: headSpecs(model),
    inputs: featureInput(model, batch),
    compute: (state, inputs) => ({ outputs: { logits: model.classify(state, inputs.features!) } }),
  }
}

function headOf(model: Model): readonly ParameterSpec[] {
  return model.parameters.filter(({ name }) => model.head.includes(name))
}

/** The loss of a batch: the mean over its rows, weighted where rows have weights. */
function meanLoss(inputs: Tensors, weighted: boolean): (logits: Tensor, labels: Tensor) => Tensor {
  return weighted ? (logits, labels) => weightedCrossEntropy(logits, labels, inputs.rowWeights!) : crossEntropy
}

function weightInput(batch: number, weighted: boolean): Specs {
  return weighted ? { rowWeights: float([batch, 1]) } : {}
}

function lossAndGradients(
  model: Model,
  state: Tensors,
  inputs: Tensors,
  lossOf: (logits: Tensor, labels: Tensor) => Tensor,
): { loss: Tensor; correct: Tensor; gradients: Tensors; statistics: Tensors } {
  const pick = (specs: readonly { readonly name: string }[]) =>
    Object.fromEntries(specs.map(({ name }) => [name, state[name]!]))
  const running = pick(model.statistics)
  const { value, gradients, extras } = valueAndGradients(w => {
    const moved: Record<string, Tensor> = {}
    const update = (name: string, statistic: Tensor) => {
      moved[name] = statistic
    }
    const logits = model.logits({ ...w, ...running }, inputs.pixels!, undefined, update) // [batch, classes]
    const { labels: given } = inputs
    return { value: lossOf(logits, given!), extras: { ...moved, correct: correctCount(logits, given!) } }
  }, pick(model.parameters))
  const { correct, ...statistics } = extras
  return { loss: value, correct: correct!, gradients, statistics }
}

function adamUpdates(
  parameters: readonly ParameterSpec[],
  state: Tensors,
  gradientOf: (name: string) => Tensor,
  inputs: Tensors,
): Tensors {
  const scalars = { stepSize: inputs.stepSize!, epsilon: inputs.epsilon! }
  const updates: Record<string, Tensor> = {}
  for (const { name } of parameters) {
    const now = { weight: state[name]!, m: state[M + name]!, v: state[V + name]! }
    const next = adamUpdate(now, gradientOf(name), scalars)
    updates[name] = next.weight
    updates[M + name] = next.m
    updates[V + name] = next.v
  }
  return updates
}

function labelledInput(model: Model, batch: number): Specs {
  return { ...imageInput(model, batch), labels: labels(batch) }
}

function featureInput(model: Model, batch: number): Specs {
  return { features: float([batch, model.width]) }
}

function labels(batch: number): TensorSpec {
  return { shape: [batch], dtype: 'int32' }
}

function momentSpecs(parameters: readonly ParameterSpec[]): Specs {
  return Object.fromEntries(
    parameters.flatMap(({ name, shape }) => [
      [M + name, float(shape)],
      [V + name, float(shape)],
    ]),
  )
}

function imageInput(model: Model, batch: number): Specs {
  return { pixels: float([batch, model.size, model.size, 1]) }
}

function float(shape: readonly number[]): TensorSpec {
  return { shape, dtype: 'float32' }
}
