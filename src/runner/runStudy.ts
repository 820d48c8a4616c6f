/**
 * Runs a study in the foreground: gives its queued runs to a trainer process, stores what comes back, restarts a trainer that died.
 * Only this writes runs and epochs. It holds the runner's lock all the while.
 */
import type { EngineIdentity } from '../core/engine/index.ts'
import { LabError } from '../core/shared/errors.ts'
import { type PlannedRun, type RunResult, runResult, trainingTask } from '../core/study/index.ts'
import type { TrainingTask } from '../core/training/index.ts'
import { acquireRunnerLock, runnerHolder, type Store } from '../store/index.ts'
import type { StudyEvent } from './events.ts'
import type { FromTrainer } from './messages.ts'
import type { PreparedStudy } from './prepare.ts'
import { runProvenance } from './provenance.ts'
import { startTrainer, type TrainerProcess } from './trainerProcess.ts'

export interface RunStudyOptions {
  readonly workers: number
  /** The processor's name, for provenance. */
  readonly device: string
  /** Version of the lab, for provenance. */
  readonly version: string
  readonly onEvent: (event: StudyEvent) => void
  /** Stops the study at the next safe point, resumably. */
  readonly signal: AbortSignal
}

export interface StudyOutcome {
  readonly done: number
  readonly failed: number
  /** Whether the signal ended it before all runs were finished. */
  readonly interrupted: boolean
}

/** A run during which its trainer died this often fails. */
const DEATHS_ALLOWED = 2

/** @throws LabError `unavailable` where another runner owns the database, `failed` where no worker can start */
export async function runStudy(store: Store, study: PreparedStudy, options: RunStudyOptions): Promise<StudyOutcome> {
  const lock = acquireRunnerLock(store.path)
  if (lock === null) {
    const pid = runnerHolder(store.path)?.pid
    throw new LabError(
      'unavailable',
      `another runner${pid ? ` (process ${pid})` : ''} trains with ${store.path}; wait for it, or use another --db`,
    )
  }
  try {
    store.runs.requeueRunning()
    return await new ForegroundRunner(store, study, options).finish()
  } finally {
    lock.release()
  }
}

interface Training {
  readonly task: TrainingTask
  readonly training: ReturnType<typeof trainingTask>['training']
}

class ForegroundRunner {
  private readonly store: Store
  private readonly study: PreparedStudy
  private readonly options: RunStudyOptions
  private readonly queue: number[]
  private readonly places: ReadonlyMap<string, number>
  private readonly inWork = new Map<number, Training>()
  private readonly deaths = new Map<number, number>()
  private trainer: TrainerProcess | null = null
  /** Whether the present trainer was given a run: one that dies before would die again. */
  private trained = false
  private identity: EngineIdentity | null = null
  private ending = false
  private readonly outcome = Promise.withResolvers<StudyOutcome>()

  constructor(store: Store, study: PreparedStudy, options: RunStudyOptions) {
    this.store = store
    this.study = study
    this.options = options
    this.places = new Map(this.memoryImages().map((image, place) => [image.id, place]))
    this.queue = store.runs
      .list({ study: study.spec.name, status: 'queued' })
      .sort((a, b) => study.runs.indexOf(a.id) - study.runs.indexOf(b.id))
      .map(run => run.id)
  }

  finish(): Promise<StudyOutcome> {
    const { spec, engine, runs } = this.study
    const { signal, onEvent } = this.options
    onEvent({ event: 'study', study: spec.name, runs: runs.length, engine: engine.engine })
    if (this.queue.length === 0) this.close()
    else {
      signal.addEventListener('abort', () => this.interrupt(), { once: true })
      if (signal.aborted) this.close()
      else this.startTrainer()
    }
    return this.outcome.promise
  }

  private memoryImages() {
    return this.study.dataset.images.filter(image => image.part !== 'test')
  }

  private startTrainer(): void {
    const { spec, dataset, engine } = this.study
    const { device, workers } = this.options
    this.trained = false
    this.trainer = startTrainer(
      {
        database: this.store.path,
        pixels: dataset.pixels,
        images: this.memoryImages().map(({ id, width, height, offset }) => ({ id, width, height, offset })),
        sizes: [...new Set(spec.models.map(model => spec.size[model]))],
        engine: { engine: engine.engine, threads: engine.threads, device },
        workers: Math.min(workers, this.queue.length),
      },
      { onMessage: message => this.guarded(() => this.hear(message)), onExit: how => this.guarded(() => this.mourn(how)) },
    )
  }

