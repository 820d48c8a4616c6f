/** The runner of the database that a command works on. */
import { availableParallelism, cpus } from 'node:os'
import { loweringOf, resolveEngine } from '../core/engine/index.ts'
import { createControl, type RunnerControl, type RunnerSettings } from '../runner/index.ts'
import type { Store, StudyEngine } from '../store/index.ts'
import type { Context } from './context.ts'

/** What a new study is trained with. One thread a worker: two workers of one thread beat one of two (docs/performance.md). */
export function studyEngine(context: Context): StudyEngine {
  const engine = resolveEngine(context.settings.engine)
  return { engine, threads: context.settings.threads ?? 1, lowering: loweringOf(engine) }
}

export function runnerSettings(context: Context): RunnerSettings {
  const { database, workers, threads } = context.settings
  return {
    database,
    workers: workers ?? Math.max(1, Math.floor(availableParallelism() / (threads ?? 1))),
    device: cpus()[0]?.model.trim() ?? 'CPU',
    version: context.version,
  }
}

/** `store` must be open for writing. */
export function runnerOf(context: Context, store: Store): RunnerControl {
  return createControl(store, studyEngine(context), runnerSettings(context))
}
