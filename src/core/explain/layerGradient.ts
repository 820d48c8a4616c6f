/** The program behind Grad-CAM: a layer's output and how one class's score depends on it. */
import type { Definition, Engine, EngineState, Program, Specs } from '../engine/index.ts'
import {
  add,
  argMax,
  detached,
  gradientInside,
  mul,
  oneHot,
  reshape,
  scalar,
  slice,
  sub,
  sum,
  type Tensor,
} from '../engine/primitives.ts'
import type { Model } from '../models/index.ts'
import { LabError } from '../shared/errors.ts'
import type { ExplainedLayer } from './gradcam.ts'

/** One image's logits, and the layer's output and gradient for one class. */
export interface LayerGradient {
  readonly logits: Float32Array
  readonly layer: ExplainedLayer
}

/** In place of a class's number: the class of the largest logit. */
export const PREDICTED = -1

/** Where a layer of the model is looked at, checked. @throws LabError `usage` naming the layers there are */
export function explainableLayer(model: Model, name: string | undefined): string {
  const layer = name ?? model.explainable[0]!
  if (model.explainable.includes(layer)) return layer
  throw new LabError(
    'usage',
    `${model.name} has no layer '${layer}' for Grad-CAM; there are ${model.explainable.join(', ')}`,
  )
}

/** Height, width and channels of a layer's result as Grad-CAM sees it. */
type Places = Pick<ExplainedLayer, 'height' | 'width' | 'channels'>

/**
 * Inputs `pixels [1, size, size, 1]` (0 to 255) and `class [1]` int32; outputs `logits [1, classes]`, and `activations` and
 * `gradients`, both `[1, height, width, channels]`: the gradient of the class's logit, before softmax. `measured` is told the layer's size.
 */
function layerGradientDefinition(model: Model, layer: string, state: Specs, measured: (places: Places) => void): Definition {
  return {
    name: `${model.name} gradient at ${layer}`,
    state,
    inputs: {
      pixels: { shape: [1, model.size, model.size, 1], dtype: 'float32' },
      class: { shape: [1], dtype: 'int32' },
    },
    compute(weights, inputs) {
      const { gradient, extras } = gradientInside(watch => {
        let activations: Tensor | undefined
        const logits = model.logits(weights, inputs.pixels!, (name, result) => {
          if (name !== layer) return result
          activations = result
          return watch(result)
        })
        const score = sum(mul(logits, classAsked(logits, inputs.class!))) // the class's logit
        return { value: score, extras: { logits, activations: activations! } }
      })
      const { logits, activations } = extras
      const [, height, width, channels] = inPlaces(activations!).shape as [number, number, number, number]
      measured({ height, width, channels })
      return { outputs: { logits: logits!, activations: inPlaces(activations!), gradients: inPlaces(gradient) } }
    },
  }
}

/** 1 at the class asked for, 0 elsewhere: `[1, classes]`. */
function classAsked(logits: Tensor, chosen: Tensor): Tensor {
  const classes = logits.shape[1]!
  const given = oneHot(chosen, classes) // all 0 for PREDICTED
  const highest = detached(values => oneHot(argMax(values, -1), classes), logits)
  return add(given, mul(sub(scalar(1), sum(given)), highest))
}

/**
 * A result's places in the image: a transformer's tokens `[1, 1 + n * n, width]` without the first, the class token, become a grid
 * `[1, n, n, width]`, as pytorch-grad-cam's `reshape_transform` does.
 */
function inPlaces(result: Tensor): Tensor {
  if (result.shape.length === 4) return result
  const [, tokens, width] = result.shape as [number, number, number]
  const side = Math.sqrt(tokens - 1)
  return reshape(slice(result, [0, 1, 0], [1, tokens - 1, width]), [1, side, side, width])
}

interface LayerProgram {
  readonly program: Program
  readonly places: () => Places
}

/** The programs of one model on one engine, compiled when a layer is first asked for: the next image costs only its arithmetic. */
export class LayerGradients {
  private readonly engine: Engine
  private readonly model: Model
  private readonly specs: Specs
  private readonly programs = new Map<string, Promise<LayerProgram>>()

  /** @param specs of the state that will be given: the model's parameters, among others or alone */
  constructor(engine: Engine, model: Model, specs: Specs) {
    this.engine = engine
    this.model = model
    this.specs = specs
  }

  /** For one image (`size * size` pixels, 0 to 255) and each class asked for, by number or PREDICTED. */
  async of(state: EngineState, pixels: Float32Array, layer: string, classes: readonly number[]): Promise<LayerGradient[]> {
    const { program, places } = await this.program(layer)
    const results: LayerGradient[] = []
    for (const each of classes) {
      const { logits, activations, gradients } = await program.run(state, { pixels, class: Int32Array.of(each) })
      const arrays = { activations: activations as Float32Array, gradients: gradients as Float32Array }
      results.push({ logits: logits as Float32Array, layer: { ...places(), ...arrays } })
    }
    return results
  }

  async release(): Promise<void> {
    for (const each of this.programs.values()) await (await each).program.release()
    this.programs.clear()
  }

  private program(layer: string): Promise<LayerProgram> {
    let found = this.programs.get(layer)
    if (found === undefined) {
      found = this.compile(layer)
      this.programs.set(layer, found)
    }
    return found
  }

  private async compile(layer: string): Promise<LayerProgram> {
    let size: Places | undefined
    const definition = layerGradientDefinition(this.model, layer, this.specs, places => {
      size = places
    })
    const program = await this.engine.compile(definition)
    return { program, places: () => size! } // known once the definition was called: by compiling, or by the first run
  }
}
