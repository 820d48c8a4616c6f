/** The programs of training: a step and a prediction, as pure definitions that any engine compiles. */

import { type Tensor, valueAndGradients } from '../engine/primitives.ts'
import type { Definition, Specs, TensorSpec } from '../engine/program.ts'
import type { Model } from '../models/model.ts'
import { adamUpdate } from './adam.ts'
import { correctCount, crossEntropy } from './loss.ts'

/** Prefixes of Adam's moments among the state's names; weights keep their own. */
const M = 'adam.m.'
const V = 'adam.v.'

/** Weights alone: what predicting needs. */
export function weightSpecs(model: Model): Specs {
  return Object.fromEntries(model.parameters.map(({ name, shape }) => [name, float(shape)]))
}

/** Weights and both moments of each. */
export function trainingSpecs(model: Model): Specs {
  return Object.fromEntries(
    model.parameters.flatMap(({ name, shape }) => [
      [name, float(shape)],
      [M + name, float(shape)],
      [V + name, float(shape)],
    ]),
  )
}

/**
 * One step of Adam on a batch: `pixels [batch, size, size, 1]` (0 to 255), `labels [batch]` int32, scalars `stepSize` and
 * `epsilon` (adamScalars). Outputs `loss` (mean cross entropy before the update) and `correct` (a count).
 */
export function trainStep(model: Model, batch: number): Definition {
  return {
    name: `${model.name} training step, batch ${batch}, ${model.size}x${model.size}`,
    state: trainingSpecs(model),
    inputs: {
      ...imageInput(model, batch),
      labels: { shape: [batch], dtype: 'int32' },
      stepSize: float([]),
      epsilon: float([]),
    },
    compute(state, inputs) {
      const weights = Object.fromEntries(model.parameters.map(({ name }) => [name, state[name]!]))
      const { value, gradients, extras } = valueAndGradients(w => {
        const logits = model.logits(w, inputs.pixels!) // [batch, classes]
        const labels = inputs.labels!
        return { value: crossEntropy(logits, labels), extras: { correct: correctCount(logits, labels) } }
      }, weights)
      const scalars = { stepSize: inputs.stepSize!, epsilon: inputs.epsilon! }
      const updates: Record<string, Tensor> = {}
      for (const { name } of model.parameters) {
        const now = { weight: state[name]!, m: state[M + name]!, v: state[V + name]! }
        const next = adamUpdate(now, gradients[name]!, scalars)
        updates[name] = next.weight
        updates[M + name] = next.m
        updates[V + name] = next.v
      }
      return { state: updates, outputs: { loss: value, correct: extras.correct! } }
    },
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

function imageInput(model: Model, batch: number): Specs {
  return { pixels: float([batch, model.size, model.size, 1]) }
}

function float(shape: readonly number[]): TensorSpec {
  return { shape, dtype: 'float32' }
}
