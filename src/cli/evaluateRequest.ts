/** The engine that predicts test images. */
import { cpus, homedir } from 'node:os'
import { type EngineRequest, resolveEngine } from '../core/engine/index.ts'
import { graphFolder, type StudyEngine } from '../store/index.ts'
import type { Context } from './context.ts'

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
