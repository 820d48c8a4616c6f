import { z } from 'zod'
import { ENGINE_NAMES, type EngineName } from '../core/engine/program.ts'
import { LabError } from '../core/shared/errors.ts'
import type { LayoutChoice } from './calibrations.ts'
import type { Connection } from './connection.ts'
import { type JsonObject, jsonObject, jsonText } from './json.ts'

/** What of an engine is fixed for a whole study. */
export interface StudyEngine {
  readonly engine: EngineName
  /** Of each worker. Null until the study's first run, where nobody chose: the runner decides then, see its calibration. */
  readonly threads: number | null
  /** Training at once; null as for threads. How many there are changes no number, so it may be chosen anew. */
  readonly workers: number | null
  /** Version of the lowering's rules. */
  readonly lowering: string
}

/** A study as stored; `spec` is checked by whoever knows what a spec is. */
export interface Study {
  readonly name: string
  /** Name of its dataset. */
  readonly dataset: string
  readonly spec: JsonObject
  /** The engine its runs are trained with, fixed when it starts; null before. */
  readonly engine: StudyEngine | null
  /** `active` studies are trained while they have queued runs; the others wait. */
  readonly state: StudyState
  /** Why the runner itself stopped it; null where it did not. */
  readonly error: string | null
  /** ISO 8601, UTC. */
  readonly created: string
}

const STUDY_STATES = ['active', 'paused', 'stopped'] as const
export type StudyState = (typeof STUDY_STATES)[number]

/** A study in a list, with how many of its runs are in which state. */
export interface StudySummary extends Study {
  readonly runs: number
  readonly queued: number
  readonly running: number
  readonly done: number
  readonly failed: number
  readonly stopped: number
}

const engineText = jsonText(
  z.object({
    engine: z.enum(ENGINE_NAMES),
    threads: z.int().positive().nullable(),
    workers: z.int().positive().nullable().default(null), // studies of the first release have none
    lowering: z.string(),
  }),
)

const studyRow = z.object({
  name: z.string(),
  dataset: z.string(),
  spec: jsonObject,
  engine: engineText.nullable(),
  state: z.enum(STUDY_STATES),
  error: z.string().nullable(),
  created: z.string(),
  runs: z.int(),
  queued: z.int(),
  running: z.int(),
  done: z.int(),
  failed: z.int(),
  stopped: z.int(),
})

const SELECT = `
  SELECT studies.name, datasets.name AS dataset, studies.spec, studies.engine, studies.state, studies.error, studies.created, count(runs.id) AS runs,
    count(*) FILTER (WHERE runs.status = 'queued') AS queued,
    count(*) FILTER (WHERE runs.status = 'running') AS running,
    count(*) FILTER (WHERE runs.status = 'done') AS done,
    count(*) FILTER (WHERE runs.status = 'failed') AS failed,
    count(*) FILTER (WHERE runs.status = 'stopped') AS stopped
  FROM studies
    JOIN datasets ON datasets.id = studies.dataset
    LEFT JOIN study_runs ON study_runs.study = studies.id
    LEFT JOIN runs ON runs.id = study_runs.run`

export class Studies {
  readonly #connection: Connection
  readonly #idOf
  readonly #datasetId
  readonly #insert
  readonly #byName
  readonly #all
  readonly #latest
  readonly #updateSpec
  readonly #setState
  readonly #setEngine
  readonly #addRun
  readonly #runIds
  readonly #ofRun
  readonly #ownRuns
  readonly #handOver
  readonly #leaveRuns
  readonly #delete

