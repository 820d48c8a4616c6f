/** What the runner and a trainer process say to each other. Sent by Node's IPC with structured clone: typed arrays arrive as such. */
import type { DatasetImage } from '../core/dataset/index.ts'
import type { EngineIdentity, EngineRequest } from '../core/engine/index.ts'
import type { ErrorKind } from '../core/shared/errors.ts'
import type { Epoch, TrainedRun, TrainingTask } from '../core/training/index.ts'

/** What a trainer needs before it can train: where the pixels lie, and how to. */
export interface TrainerSetup {
  /** Path of the database; pixels and weights lie beside it. The trainer never opens it. */
  readonly database: string
  /** SHA-256 of the dataset's pixel file. */
  readonly pixels: string
  /** The images to hold in memory, in this order: tasks name them by place. */
  readonly images: readonly Pick<DatasetImage, 'id' | 'width' | 'height' | 'offset'>[]
  /** SHA-256 of the files of bank images that follow them in memory. */
  readonly bank: readonly string[]
  /** Heights and widths in pixels that tasks will ask for. */
  readonly sizes: readonly number[]
  /** SHA-256 of the files of weights that tasks will start from. */
  readonly pretrained: readonly string[]
  readonly engine: EngineRequest
  readonly workers: number
}

export type ToTrainer =
  | { readonly type: 'start'; readonly setup: TrainerSetup }
  | { readonly type: 'train'; readonly run: number; readonly task: TrainingTask }
  /** Ends the runs in work at their next step. */
  | { readonly type: 'stop' }
  /** Ends the process once its workers are idle. */
  | { readonly type: 'exit' }

export type FromTrainer =
  /** A worker waits for a run. */
  | { readonly type: 'idle'; readonly identity: EngineIdentity }
  | { readonly type: 'epoch'; readonly run: number; readonly epoch: Epoch }
  /** A run makes progress: sent now and then. */
  | { readonly type: 'alive'; readonly run: number }
  /** `weights` is the SHA-256 of the checkpoint, which lies in the content files already. */
  | {
      readonly type: 'done'
      readonly run: number
      readonly trained: Omit<TrainedRun, 'checkpoint'>
      readonly weights: string
    }
  /** The trainer is about to end without being told to, and says why. */
  | { readonly type: 'leaving'; readonly message: string }
  | { readonly type: 'failed'; readonly run: number | null; readonly kind: ErrorKind; readonly message: string }
