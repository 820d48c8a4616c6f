/** The runner's door. */
export type { StudyEvent } from './events.ts'
export { type PreparedStudy, prepareStudy } from './prepare.ts'
export { type RunStudyOptions, runStudy, type StudyOutcome } from './runStudy.ts'
