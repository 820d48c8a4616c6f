/** Which engines there are, and the one to use. Engines are loaded when first asked for: their native code costs start-up time. */
import { LabError } from '../shared/errors.ts'
import { LOWERING_VERSION } from './onnx/version.ts'
import { EAGER, ENGINE_NAMES, type Engine, type EngineName } from './program.ts'

export interface EngineRequest {
  readonly engine: EngineName
  /** Threads that one operation may use. */
  readonly threads: number
  /** The processor's name, for provenance. */
  readonly device: string
}

/** Why an engine cannot be used in this release, by name. */
const LATER: Partial<Record<EngineName, string>> = {
  'onnx-webgpu': 'training on a GPU by WebGPU comes with a later release',
  'onnx-cuda': 'training on a GPU by CUDA comes with a later release',
  tensorflow: 'training with @tensorflow/tfjs-node-gpu comes with a later release',
}

export interface EngineStatus {
  readonly name: EngineName
  readonly available: boolean
  /** Why not; null where it is. */
  readonly reason: string | null
}

const DEFAULT_ENGINE: EngineName = 'onnx-cpu'

/** Every engine of the contract, and whether it can be used here. */
export function listEngines(): EngineStatus[] {
  return ENGINE_NAMES.map(name => ({ name, available: LATER[name] === undefined, reason: LATER[name] ?? null }))
}

/** The engine that a name or `auto` stands for. @throws LabError `usage` for an unknown name, `unavailable` where it cannot be used here */
export function resolveEngine(name: string): EngineName {
  if (name === 'auto') return DEFAULT_ENGINE
  const status = listEngines().find(each => each.name === name)
  if (status === undefined)
    throw new LabError('usage', `there is no engine '${name}'; there are auto, ${ENGINE_NAMES.join(', ')}`)
  if (!status.available)
    throw new LabError('unavailable', `engine ${name}: ${status.reason}; use --engine ${DEFAULT_ENGINE}`)
  return status.name
}

/** The version of an engine's rules, without starting it; `eager` where tensors are computed one by one. */
export function loweringOf(engine: EngineName): string {
  return engine.startsWith('onnx-') ? LOWERING_VERSION : EAGER
}

/** Starts an engine in this thread. */
export async function createEngine({ engine, threads, device }: EngineRequest): Promise<Engine> {
  resolveEngine(engine)
  if (engine === 'reference') return (await import('./eager.ts')).referenceEngine(device)
  return (await import('./onnx/cpu.ts')).onnxCpuEngine({ threads, device })
}
