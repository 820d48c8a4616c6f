/**
 * One study in work: gives its queued runs to a trainer process, stores what comes back, replaces a trainer that died or went silent.
 * Only this writes runs and epochs. Whoever makes one holds the runner's lock.
 */
import { hasOrderedClasses } from '../core/dataset/index.ts'
import type { EngineIdentity } from '../core/engine/index.ts'
import { LabError } from '../core/shared/errors.ts'
import { type Cell, parseSpec, runResult, specJson, type trainingTask } from '../core/study/index.ts'
import type { Layout, Store } from '../store/index.ts'
import type { FromTrainer } from './messages.ts'
import { type PreparedStudy, splitOfRun } from './prepare.ts'
import { runProvenance } from './provenance.ts'
import { StudyTasks } from './studyTasks.ts'
import { deathWords, startTrainer, type TrainerProcess } from './trainerProcess.ts'

export interface StudyRunOptions {
  readonly layout: Layout
  /** The processor's name, for provenance. */
  readonly device: string
  /** Version of the lab, for provenance. */
  readonly version: string
  /** Milliseconds without a sign of life from a run in work after which its trainer is killed. */
  readonly silence: number
}

/** A run during which its trainer died this often under one runner fails. */
const DEATHS_ALLOWED = 2
/** Trainers that die before they can train, in a row, until the study is given up. */
const STARTS_ALLOWED = 3

interface InWork extends ReturnType<typeof trainingTask> {
  readonly cell: Cell
  /** When it last gave a sign of life, in milliseconds of performance.now. */
  heard: number
}

export class StudyRun {
  readonly name: string
  private readonly store: Store
  private readonly study: PreparedStudy
  private readonly options: StudyRunOptions
  private readonly deaths: Map<number, number>
  private readonly tasks: StudyTasks
  private readonly inWork = new Map<number, InWork>()
  private readonly outcome = Promise.withResolvers<void>()
  private readonly spec: string
  private queue: number[] = []
  private trainer: TrainerProcess | null = null
  /** Whether the present trainer was given a run. */
  private trained = false
  /** Why the present trainer is about to end: in its own words, or because it gave no sign of life. */
  private lastWords: string | null = null
  /** Trainers in a row that died before they were given one. */
  private barren = 0
  private identity: EngineIdentity | null = null
  /** No further run is given out. */
  private draining = false
  /** The trainer was told to end. */
  private ending = false
  private watch: NodeJS.Timeout | null = null

  /** `deaths` counts, for the life of a runner, how often a trainer died during each run. */
  constructor(store: Store, study: PreparedStudy, options: StudyRunOptions, deaths: Map<number, number>) {
    this.name = study.spec.name
    this.store = store
    this.study = study
    this.options = options
    this.deaths = deaths
    this.spec = JSON.stringify(specJson(study.spec))
    this.tasks = new StudyTasks(store, study)
  }

  /** Ends when no run is queued any more, or, drained or stopped, when none is in work. Rejects where no worker can start. */
  async finish(): Promise<void> {
    this.refresh()
    if (this.queue.length === 0) return
    this.startTrainer()
    this.watch = setInterval(() => this.guarded(() => this.killSilent()), Math.min(1000, this.options.silence / 2))
    try {
      await this.outcome.promise
    } finally {
      clearInterval(this.watch)
    }
  }

  /** Reads the queue again: others may have added to it. A study that grew in its spec is drained, to be begun anew. */
  refresh(): void {
    if (this.storedSpec() !== this.spec) this.drain()
    const order = new Map(this.study.runs.map((id, at) => [id, at]))
    this.queue = this.store.runs
      .list({ study: this.name, status: 'queued' })
      .map(run => run.id)
      .sort((a, b) => (order.get(a) ?? Number.POSITIVE_INFINITY) - (order.get(b) ?? Number.POSITIVE_INFINITY) || a - b)
  }

  /** As this release writes it: an earlier one may have written fewer fields, or in another order. */
  private storedSpec(): string | null {
    const study = this.store.studies.get(this.name)
    return study === null ? null : JSON.stringify(specJson(parseSpec(study.spec, `study '${this.name}'`)))
  }

  /** Starts no further run; those in work go on to their end. */
  drain(): void {
    this.draining = true
    if (this.inWork.size === 0 && this.trainer !== null) this.dismiss()
  }

  /** Ends the runs in work at their next step. */
  stop(): void {
    this.draining = true
    this.trainer?.send({ type: 'stop' })
    if (this.inWork.size === 0) this.dismiss()
  }

