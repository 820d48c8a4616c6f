/** A worker thread that trains runs one after another, and the messages to and from it. */
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { EngineIdentity, EngineRequest } from '../engine/index.ts'
import type { ErrorKind } from '../shared/errors.ts'
import type { Epoch } from './epoch.ts'
import type { TrainedRun } from './run.ts'
import type { TrainingTask } from './task.ts'

/** Images at one size, one after another: in shared memory, or in a file that this process has open. */
export type SharedImages = { readonly size: number } & ({ readonly buffer: SharedArrayBuffer } | { readonly file: number })

/** What a worker starts with. The images lie in memory that all workers of the process share. */
export interface WorkerSetup {
  readonly engine: EngineRequest
  /** One memory for each image size that tasks may ask for. */
  readonly memories: readonly SharedImages[]
  /** Files of pre-trained weights that tasks may start from. */
  readonly pretrained?: readonly { readonly sha256: string; readonly buffer: SharedArrayBuffer }[]
  /** Worker threads of the process, this one included. Default: 1. */
  readonly workers?: number
}

export type ToWorker =
  | { readonly type: 'train'; readonly run: number; readonly task: TrainingTask }
  /** Ends the run in work at the next step. */
  | { readonly type: 'stop' }
  /** Ends the thread once it is idle. A thread is never terminated: inside onnxruntime that aborts the process. */
  | { readonly type: 'exit' }

export type FromWorker =
  | { readonly type: 'ready'; readonly identity: EngineIdentity }
  | { readonly type: 'epoch'; readonly run: number; readonly epoch: Epoch }
  /** The run makes progress: sent now and then, at most once a second. */
  | { readonly type: 'alive'; readonly run: number }
  | { readonly type: 'done'; readonly run: number; readonly trained: TrainedRun }
  /** The thread ends without being told to, and its run with it: its engine's device is lost. */
  | { readonly type: 'leaving'; readonly message: string }
  | { readonly type: 'failed'; readonly run: number | null; readonly kind: ErrorKind; readonly message: string }

/** Starts a thread; listen to its messages (FromWorker), post to it (ToWorker). */
export function startWorker(setup: WorkerSetup): Worker {
  // The sources run as they are in tests and as JavaScript in the package: the entry has this file's own extension.
  const entry = new URL(`./worker${extname(import.meta.url)}`, import.meta.url)
  return new Worker(entry, { workerData: setup })
}
