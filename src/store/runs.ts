import { LabError, messageOf } from '../core/shared/errors.ts'
import type { Cell, Epoch, Run, RunResult, RunStatus, TrainingImages } from '../core/study/run.ts'
import type { Connection } from './connection.ts'
import { Epochs } from './epochs.ts'
import { Marks } from './marks.ts'
import { Provenance } from './provenance.ts'
import { Results } from './results.ts'
import { assertFinished } from './runFinished.ts'
import { type RunFilter, type RunRow, RunRows } from './runRows.ts'
import { TestResults } from './testResults.ts'
import { Training } from './training.ts'

/** A run as a plan wants it. */
export interface PlannedRun {
  /** Hash of everything that decides the numbers. */
  readonly key: string
  readonly cell: Cell
  /** Which of the cell's runs, from 0. */
  readonly index: number
  readonly seed: number
}

/** What a trainer hands over when a run is finished. */
export interface FinishedRun {
  readonly result: RunResult
  /** All of them, 1 to `result.epochs`. */
  readonly epochs: readonly Epoch[]
  readonly training: TrainingImages
  /** Becomes JSON. */
  readonly provenance: object
  /** What every table that it is in must say. */
  readonly marks?: readonly string[]
}

export class Runs {
  readonly #connection: Connection
  readonly #rows: RunRows
  readonly #results: Results
  readonly #testResults: TestResults
  readonly #epochs: Epochs
  readonly #provenance: Provenance
  readonly #training: Training
  readonly #marks: Marks
  readonly #insert
  readonly #move
  readonly #delete