  private startTrainer(): void {
    const { engine } = this.study
    const { device, layout } = this.options
    this.trained = false
    this.lastWords = null
    this.trainer = startTrainer(
      {
        database: this.store.path,
        ...this.tasks.setup(),
        engine: { engine: engine.engine, threads: layout.threads, device },
        workers: Math.min(layout.workers, this.queue.length),
      },
      {
        onMessage: message => this.guarded(() => this.hear(message)),
        onExit: how => this.guarded(() => this.mourn(this.lastWords ?? deathWords(how))),
      },
    )
  }

  private hear(message: FromTrainer): void {
    if (message.type === 'idle') this.next(message.identity)
    else if (message.type === 'failed') this.failed(message)
    else if (message.type === 'leaving') this.lastWords = message.message
    else {
      const inWork = this.inWork.get(message.run)
      if (inWork === undefined) return
      inWork.heard = performance.now()
      if (message.type === 'epoch') this.store.epochs.append(message.run, message.epoch)
      else if (message.type === 'done') this.done(message, inWork)
    }
  }

  /** Gives an idle worker the next run, or lets the trainer go when none is left. */
  private next(identity: EngineIdentity): void {
    this.identity = identity
    const id = this.draining ? undefined : this.queue.shift()
    if (id === undefined) {
      if (this.inWork.size === 0) this.dismiss()
      return
    }
    const run = this.store.runs.get(id)
    if (run === null) {
      this.next(identity) // deleted meanwhile
      return
    }
    const made = this.tasks.of(run)
    if (made === null) {
      this.store.runs.fail(id, 'the bank is not what it was when this run was queued: run the study again')
      this.next(identity)
      return
    }
    this.store.runs.markRunning(id, identity.engine)
    this.inWork.set(id, { ...made, cell: run.cell, heard: performance.now() })
    this.trained = true
    this.trainer!.send({ type: 'train', run: id, task: made.task })
  }

  private done(
    { run, trained, weights }: Extract<FromTrainer, { type: 'done' }>,
    { cell, task, training, marks }: InWork,
  ): void {
    const result = runResult(task, trained, weights, { ordered: hasOrderedClasses(this.study.dataset) })
    const provenance = runProvenance(
      { ...this.study, dataset: splitOfRun(this.study.splits, task.index) },
      cell,
      task,
      this.identity!,
      trained,
      this.options,
    )
    this.store.runs.finish(run, { result, epochs: trained.history, training, provenance, marks })
    this.inWork.delete(run)
    this.deaths.delete(run)
  }

  private failed({ run, kind, message }: Extract<FromTrainer, { type: 'failed' }>): void {
    if (run === null) throw new LabError(kind === 'interrupted' ? 'failed' : kind, `the trainer could not start: ${message}`)
    this.inWork.delete(run)
    if (kind === 'interrupted') this.store.runs.stop(run)
    else this.fail(run, message)
  }

  private fail(run: number, message: string): void {
    this.deaths.delete(run) // who puts it back in the queue starts the count anew
    this.store.runs.fail(run, message)
  }

  private killSilent(): void {
    const now = performance.now()
    const silent = [...this.inWork.values()].some(({ heard }) => now - heard > this.options.silence)
    if (!silent) return
    this.lastWords ??= 'it gave no sign of life and was ended'
    this.trainer?.kill()
  }

  /** The trainer is gone. Where it should not be, its runs go back to the front of the queue, and another takes its place. */
  private mourn(how: string): void {
    this.trainer = null
    if (this.ending) {
      this.outcome.resolve()
      return
    }
    this.barren = this.trained ? 0 : this.barren + 1
    if (this.barren >= STARTS_ALLOWED) throw new LabError('failed', `the trainer ended before it could train (${how})`)
    const lost = [...this.inWork.keys()]
    this.inWork.clear()
    this.store.runs.requeueRunning()
    for (const run of lost.reverse()) {
      const deaths = (this.deaths.get(run) ?? 0) + 1
      this.deaths.set(run, deaths)
      if (deaths < DEATHS_ALLOWED) this.queue.unshift(run)
      else this.fail(run, `its trainer died ${deaths} times (${how})`)
    }
    if (this.queue.length === 0 || this.draining) this.outcome.resolve()
    else this.startTrainer()
  }

  private dismiss(): void {
    this.ending = true
    if (this.trainer === null) this.outcome.resolve()
    else this.trainer.send({ type: 'exit' })
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
