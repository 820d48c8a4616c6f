/** Training's door. The worker thread's entry, ./worker.ts, is started by path. */
export type { ImageBytes } from './batches.ts'
export { trainingSpecs, trainStep, weightSpecs } from './definitions.ts'
export type { Epoch } from './epoch.ts'
export { predictAll } from './predict.ts'
export { Programs } from './programs.ts'
export type { TrainedRun } from './run.ts'
export type { TaskImage, TrainingTask } from './task.ts'
export { type FromWorker, startWorker, type ToWorker, type WorkerSetup } from './workerThread.ts'
