/** Which engines work on this machine. */
import { availableParallelism } from 'node:os'
import { messageOf } from '../core/shared/errors.ts'

export interface EngineReport {
  readonly name: string
  readonly available: boolean
  /** What it runs on. */
  readonly device: string | null
  /** Why not, or a remark. */
  readonly reason: string | null
  /** Measured training step of the CNN; null where not measured. */
  readonly stepMilliseconds: number | null
}

export interface EngineList {
  readonly engines: readonly EngineReport[]
  /** What `--engine auto` takes. */
  readonly chosen: string | null
}

/** Every engine of the contract, available or not. */
export async function listEngines(): Promise<EngineList> {
  const device = `CPU, ${availableParallelism()} threads`
  const engines = [
    await probe('onnx-cpu', device, async () => void (await import('onnxruntime-node'))),
    ...['onnx-webgpu', 'onnx-cuda', 'tensorflow'].map(name => missing(name, 'comes with a later release')),
    await probe('reference', 'CPU, 1 thread', async () => void (await import('#tfjs'))),
  ]
  return { engines, chosen: engines.find(engine => engine.available)?.name ?? null }
}

async function probe(name: string, device: string, load: () => Promise<void>): Promise<EngineReport> {
  try {
    await load()
    return { name, available: true, device, reason: null, stepMilliseconds: null }
  } catch (error) {
    return missing(name, messageOf(error))
  }
}

function missing(name: string, reason: string): EngineReport {
  return { name, available: false, device: null, reason, stepMilliseconds: null }
}