  constructor(connection: Connection) {
    this.#connection = connection
    this.#rows = new RunRows(connection)
    this.#results = new Results(connection)
    this.#testResults = new TestResults(connection)
    this.#epochs = new Epochs(connection)
    this.#provenance = new Provenance(connection)
    this.#training = new Training(connection)
    this.#marks = new Marks(connection)
    this.#insert = connection.command(
      `INSERT INTO runs (key, study, model, policy, scenario, "index", seed, status, created)
       SELECT :key, id, :model, :policy, :scenario, :index, :seed, 'queued', :created FROM studies WHERE name = :study`,
    )
    this.#move = connection.command(
      'UPDATE runs SET status = :status, engine = :engine, error = :error, finished = :finished WHERE id = :id',
    )
    this.#delete = connection.command('DELETE FROM runs WHERE id = :id')
  }

  /**
   * Puts planned runs in the queue; one whose key exists is used as it is, whatever its status. Returns their ids in the
   * plan's order. `study` is who asks; making the runs its own is `Studies.grow`. All or nothing. Throws a LabError `usage`
   * without such a study.
   */
  queue(study: string, planned: readonly PlannedRun[]): number[] {
    return this.#connection.atomically(() =>
      planned.map(({ key, cell, index, seed }) => {
        const existing = this.#rows.byKey(key)
        if (existing !== undefined) return existing.id
        const { model, policy, scenario } = cell
        const created = this.#connection.timestamp()
        const { changes, id } = this.#insert.run({ key, study, model, policy, scenario, index, seed, created })
        if (changes === 0) throw new LabError('usage', `no study named ${study}; 'mri-lab studies' shows what there is`)
        return id
      }),
    )
  }

  get(id: number): Run | null {
    return this.#connection.together(() => this.#completed(this.#rows.byId(id)))
  }

  byKey(key: string): Run | null {
    return this.#connection.together(() => this.#completed(this.#rows.byKey(key)))
  }

  /** Of every run, oldest first. */
  ids(): number[] {
    return this.#rows.ids()
  }

  /** The runs that match, in study order where a study is named, else oldest first. An unknown study has none. */
  list(filter: RunFilter = {}): Run[] {
    return this.#connection.together(() => {
      const rows = this.#rows.list(filter)
      const done = rows.filter(row => row.status === 'done').map(row => row.id)
      const results = this.#results.of(done)
      const tests = this.#testResults.of(done)
      return rows.map(row => this.#rows.complete(row, results.get(row.id) ?? null, tests.get(row.id) ?? null))
    })
  }

  /** Mean seconds of the study's finished runs; null while there is none. */
  meanSeconds(study: string): number | null {
    return this.#results.meanSeconds(study)
  }

  /** A queued run starts on an engine. Throws a LabError `failed` when it isn't queued; so do the next three, each for its states. */
  markRunning(id: number, engine: string): void {
    this.#connection.atomically(() => {
      this.#expect(id, ['queued'], 'start')
      this.#move.run({ id, status: 'running', engine, error: null, finished: null })
    })
  }

  /** A running run is done: its result, whole history, images and provenance are stored in one transaction. */
  finish(id: number, finished: FinishedRun): void {
    const { result, epochs, training, provenance, marks = [] } = finished
    assertFinished(id, result, epochs)
    this.#connection.atomically(() => {
      const { engine } = this.#expect(id, ['running'], 'finish')
      this.#results.insert(id, result)
      this.#epochs.replace(id, epochs)
      this.#training.insert(id, training)
      this.#provenance.insert(id, provenance)
      this.#marks.insert(id, marks)
      this.#move.run({ id, status: 'done', engine, error: null, finished: this.#connection.timestamp() })
    })
  }

  /** A queued or running run failed, for a reason of one line; its epochs so far stay to be looked at. */
  fail(id: number, error: string): void {
    this.#connection.atomically(() => {
      const { engine } = this.#expect(id, ['queued', 'running'], 'fail')
      this.#move.run({ id, status: 'failed', engine, error: messageOf(error), finished: this.#connection.timestamp() })
    })
  }

  /** A queued or running run is stopped; its epochs so far stay to be looked at. */
  stop(id: number): void {
    this.#connection.atomically(() => {
      const { engine } = this.#expect(id, ['queued', 'running'], 'stop')
      this.#move.run({ id, status: 'stopped', engine, error: null, finished: null })
    })
  }

  /**
   * Puts runs that a dead runner left `running` back in the queue, without their partial epochs. For whoever holds the
   * runner's lock. Returns their ids.
   */
  requeueRunning(): number[] {
    return this.#connection.atomically(() => {
      const ids = this.#rows.list({ status: 'running' }).map(row => row.id)
      for (const id of ids) this.#requeue(id)
      return ids
    })
  }

  /** Puts failed and stopped runs back in the queue, all or nothing. Throws a LabError `usage` when one is neither. */
  requeue(ids: readonly number[]): void {
    this.#connection.atomically(() => {
      for (const id of ids) {
        const { status } = this.#existing(id)
        if (status !== 'failed' && status !== 'stopped') {
          throw new LabError('usage', `run ${id} is ${status}: only failed and stopped runs can be tried again`)
        }
        this.#requeue(id)
      }
    })
  }

  /**
   * Deletes a run with everything it has; every study that uses it loses it. Throws a LabError `usage` when there is none or
   * it is running. Returns the SHA-256 of its weights where no other run keeps the same, for the caller to remove; else null.
   */
  delete(id: number): string | null {
    return this.deleteAll([id])[0] ?? null
  }

  /** The same for several, all or nothing. */
  deleteAll(ids: readonly number[]): string[] {
    return this.#connection.atomically(() => {
      const weights = new Set<string>()
      for (const id of ids) {
        if (this.#existing(id).status === 'running') {
          throw new LabError('usage', `run ${id} is running; stop it first ('mri-lab stop')`)
        }
        const result = this.#results.of([id]).get(id)
        if (result !== undefined) weights.add(result.weights)
        this.#delete.run({ id })
      }
      this.#training.sweep()
      return [...weights].filter(file => !this.#results.uses(file))
    })
  }

  #requeue(id: number): void {
    this.#epochs.replace(id, [])
    this.#move.run({ id, status: 'queued', engine: null, error: null, finished: null })
  }

  #existing(id: number): RunRow {
    const row = this.#rows.byId(id)
    if (row === undefined) throw new LabError('usage', `no run ${id}; 'mri-lab runs' shows what there is`)
    return row
  }

  #expect(id: number, statuses: readonly RunStatus[], step: string): RunRow {
    const row = this.#existing(id)
    if (statuses.includes(row.status)) return row
    throw new LabError('failed', `run ${id} is ${row.status}, not ${statuses.join(' or ')}: it cannot ${step}`)
  }

  #completed(row: RunRow | undefined): Run | null {
    if (row === undefined) return null
    const { id } = row
    return this.#rows.complete(row, this.#results.of([id]).get(id) ?? null, this.#testResults.of([id]).get(id) ?? null)
  }
}
