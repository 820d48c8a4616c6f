/**
 * The engine contract. A model, a loss, an optimiser step or a Grad-CAM is a *definition*: a pure function over tfjs tensors
 * with fixed shapes. An engine compiles it to a *program* and keeps *state* (weights, moments) between calls.
 */
import type { Tensor } from '#tfjs'

export type Shape = readonly number[]
export type DType = 'float32' | 'int32'

export interface TensorSpec {
  readonly shape: Shape
  readonly dtype: DType
}

export type Specs = Readonly<Record<string, TensorSpec>>
export type Tensors = Readonly<Record<string, Tensor>>
/** Values by name; int32 tensors travel as Int32Array, all others as Float32Array; C order. */
export type Arrays = Readonly<Record<string, Float32Array | Int32Array>>

/** What a definition's function returns: new values for some of the state, and outputs for the caller. */
export interface Computed {
  readonly state?: Tensors
  readonly outputs: Tensors
}

/** A pure function over tensors, for fixed shapes. It must not read values, and must not depend on anything but its arguments. */
export interface Definition {
  /** For people: doctor and errors name it. */
  readonly name: string
  readonly state: Specs
  readonly inputs: Specs
  compute(state: Tensors, inputs: Tensors): Computed
}

/** Named tensors that stay with the engine between calls; programs compiled for the same specs share one. */
export interface EngineState {
  readonly specs: Specs
  /** Copies of the named tensors (default: all). */
  read(names?: readonly string[]): Promise<Record<string, Float32Array>>
  /** Replaces the named tensors. @throws LabError `failed` where a name or length does not fit. */
  write(values: Readonly<Record<string, Float32Array>>): Promise<void>
  release(): void
}

/** A compiled definition. */
export interface Program {
  /** Runs once: reads `state`, writes back what the definition updates, and returns copies of the outputs. */
  run(state: EngineState, inputs: Arrays): Promise<Results>
  /** As many runs as there are inputs, in order, in one call. Only where that is cheaper than one after another: call `runMany`. */
  runMany?(state: EngineState, inputs: readonly Arrays[]): Promise<Results[]>
  /** How many runs to give `runMany` at once, where that matters. */
  readonly runsAtOnce?: number
  release(): Promise<void>
}

/** What a run returns: copies of the outputs by name. */
export type Results = Record<string, Float32Array | Int32Array>

/** Runs a program once for each of `inputs`, each run on the state that the one before left: in one call where the program can. */
export async function runMany(program: Program, state: EngineState, inputs: readonly Arrays[]): Promise<Results[]> {
  if (program.runMany !== undefined) return program.runMany(state, inputs)
  const results: Results[] = []
  for (const each of inputs) results.push(await program.run(state, each))
  return results
}

export const ENGINE_NAMES = ['onnx-cpu', 'onnx-webgpu', 'onnx-cuda', 'tensorflow', 'reference'] as const
export type EngineName = (typeof ENGINE_NAMES)[number]

/** What decides an engine's numbers; kept with every run, and used again by resume and reproduce. */
export interface EngineIdentity {
  readonly engine: EngineName
  /** Human name of the device. */
  readonly device: string
  /** Threads of each worker. */
  readonly threads: number
  /** Version of the rules by which definitions are lowered. */
  readonly lowering: string
  readonly versions: Readonly<Record<string, string>>
}

export interface Engine {
  readonly identity: EngineIdentity
  /** State with the given values; names without a value start at zero. */
  createState(specs: Specs, values: Readonly<Record<string, Float32Array>>): EngineState
  compile(definition: Definition): Promise<Program>
  /** Why `auto` never takes it, though it works: the processor does what a GPU should. */
  readonly standIn?: string
  release(): Promise<void>
}

/** The lowering of engines that lower nothing. */
export const EAGER = 'eager'

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i])
}

/** Number of elements of a shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1)
}
