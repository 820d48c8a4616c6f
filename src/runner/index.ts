/** The runner's door. Its process, ./main.ts, and its trainers', ./trainer.ts, are started by path. */
export type { RunInWork, RunnerControl, RunnerStatus } from './control.ts'
export { createControl, waitingStudy } from './createControl.ts'
export { ensureRunner, type RunnerSettings } from './detached.ts'
export type { StudyEvent } from './events.ts'
export { followStudy } from './follow.ts'
export { type PreparedStudy, prepareStudy } from './prepare.ts'
export { studyInWork } from './serve.ts'
export { runnerStatus } from './status.ts'
