/** Compiled programs by model and batch size, kept from run to run: a worker trains many runs of the same shapes. */
import type { Definition, Engine, Program, Specs } from '../engine/index.ts'
import type { Model } from '../models/index.ts'
import {
  features,
  gradientStep,
  headPrediction,
  headStep,
  prediction,
  trainingSpecs,
  trainStep,
  updateStep,
} from './definitions.ts'

export class Programs {
  readonly engine: Engine
  private readonly specs: (model: Model) => Specs
  private readonly compiled = new Map<string, Promise<Program>>()

  /** @param specs the state that predictions read: all of training's, or weights alone (weightSpecs) */
  constructor(engine: Engine, specs: (model: Model) => Specs = trainingSpecs) {
    this.engine = engine
    this.specs = specs
  }

  /** A training step for batches of this size, whose rows have weights or not; shorter ones are filled up, unless the model mixes rows. */
  step(model: Model, batch: number, weighted = false): Promise<Program> {
    return this.program(`step ${weighted} ${keyOf(model, batch)}`, () => trainStep(model, batch, weighted))
  }

  /** The two halves of a step whose batch is taken in micro-batches of this size; their state is that of accumulatingSpecs. */
  gradients(model: Model, microBatch: number, weighted = false): Promise<Program> {
    return this.program(`gradients ${weighted} ${keyOf(model, microBatch)}`, () => gradientStep(model, microBatch, weighted))
  }

  update(model: Model): Promise<Program> {
    return this.program(`update ${keyOf(model, 0)}`, () => updateStep(model))
  }

  /** A prediction, unaugmented. */
  prediction(model: Model, batch: number): Promise<Program> {
    return this.program(`prediction ${keyOf(model, batch)}`, () => prediction(model, batch, this.specs(model)))
  }

  /** What the head sees of images, over a state of weights alone. */
  features(model: Model, batch: number): Promise<Program> {
    return this.program(`features ${keyOf(model, batch)}`, () => features(model, batch))
  }

  /** A step of the head alone, on features. */
  headStep(model: Model, batch: number, weighted = false): Promise<Program> {
    return this.program(`head step ${weighted} ${keyOf(model, batch)}`, () => headStep(model, batch, weighted))
  }

  headPrediction(model: Model, batch: number): Promise<Program> {
    return this.program(`head prediction ${keyOf(model, batch)}`, () => headPrediction(model, batch))
  }

  async release(): Promise<void> {
    for (const program of this.compiled.values()) await (await program).release()
    this.compiled.clear()
  }

  private program(key: string, define: () => Definition): Promise<Program> {
    let program = this.compiled.get(key)
    if (program === undefined) {
      program = this.engine.compile(define())
      this.compiled.set(key, program)
    }
    return program
  }
}

function keyOf({ name, size, classes, configuration, preprocessing }: Model, batch: number): string {
  return JSON.stringify([name, size, classes, configuration, preprocessing, batch])
}