  private hear(message: FromTrainer): void {
    if (message.type === 'idle') this.next(message.identity)
    else if (message.type === 'failed') this.failed(message)
    else if (!this.inWork.has(message.run)) return
    else if (message.type === 'epoch') {
      this.store.epochs.append(message.run, message.epoch)
      const { seconds: _, ...epoch } = message.epoch
      this.options.onEvent({ event: 'epoch', run: message.run, ...epoch })
    } else if (message.type === 'done') this.done(message)
  }

  /** Gives an idle worker the next run, or lets the trainer go when none is left. */
  private next(identity: EngineIdentity): void {
    this.identity = identity
    const id = this.options.signal.aborted ? undefined : this.queue.shift()
    if (id === undefined) {
      if (this.inWork.size === 0) this.dismiss()
      return
    }
    const run = this.store.runs.get(id)!
    const training = trainingTask(this.study.spec, this.study.dataset, run as PlannedRun, image => this.places.get(image)!)
    this.store.runs.markRunning(id, identity.engine)
    this.inWork.set(id, training)
    this.trained = true
    this.options.onEvent({ event: 'run-start', run: id, cell: run.cell, index: run.index })
    this.trainer!.send({ type: 'train', run: id, task: training.task })
  }

  private done({ run, trained, weights }: Extract<FromTrainer, { type: 'done' }>): void {
    const { task, training } = this.inWork.get(run)!
    const result = runResult(task, trained, weights)
    const provenance = runProvenance(this.study, task, this.identity!, trained, this.options.version)
    this.store.runs.finish(run, { result, epochs: trained.history, training, provenance })
    this.inWork.delete(run)
    this.report(run, 'done', result)
  }

  private failed({ run, kind, message }: Extract<FromTrainer, { type: 'failed' }>): void {
    if (run === null) {
      this.outcome.reject(new LabError(kind === 'interrupted' ? 'failed' : kind, `the trainer could not start: ${message}`))
      this.ending = true
      this.trainer?.kill()
    } else if (kind === 'interrupted') {
      this.store.runs.stop(run)
      this.inWork.delete(run)
      this.report(run, 'stopped', null)
    } else {
      this.store.runs.fail(run, message)
      this.inWork.delete(run)
      this.report(run, 'failed', null)
    }
  }

  private report(run: number, status: 'done' | 'failed' | 'stopped', result: RunResult | null): void {
    const { epochs = null, bestEpoch = null, validationLoss = null } = result ?? {}
    this.options.onEvent({ event: 'run-done', run, status, epochs, bestEpoch, validationLoss })
  }

  /** The trainer is gone. Where it should not be, its runs go back to the front of the queue, and another takes its place. */
  private mourn(how: string): void {
    this.trainer = null
    if (this.ending) {
      this.close()
      return
    }
    const lost = [...this.inWork.keys()]
    this.inWork.clear()
    if (!this.trained) throw new LabError('failed', `the trainer ended before it could train (${how})`)
    this.store.runs.requeueRunning()
    for (const run of lost.reverse()) {
      const deaths = (this.deaths.get(run) ?? 0) + 1
      this.deaths.set(run, deaths)
      if (deaths < DEATHS_ALLOWED) this.queue.unshift(run)
      else {
        this.store.runs.fail(run, `its trainer died ${deaths} times (${how})`)
        this.report(run, 'failed', null)
      }
    }
    if (this.queue.length === 0 || this.options.signal.aborted) this.close()
    else this.startTrainer()
  }

  private interrupt(): void {
    this.trainer?.send({ type: 'stop' })
    if (this.inWork.size === 0) this.dismiss()
  }

  private dismiss(): void {
    this.ending = true
    this.trainer?.send({ type: 'exit' })
  }

  private close(): void {
    const { name } = this.study.spec
    const summary = this.store.studies.get(name)!
    const outcome = {
      done: summary.done,
      failed: summary.failed,
      interrupted: this.options.signal.aborted && summary.done + summary.failed < summary.runs,
    }
    if (!outcome.interrupted)
      this.options.onEvent({ event: 'study-done', study: name, done: outcome.done, failed: outcome.failed })
    this.outcome.resolve(outcome)
  }

  /** A fault in a callback ends the study with an error instead of the process. */
  private guarded(work: () => void): void {
    try {
      work()
    } catch (thrown) {
      this.ending = true
      this.trainer?.kill()
      this.outcome.reject(thrown)
    }
  }
}
