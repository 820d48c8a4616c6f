/** Which engines work on this machine, and the one that `--engine auto` stands for. */
import { cpus } from 'node:os'
import { type EngineReport, fastest } from '../core/engine/index.ts'

export interface EngineFindings {
  readonly engines: readonly EngineReport[]
  /** What `--engine auto` stands for. */
  readonly chosen: EngineReport['name']
  /** A GPU that nothing uses, and what to do; null where there is none. */
  readonly idle: string | null
}

/** Tries every engine with one thread. Some seconds. */
export async function findEngines(cores: number): Promise<EngineFindings> {
  const { createEngine, examineEngines, idleGpu, listEngines, nvidiaGpus } = await import('../core/engine/index.ts')
  const { engineTrial } = await import('./engineTrial.ts')
  const device = cpus()[0]?.model.trim() ?? 'CPU'
  const gpus = nvidiaGpus()
  const engines = await examineEngines({
    engines: listEngines(),
    gpus,
    trial: engineTrial(() => performance.now()),
    start: engine => createEngine({ engine, threads: 1, device }),
  })
  return { engines, chosen: fastest(engines, cores), idle: idleGpu(gpus, engines) }
}
