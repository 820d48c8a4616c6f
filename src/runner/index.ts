/** The runner's door. */
export type { RunInWork, RunnerControl, RunnerStatus } from './control.ts'
export type { StudyEvent } from './events.ts'
export { type PreparedStudy, prepareStudy } from './prepare.ts'
export { type RunStudyOptions, runStudy, type StudyOutcome } from './runStudy.ts'
