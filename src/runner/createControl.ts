/** The runner's controls for one database: requests as rows, and a runner process where one is needed. */
import type { Spec } from '../core/study/index.ts'
import { type RequestKind, runnerHolder, type Store, type StudyEngine } from '../store/index.ts'
import { availableMemory } from './availableMemory.ts'
import type { RunnerControl } from './control.ts'
import { ensureRunner, type RunnerSettings } from './detached.ts'
import { foreseeMemory } from './foresee.ts'
import { prepareStudy, splitsOf } from './prepare.ts'
import { studyInWork } from './serve.ts'
import { runnerStatus } from './status.ts'

/**
 * `engine`: what a new study will be trained with, or how that is found out once it must be known. `store` must be open for writing. Requests for a
 * study that is not there, or without a study while none is in work, are refused with LabError `usage`. So is starting one for which memory does not
 * suffice, of which `available` tells the bytes; where a runner is in work, it looks itself when the study's turn comes.
 */
export function createControl(
  store: Store,
  engine: StudyEngine | (() => Promise<StudyEngine>),
  settings: RunnerSettings,
  available: () => number = availableMemory,
): RunnerControl {
  const request = (kind: RequestKind, study: string | null, runs: readonly number[] | null = null): void => {
    store.requests.add({ kind, study, runs })
  }
  return {
    async start(spec: Spec) {
      const fixed = store.studies.get(spec.name)?.engine
      const chosen = fixed ?? (typeof engine === 'function' ? await engine() : engine)
      if (runnerHolder(settings.database) === null)
        await foreseeMemory(spec, splitsOf(store, spec), chosen.engine, available())
      prepareStudy(store, spec, chosen)
      await ensureRunner(settings)
    },
    async pause(study) {
      request('pause', study ?? studyInWork(store))
    },
    async resume(study) {
      request('resume', study ?? waitingStudy(store))
      await ensureRunner(settings)
    },
    async stop(study) {
      request('stop', study ?? studyInWork(store))
    },
    async retry(runs) {
      request('retry', null, runs ?? null)
      await ensureRunner(settings)
    },
    status: () => runnerStatus(store),
  }
}

/** The newest study that was paused or stopped with runs left, else the one in work. @throws LabError `usage` where there is neither */
export function waitingStudy(store: Store): string {
  const waits = store.studies
    .list()
    .filter(study => study.state !== 'active' && study.queued + study.stopped + study.failed > 0)
  return waits.at(-1)?.name ?? studyInWork(store)
}
