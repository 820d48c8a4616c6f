/** What happens while a study runs, as `run --json` prints it: a line each. */
import type { Cell, Epoch } from '../core/study/index.ts'

export type StudyEvent =
  | { readonly event: 'study'; readonly study: string; readonly runs: number; readonly engine: string }
  | { readonly event: 'run-start'; readonly run: number; readonly cell: Cell; readonly index: number }
  | ({ readonly event: 'epoch'; readonly run: number } & Omit<Epoch, 'seconds'>)
  | {
      readonly event: 'run-done'
      readonly run: number
      readonly status: 'done' | 'failed' | 'stopped'
      readonly epochs: number | null
      readonly bestEpoch: number | null
      readonly validationLoss: number | null
    }
  | { readonly event: 'study-done'; readonly study: string; readonly done: number; readonly failed: number }
