/** The runner's controls for one database: requests as rows, and a runner process where one is needed. */
import type { Spec } from '../core/study/index.ts'
import type { RequestKind, Store, StudyEngine } from '../store/index.ts'
import type { RunnerControl } from './control.ts'
import { ensureRunner, type RunnerSettings } from './detached.ts'
import { prepareStudy } from './prepare.ts'
import { studyInWork } from './serve.ts'
import { runnerStatus } from './status.ts'

/**
 * `engine`: what a new study will be trained with, or how that is found out once it must be known. `store` must be open for writing. Requests for a
 * study that is not there, or without a study while none is in work, are refused with LabError `usage`.
 */
export function createControl(
  store: Store,
  engine: StudyEngine | (() => Promise<StudyEngine>),
  settings: RunnerSettings,
): RunnerControl {
  const request = (kind: RequestKind, study: string | null, runs: readonly number[] | null = null): void => {
    store.requests.add({ kind, study, runs })
  }
  return {
    async start(spec: Spec) {
      const fixed = store.studies.get(spec.name)?.engine
      prepareStudy(store, spec, fixed ?? (typeof engine === 'function' ? await engine() : engine))
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
