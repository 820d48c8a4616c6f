/** A model with its weights on an engine: what answers and is explained. */
import type { Engine, EngineState } from '../engine/index.ts'
import { type Checkpoint, isModelName, type Model, modelNamed, RECIPES, weightsFor } from '../models/index.ts'
import { weightSpecs } from '../training/index.ts'
import { LayerGradients } from './layerGradient.ts'
import { ModelAttention } from './rollout.ts'

export interface TrainedModel {
  readonly model: Model
  /** Names in the order of the logits. */
  readonly classes: readonly string[]
  readonly engine: Engine
  readonly state: EngineState
  /** What explains it, compiled as asked for. */
  readonly layers: LayerGradients
  readonly attention: ModelAttention
  /** Ends the state and the compiled programs; the engine stays. */
  release(): Promise<void>
}

/** `origin` names the weights in errors. @throws LabError `data` where they do not fit the model, `usage` for no such model */
export function trainedModel(
  engine: Engine,
  name: string,
  checkpoint: Checkpoint,
  classes: readonly string[],
  origin: string,
): TrainedModel {
  const usual = isModelName(name) ? RECIPES[name].size : 0 // modelNamed refuses other names
  const model = modelNamed(name, checkpoint.size ?? usual, classes.length, checkpoint)
  const state = engine.createState(weightSpecs(model), weightsFor(model, checkpoint, origin))
  const layers = new LayerGradients(engine, model, state.specs)
  const attention = new ModelAttention(engine, model, state.specs)
  const release = async () => {
    await layers.release()
    await attention.release()
    state.release()
  }
  return { model, classes, engine, state, layers, attention, release }
}
