/** Which engines there are, and the one to use. Engines are loaded when first asked for: their native code costs start-up time. */
import { LabError } from '../shared/errors.ts'
import { cudaAbsence } from './onnx/cudaFiles.ts'
import { LOWERING_VERSION } from './onnx/version.ts'
import { probeWebgpu } from './onnx/webgpuProbe.ts'
import { type Definition, EAGER, ENGINE_NAMES, type Engine, type EngineName } from './program.ts'
import { tensorflowAbsence } from './tensorflowPackage.ts'

export interface EngineRequest {
  readonly engine: EngineName
  /** Threads that one operation may use. */
  readonly threads: number
  /** The processor's name, for provenance. */
  readonly device: string
  /** Folder where compiled graphs are kept between processes; left out: none are. */
  readonly cache?: string
}

/** Why an engine cannot be used here, by what can be seen without starting it; null where nothing speaks against it. */
const ABSENCE: Readonly<Partial<Record<EngineName, () => string | null>>> = {
  'onnx-cuda': cudaAbsence,
  tensorflow: tensorflowAbsence,
}

export interface EngineStatus {
  readonly name: EngineName
  readonly available: boolean
  /** Why not; null where it is. */
  readonly reason: string | null
  /** The accelerator's own name; null where it computes on the processor, or does not run. */
  readonly device: string | null
  /** A GPU that the processor plays (SwiftShader, llvmpipe): `auto` must not take it. */
  readonly software: boolean
}

const DEFAULT_ENGINE: EngineName = 'onnx-cpu'

/** Every engine of the contract, and whether it can be used here. Looks for a GPU once in a process (some 0.2 s). */
export function listEngines(): EngineStatus[] {
  return ENGINE_NAMES.map(probeEngine)
}

/** Whether one engine can be used here. */
export function probeEngine(name: EngineName): EngineStatus {
  if (name === 'onnx-webgpu') {
    const { reason, device, software } = probeWebgpu()
    return { name, available: reason === null, reason, device, software }
  }
  const reason = ABSENCE[name]?.() ?? null
  return { name, available: reason === null, reason, device: null, software: false }
}

/**
 * How many workers one process may train in at once; null: as many as it likes. A GPU is one, and WebGPU crashes where two threads use it;
 * whether the others gain by more was not tried.
 */
export function workersAllowed(engine: EngineName): number | null {
  return engine === 'onnx-cpu' || engine === 'reference' ? null : 1
}

/** The nodes of a definition that a GPU engine would leave to the processor; empty for engines that have no GPU to fall back from. */
export async function nodesOnCpu(engine: EngineName, definition: Definition): Promise<readonly string[]> {
  return engine === 'onnx-webgpu' ? (await import('./onnx/webgpuPlacement.ts')).nodesOnCpu(definition) : []
}

/**
 * The engine that a name stands for; `auto` is the processor's until ./auto.ts has tried the others.
 * @throws LabError `usage` for an unknown name, `unavailable` where it cannot be used here
 */
export function resolveEngine(name: string): EngineName {
  if (name === 'auto') return DEFAULT_ENGINE
  const known = ENGINE_NAMES.find(each => each === name)
  if (known === undefined)
    throw new LabError('usage', `there is no engine '${name}'; there are auto, ${ENGINE_NAMES.join(', ')}`)
  const status = probeEngine(known)
  if (!status.available)
    throw new LabError('unavailable', `engine ${name}: ${status.reason}; use --engine ${DEFAULT_ENGINE}`)
  return status.name
}

/** The version of an engine's rules, without starting it; `eager` where tensors are computed one by one. */
export function loweringOf(engine: EngineName): string {
  return engine.startsWith('onnx-') ? LOWERING_VERSION : EAGER
}

/** Starts an engine in this thread. @throws LabError `unavailable` where it does not start here */
export async function createEngine({ engine, threads, device, cache }: EngineRequest): Promise<Engine> {
  switch (resolveEngine(engine)) {
    case 'reference':
      return (await import('./eager.ts')).referenceEngine(device)
    case 'onnx-webgpu':
      return (await import('./onnx/webgpu.ts')).onnxWebgpuEngine({ device: probeWebgpu().device ?? device })
    case 'onnx-cuda':
      return (await import('./onnx/cuda.ts')).onnxCudaEngine({ threads })
    case 'tensorflow':
      return (await import('./tensorflow.ts')).tensorflowEngine({ threads, device })
    case 'onnx-cpu':
      return (await import('./onnx/cpu.ts')).onnxCpuEngine({ threads, device, cache: cache ?? null })
  }
}
