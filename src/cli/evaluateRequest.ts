/** The engine that predicts test images. */
import { cpus, homedir } from 'node:os'
import { type EngineRequest, resolveEngine } from '../core/engine/index.ts'
import { graphFolder, type StudyEngine } from '../store/index.ts'
import type { Context } from './context.ts'

/** What a run is trained with again: engine and threads that it was trained with, unless `--engine` and `--threads` name others. */
export function reproduceRequest(
  context: Context,
  stored: { readonly engine: string; readonly threads: number },
): EngineRequest {
  const { engine, threads } = context.settings
  return {
    engine: resolveEngine(engine === 'auto' ? stored.engine : engine),
    threads: threads ?? stored.threads,
    device: cpus()[0]?.model.trim() ?? 'CPU',
    cache: graphFolder(context.env, homedir()),
  }
}

/** That of the study, unless `--engine` names another. */
export function evaluateRequest(context: Context, trained: StudyEngine): EngineRequest {
  const { engine, threads } = context.settings
  return {
    engine: engine === 'auto' ? trained.engine : resolveEngine(engine),
    threads: threads ?? trained.threads ?? 1,
    device: cpus()[0]?.model.trim() ?? 'CPU',
    cache: graphFolder(context.env, homedir()),
  }
}
