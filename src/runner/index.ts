/** The runner's door. Its process, ./main.ts, and its trainers', ./trainer.ts, are started by path. */
export {
  bankPlanOf,
  estimateImages,
  type MakeRequest,
  makeImages,
  type NewBankImage,
  refuseShortfall,
  storeImages,
} from './bank.ts'
export type { RunInWork, RunnerControl, RunnerStatus } from './control.ts'
export { createControl, waitingStudy } from './createControl.ts'
export { ensureRunner, type RunnerSettings, runnerLog } from './detached.ts'
export type { StudyEvent } from './events.ts'
export { createExplainer, type Explainer, type ExplainRequest, type Explanation, type RandomisedMap } from './explainer.ts'
export { followStudy } from './follow.ts'
export type { LearningRequest } from './learning.ts'
export { type PreparedStudy, planStudy, prepareStudy, refuseChangedStudy, splitsOf } from './prepare.ts'
export { studyInWork } from './serve.ts'
export { openService } from './service.ts'
export { NO_STATUS, runnerStatus } from './status.ts'
