/** The program behind Grad-CAM: a layer's output and how one class's score depends on it. */
import type { Definition, Engine, EngineState, Specs } from '../engine/index.ts'
import { gradientHook, mul, oneHot, sum, type Tensor, valueAndGradients } from '../engine/primitives.ts'
import type { Model } from '../models/index.ts'
import { LabError } from '../shared/errors.ts'
import type { ExplainedLayer } from './gradcam.ts'

/** One image's logits, and the layer's output and gradient for one class. */
export interface LayerGradient {
  readonly logits: Float32Array
  readonly layer: ExplainedLayer
}

/** Where a layer of the model is looked at, checked. @throws LabError `usage` naming the layers there are */
export function explainableLayer(model: Model, name: string | undefined): string {
  const layer = name ?? model.explainable[0]!
  if (model.explainable.includes(layer)) return layer
  throw new LabError(
    'usage',
    `${model.name} has no layer '${layer}' for Grad-CAM; there are ${model.explainable.join(', ')}`,
  )
}

/**
 * Inputs `pixels [1, size, size, 1]` (0 to 255) and `class [1]` int32; outputs `logits [1, classes]`, and `activations` and
 * `gradients`, both `[1, height, width, channels]`: the gradient of the class's logit, before softmax.
 */
function layerGradientDefinition(model: Model, layer: string, state: Specs): Definition {
  return {
    name: `${model.name} gradient at ${layer}`,
    state,
    inputs: {
      pixels: { shape: [1, model.size, model.size, 1], dtype: 'float32' },
      class: { shape: [1], dtype: 'int32' },
    },
    compute(weights, inputs) {
      let gradients: Tensor | undefined
      const { extras } = valueAndGradients(w => {
        let activations: Tensor | undefined
        const logits = model.logits(w, inputs.pixels!, (name, result) => {
          if (name !== layer) return result
          activations = result
          return gradientHook(result, gradient => {
            gradients = gradient
          })
        })
        const score = sum(mul(logits, oneHot(inputs.class!, model.classes))) // the class's logit
        return { value: score, extras: { logits, activations: activations! } }
      }, weights)
      return { outputs: { logits: extras.logits!, activations: extras.activations!, gradients: gradients! } }
    },
  }
}

/** Computes it for one image (`size * size` pixels, 0 to 255) and each class asked for. */
export async function layerGradients(
  engine: Engine,
  model: Model,
  state: EngineState,
  pixels: Float32Array,
  layer: string,
  classes: readonly number[],
): Promise<LayerGradient[]> {
  const program = await engine.compile(layerGradientDefinition(model, layer, state.specs))
  try {
    const results: LayerGradient[] = []
    for (const each of classes) {
      const { logits, activations, gradients } = await program.run(state, { pixels, class: Int32Array.of(each) })
      results.push({ logits: logits as Float32Array, layer: layerOf(model, layer, activations!, gradients!) })
    }
    return results
  } finally {
    await program.release()
  }
}

function layerOf(model: Model, name: string, activations: ArrayLike<number>, gradients: ArrayLike<number>): ExplainedLayer {
  const [channels, height, width] = model.layers.find(layer => layer.name === name)!.output as [number, number, number]
  return { height, width, channels, activations: Float32Array.from(activations), gradients: Float32Array.from(gradients) }
}
