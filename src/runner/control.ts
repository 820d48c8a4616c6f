/** What anyone may ask of the runner, whichever process it lives in. */
import type { Cell, Spec } from '../core/study/index.ts'
import type { StudyEngine } from '../store/index.ts'

/** A run in work. */
export interface RunInWork {
  readonly run: number
  readonly cell: Cell
  readonly index: number
  /** Epochs finished so far. */
  readonly epochs: number
}

export interface RunnerStatus {
  /** Null where no runner lives. `pid` is null in its first milliseconds. */
  readonly runner: { readonly alive: boolean; readonly pid: number | null } | null
  /** The study in work, else the last one that was; null where there is none. */
  readonly study: string | null
  readonly paused: boolean
  /** What that study is trained with; workers and threads are null while the runner measures which are fastest. */
  readonly engine: StudyEngine | null
  /** Runs of that study. */
  readonly done: number
  readonly failed: number
  readonly total: number
  readonly running: readonly RunInWork[]
  /** Estimated from finished runs of the study; null where not known yet. */
  readonly secondsLeft: number | null
}

export interface RunnerControl {
  /** Stores or grows the study and sees to it that a runner lives. Returns when the study is in the queue. */
  start(spec: Spec): Promise<void>
  /** Requests, applied once by the runner, whenever it lives. `study` left out: the one in work. */
  pause(study?: string): Promise<void>
  resume(study?: string): Promise<void>
  stop(study?: string): Promise<void>
  /** Failed runs back into the queue; left out: all of them. */
  retry(runs?: readonly number[]): Promise<void>
  status(): RunnerStatus
}
