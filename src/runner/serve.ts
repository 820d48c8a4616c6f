/**
 * The runner's life: it owns all studies of one database, trains the active ones in turn, applies requests, and ends when nothing is left
 * to do. It holds the runner's lock all the while.
 */
import { LabError, messageOf } from '../core/shared/errors.ts'
import { acquireRunnerLock, type Layout, type RunnerRequest, type Store } from '../store/index.ts'
import { availableMemory } from './availableMemory.ts'
import { Calibration, type CalibrationOptions } from './calibration.ts'
import { foreseeMemory } from './foresee.ts'
import { loadStudy, type PreparedStudy } from './prepare.ts'
import { StudyRun, type StudyRunOptions } from './studyRun.ts'

/** Milliseconds between two looks at the requests. */
const POLL = 150

export interface ServeOptions extends Omit<StudyRunOptions, 'layout'>, Omit<CalibrationOptions, 'most'> {
  /** Workers of every study's trainer, whatever the study's own number; null leaves it to the study. */
  readonly workers: number | null
  /** Bytes that a trainer may take. Default: what the machine and its limits leave. */
  readonly availableMemory?: () => number
}

/** Returns when there is nothing more to do, or at once where another runner lives. */
export async function serve(store: Store, options: ServeOptions): Promise<void> {
  // Who queues a study and then sees the lock held relies on this: after giving it back, the queue is looked at once more.
  for (;;) {
    const lock = acquireRunnerLock(store.path)
    if (lock === null) return
    try {
      store.runs.requeueRunning()
      await new Runner(store, options).work()
    } finally {
      lock.release()
    }
    if (store.requests.open().length === 0 && nextStudy(store) === null) return
  }
}

/** The oldest active study with queued runs. */
function nextStudy(store: Store): string | null {
  return store.studies.list().find(study => study.state === 'active' && study.queued > 0)?.name ?? null
}

class Runner {
  private readonly store: Store
  private readonly options: ServeOptions
  private readonly deaths = new Map<number, number>()
  private current: StudyRun | Calibration | null = null
  private version = 0

  constructor(store: Store, options: ServeOptions) {
    this.store = store
    this.options = options
  }

  async work(): Promise<void> {
    const poll = setInterval(() => this.look(), POLL)
    try {
      for (;;) {
        this.applyRequests()
        const name = nextStudy(this.store)
        if (name === null) return
        await this.train(name)
      }
    } finally {
      clearInterval(poll)
    }
  }

  private async train(name: string): Promise<void> {
    try {
      const study = loadStudy(this.store, name)
      const { threads, workers } = study.engine
      const most = await this.workersThatFit(study)
      if (nextStudy(this.store) !== name) return // stopped meanwhile
      this.current =
        threads === null || workers === null
          ? new Calibration(this.store, study, { ...this.options, most }) // and then it is this study's turn again
          : this.studyRun(study, { threads, workers: Math.min(this.options.workers ?? workers, most) })
      await this.current.finish()
    } catch (thrown) {
      this.store.runs.requeueRunning()
      // A study that was removed meanwhile needs no more.
      if (this.store.studies.get(name) !== null) this.store.studies.setState(name, 'stopped', messageOf(thrown))
    } finally {
      this.current = null
    }
  }

  private studyRun(study: PreparedStudy, layout: Layout): StudyRun {
    return new StudyRun(this.store, study, { ...this.options, layout }, this.deaths)
  }

  /** @throws LabError `usage` where not even one does */
  private async workersThatFit({ spec, splits, engine }: PreparedStudy): Promise<number> {
    const { availableMemory: available = availableMemory } = this.options
    const foreseen = await foreseeMemory(spec, splits, engine.engine, available())
    return foreseen?.workers ?? Number.POSITIVE_INFINITY
  }

  /** Something was written by others: requests, or more runs for a study. */
  private look(): void {
    const version = this.store.dataVersion()
    if (version === this.version) return
    this.version = version
    this.applyRequests()
    this.current?.refresh()
  }

  private applyRequests(): void {
    for (const request of this.store.requests.open()) {
      this.store.requests.apply(request.id, () => this.apply(request))
      const study = request.study ?? this.current?.name
      if (study === undefined || study !== this.current?.name) continue
      if (request.kind === 'pause') this.current.drain()
      if (request.kind === 'stop') this.current.stop()
    }
  }

  private apply({ kind, study: named, runs }: RunnerRequest): void {
    const study = named ?? this.current?.name ?? null
    if (kind === 'retry') this.retry(runs, named)
    else if (study === null) return
    else if (kind === 'resume') {
      this.requeue(study)
      this.store.studies.setState(study, 'active')
    } else this.store.studies.setState(study, kind === 'pause' ? 'paused' : 'stopped')
  }

  /** Failed runs, of one study or of all; the studies that use them become active. */
  private retry(runs: readonly number[] | null, study: string | null): void {
    const asked = this.store.studies.list().filter(each => study === null || each.name === study)
    for (const { name } of asked) {
      const again = this.store.runs
        .list({ study: name })
        .filter(run => (runs === null ? run.status === 'failed' : runs.includes(run.id) && isOver(run.status)))
      if (again.length === 0) continue
      this.store.runs.requeue(again.map(run => run.id))
      this.store.studies.setState(name, 'active')
    }
  }

  private requeue(study: string): void {
    const again = this.store.runs.list({ study }).filter(run => isOver(run.status))
    this.store.runs.requeue(again.map(run => run.id))
  }
}

function isOver(status: string): boolean {
  return status === 'failed' || status === 'stopped'
}

/** The study a request without a name is about, for whoever asks. @throws LabError `usage` where nothing is in work */
export function studyInWork(store: Store): string {
  const studies = store.studies.list()
  const found =
    studies.find(study => study.running > 0) ?? studies.find(study => study.state === 'active' && study.queued > 0)
  if (found === undefined) throw new LabError('usage', "no study is in work; 'mri-lab studies' shows what there is")
  return found.name
}
