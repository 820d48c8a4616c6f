/** The program behind Grad-CAM: a layer's output and how one class's score depends on it. */
import type { Definition, Engine, EngineState, Program, Specs } from '../engine/index.ts'
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

/** The programs of one model on one engine, compiled when a layer is first asked for: the next image costs only its arithmetic. */
export class LayerGradients {
  private readonly engine: Engine
  private readonly model: Model
  private readonly specs: Specs
  private readonly programs = new Map<string, Promise<Program>>()

  /** @param specs of the state that will be given */
  constructor(engine: Engine, model: Model, specs: Specs) {
    this.engine = engine
    this.model = model
    this.specs = specs
  }

  /** For one image (`size * size` pixels, 0 to 255) and each class asked for. */
  async of(state: EngineState, pixels: Float32Array, layer: string, classes: readonly number[]): Promise<LayerGradient[]> {
    const program = await this.program(layer)
    const results: LayerGradient[] = []
    for (const each of classes) {
      const { logits, activations, gradients } = await program.run(state, { pixels, class: Int32Array.of(each) })
      results.push({ logits: logits as Float32Array, layer: layerOf(this.model, layer, activations!, gradients!) })
    }
    return results
  }

  async release(): Promise<void> {
    for (const program of this.programs.values()) await (await program).release()
    this.programs.clear()
  }

  private program(layer: string): Promise<Program> {
    let program = this.programs.get(layer)
    if (program === undefined) {
      program = this.engine.compile(layerGradientDefinition(this.model, layer, this.specs))
      this.programs.set(layer, program)
    }
    return program
  }
}

function layerOf(model: Model, name: string, activations: ArrayLike<number>, gradients: ArrayLike<number>): ExplainedLayer {
  const [channels, height, width] = model.layers.find(layer => layer.name === name)!.output as [number, number, number]
  return { height, width, channels, activations: Float32Array.from(activations), gradients: Float32Array.from(gradients) }
}