  constructor(connection: Connection) {
    const source = { table: 'studies', key: ['name'] }
    const idRow = z.object({ id: z.int() })
    this.#connection = connection
    this.#idOf = connection.query(source, idRow, 'SELECT id, name FROM studies WHERE name = :name')
    this.#datasetId = connection.query(
      { table: 'datasets', key: ['name'] },
      idRow,
      'SELECT id, name FROM datasets WHERE name = :dataset',
    )
    this.#insert = connection.command(
      'INSERT INTO studies (name, dataset, spec, engine, created) VALUES (:name, :dataset, :spec, :engine, :created)',
    )
    this.#byName = connection.query(source, studyRow, `${SELECT} WHERE studies.name = :name GROUP BY studies.id`)
    this.#all = connection.query(source, studyRow, `${SELECT} GROUP BY studies.id ORDER BY studies.id`)
    this.#latest = connection.query(
      source,
      z.object({ name: z.string() }),
      `SELECT studies.name FROM studies
         LEFT JOIN study_runs ON study_runs.study = studies.id
         LEFT JOIN runs ON runs.id = study_runs.run
       GROUP BY studies.id ORDER BY max(studies.created, coalesce(max(runs.finished), '')) DESC, studies.id DESC LIMIT 1`,
    )
    this.#updateSpec = connection.command('UPDATE studies SET spec = :spec WHERE name = :name')
    this.#setState = connection.command('UPDATE studies SET state = :state, error = :error WHERE name = :name')
    this.#setEngine = connection.command('UPDATE studies SET engine = :engine WHERE name = :name')
    this.#addRun = connection.command(
      `INSERT INTO study_runs (study, position, run)
       SELECT :study, (SELECT coalesce(max(position) + 1, 0) FROM study_runs WHERE study = :study), :run
       WHERE NOT EXISTS (SELECT 1 FROM study_runs WHERE study = :study AND run = :run)`,
    )
    this.#runIds = connection.query(
      { table: 'study_runs', key: ['run'] },
      z.object({ run: z.int() }),
      `SELECT run FROM study_runs WHERE study = (SELECT id FROM studies WHERE name = :name) ORDER BY position`,
    )
    this.#ofRun = connection.query(
      source,
      z.object({ name: z.string() }),
      `SELECT name FROM studies JOIN study_runs ON study_runs.study = studies.id WHERE run = :run ORDER BY studies.id`,
    )
    this.#ownRuns = connection.query(
      { table: 'study_runs', key: ['run'] },
      z.object({ run: z.int() }),
      `SELECT run FROM study_runs WHERE study = (SELECT id FROM studies WHERE name = :name)
         AND NOT EXISTS (SELECT 1 FROM study_runs AS others WHERE others.run = study_runs.run AND others.study <> study_runs.study)
       ORDER BY position`,
    )
    this.#leaveRuns = connection.command('DELETE FROM study_runs WHERE study = :id')
    this.#handOver = connection.command(
      `UPDATE runs SET study = (SELECT min(study) FROM study_runs WHERE run = runs.id)
       WHERE study = :id AND EXISTS (SELECT 1 FROM study_runs WHERE run = runs.id)`,
    )
    this.#delete = connection.command('DELETE FROM studies WHERE id = :id')
  }

  /** The names of the studies that use a run. */
  usersOf(run: number): string[] {
    return this.#ofRun.all({ run }).map(({ name }) => name)
  }

  /** Adds a study without runs. Throws a LabError `usage` when the name is taken or there is no such dataset. */
  add(study: {
    readonly name: string
    readonly dataset: string
    readonly spec: object
    readonly engine?: StudyEngine
  }): void {
    const { name } = study
    this.#connection.atomically(() => {
      if (this.#idOf.get({ name }) !== undefined) {
        throw new LabError('usage', `a study named ${name} exists; choose another name`)
      }
      const dataset = this.#datasetId.get({ dataset: study.dataset })
      if (dataset === undefined) {
        throw new LabError('usage', `no dataset named ${study.dataset}; 'mri-lab data list' shows what there is`)
      }
      const spec = JSON.stringify(study.spec)
      const engine = study.engine === undefined ? null : JSON.stringify(study.engine)
      this.#insert.run({ name, dataset: dataset.id, spec, engine, created: this.#connection.timestamp() })
    })
  }

  /** The study and the state of its runs, or null. */
  get(name: string): StudySummary | null {
    return this.#byName.get({ name }) ?? null
  }

  /** Every study, in the order they were added. */
  list(): StudySummary[] {
    return this.#all.all()
  }

  /** The name of the study in which a run was last finished, or that was added since; null without studies. */
  latest(): string | null {
    return this.#latest.all()[0]?.name ?? null
  }

  /** Replaces the spec; which differences are allowed is the caller's question. Throws a LabError `usage` without such a study. */
  updateSpec(name: string, spec: object): void {
    const { changes } = this.#updateSpec.run({ name, spec: JSON.stringify(spec) })
    if (changes === 0) throw noStudy(name)
  }

  /** Where the study stands, and why where the runner stopped it. Throws a LabError `usage` without such a study. */
  setState(name: string, state: StudyState, error: string | null = null): void {
    const { changes } = this.#setState.run({ name, state, error })
    if (changes === 0) throw noStudy(name)
  }

  /** Fixes what is still open of the study's layout; what is fixed stays. Throws a LabError `usage` without such a study. */
  fixLayout(name: string, { workers, threads }: LayoutChoice): void {
    this.#connection.atomically(() => {
      const engine = this.get(name)?.engine
      if (!engine) throw noStudy(name)
      const fixed = { ...engine, workers: engine.workers ?? workers, threads: engine.threads ?? threads }
      this.#setEngine.run({ name, engine: JSON.stringify(fixed) })
    })
  }

  /**
   * Makes runs the study's own, after those it has, in the order given; one it has already keeps its place. All or nothing.
   * Throws a LabError `usage` without such a study.
   */
  grow(name: string, runs: readonly number[]): void {
    this.#connection.atomically(() => {
      const study = this.#idOf.get({ name })
      if (study === undefined) throw noStudy(name)
      for (const run of runs) this.#addRun.run({ study: study.id, run })
    })
  }

  /** The ids of the study's runs that no other study uses, in study order; none without such a study. */
  ownRunIds(name: string): number[] {
    return this.#ownRuns.all({ name }).map(row => row.run)
  }

  /**
   * Deletes a study with its notes, its evaluation and what was asked of the runner about it; all or nothing. Runs that other studies use are theirs from then on;
   * those that are its own (`ownRunIds`) must be gone before. Throws a LabError `usage` without such a study.
   */
  delete(name: string): void {
    this.#connection.atomically(() => {
      const study = this.#idOf.get({ name })
      if (study === undefined) throw noStudy(name)
      this.#leaveRuns.run({ id: study.id })
      this.#handOver.run({ id: study.id })
      this.#delete.run({ id: study.id })
    })
  }

  /** The ids of the study's runs in study order; none without such a study. */
  runIds(name: string): number[] {
    return this.#runIds.all({ name }).map(row => row.run)
  }
}

function noStudy(name: string): LabError {
  return new LabError('usage', `no study named ${name}; 'mri-lab studies' shows what there is`)
}
