/** Follows a study through the database, from whichever process: each change becomes an event, in order. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Run } from '../core/study/index.ts'
import type { Store, StudySummary } from '../store/index.ts'
import type { StudyEvent } from './events.ts'

/** Milliseconds between two looks. */
const POLL = 100

export interface FollowOptions {
  readonly onEvent: (event: StudyEvent) => void
  /** Asked at every look; true ends following. */
  readonly leave: (study: StudySummary) => boolean
  /** Called at every look while the study is unfinished. */
  readonly onLook?: () => Promise<void>
}

/** Returns the study as it stood at the last look: finished (no run queued or running), or left. */
export async function followStudy(
  store: Store,
  name: string,
  { onEvent, leave, onLook }: FollowOptions,
): Promise<StudySummary> {
  const follower = new Follower(store, name, onEvent)
  follower.begin()
  for (;;) {
    const study = follower.look()
    if (study.queued + study.running === 0) {
      onEvent({ event: 'study-done', study: name, done: study.done, failed: study.failed })
      return study
    }
    if (leave(study)) return study
    await onLook?.()
    await wait(POLL)
  }
}

class Follower {
  private readonly store: Store
  private readonly name: string
  private readonly onEvent: (event: StudyEvent) => void
  /** Epochs told of, of runs whose start was told. */
  private readonly told = new Map<number, number>()
  private readonly over = new Set<number>()
  private version = -1
  private study: StudySummary | null = null

  constructor(store: Store, name: string, onEvent: (event: StudyEvent) => void) {
    this.store = store
    this.name = name
    this.onEvent = onEvent
  }

  /** What is over already is not told. */
  begin(): void {
    for (const run of this.store.runs.list({ study: this.name })) if (isOver(run)) this.over.add(run.id)
    const { runs, engine } = this.store.studies.get(this.name)!
    this.onEvent({ event: 'study', study: this.name, runs, engine: engine?.engine ?? 'onnx-cpu' })
  }

  look(): StudySummary {
    const version = this.store.dataVersion()
    if (version !== this.version || this.study === null) {
      this.version = version
      this.study = this.store.together(() => this.read())
    }
    return this.study
  }

  private read(): StudySummary {
    const study = this.store.studies.get(this.name)!
    const running = this.store.runs.list({ study: this.name, status: 'running' })
    for (const id of [...this.told.keys()]) {
      if (!running.some(run => run.id === id)) this.settle(this.store.runs.get(id)!)
    }
    // More are over than were told of: some came and went between two looks.
    if (study.done + study.failed + study.stopped > this.over.size) {
      for (const run of this.store.runs.list({ study: this.name })) {
        if (isOver(run) && !this.over.has(run.id)) this.settle(run)
      }
    }
    for (const run of running) this.tell(run)
    return study
  }

  /** Its start, where not told yet, and its new epochs. */
  private tell(run: Run): void {
    this.over.delete(run.id)
    const epochs = this.store.epochs.of(run.id)
    let told = this.told.get(run.id)
    if (told === undefined || told > epochs.length) {
      this.onEvent({ event: 'run-start', run: run.id, cell: run.cell, index: run.index })
      told = 0
    }
    for (const { seconds: _, ...epoch } of epochs.slice(told)) this.onEvent({ event: 'epoch', run: run.id, ...epoch })
    this.told.set(run.id, epochs.length)
  }

  /** A run that is not running any more. One that went back to the queue will be told from its beginning. */
  private settle(run: Run): void {
    if (!isOver(run)) {
      this.told.delete(run.id)
      return
    }
    this.tell(run)
    this.told.delete(run.id)
    this.over.add(run.id)
    const { epochs = null, bestEpoch = null, validationLoss = null } = run.result ?? {}
    const status = run.status as 'done' | 'failed' | 'stopped'
    this.onEvent({ event: 'run-done', run: run.id, status, epochs, bestEpoch, validationLoss })
  }
}

function isOver({ status }: Run): boolean {
  return status === 'done' || status === 'failed' || status === 'stopped'
}
