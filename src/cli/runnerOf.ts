/** The runner of the database that a command works on. */
import { availableParallelism, cpus } from 'node:os'
import { loweringOf } from '../core/engine/index.ts'
import { createControl, type RunnerControl, type RunnerSettings } from '../runner/index.ts'
import type { Store, StudyEngine } from '../store/index.ts'
import { engineForStudy } from './autoEngine.ts'
import type { Context } from './context.ts'

/** What a new study is trained with. Workers and threads that were not given are left to the runner, which measures. */
export async function studyEngine(context: Context): Promise<StudyEngine> {
  const engine = await engineForStudy(context)
  const { threads, workers } = context.settings
  return { engine, threads, workers, lowering: loweringOf(engine) }
}

export function runnerSettings(context: Context): RunnerSettings {
  const { database, workers } = context.settings
  return {
    database,
    workers,
    cores: availableParallelism(),
    device: cpus()[0]?.model.trim() ?? 'CPU',
    version: context.version,
  }
}

/** `store` must be open for writing. */
export function runnerOf(context: Context, store: Store): RunnerControl {
  return createControl(store, () => studyEngine(context), runnerSettings(context))
}
