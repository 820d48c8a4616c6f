import { z } from 'zod'
import { LabError } from '../core/shared/errors.ts'
import type { TestResult } from '../core/study/run.ts'
import type { Connection } from './connection.ts'
import { jsonText } from './json.ts'
import { TestResults } from './testResults.ts'

/** The one time that a study's finished runs were measured on the test images. */
export interface Evaluation {
  /** The runs it stands for, those included that another study's evaluation had measured. */
  readonly runs: readonly number[]
  readonly engine: string
  /** ISO 8601, UTC. */
  readonly created: string
}

const evaluationRow = z.object({ runs: jsonText(z.array(z.int())), engine: z.string(), created: z.string() })

export class Evaluations {
  readonly #connection: Connection
  readonly #results: TestResults
  readonly #insert
  readonly #ofStudy

  constructor(connection: Connection) {
    this.#connection = connection
    this.#results = new TestResults(connection)
    this.#insert = connection.command(
      `INSERT INTO evaluations (study, runs, engine, created)
       SELECT id, :runs, :engine, :created FROM studies WHERE name = :study`,
    )
    this.#ofStudy = connection.query<Evaluation>(
      { table: 'evaluations', key: ['created'] },
      evaluationRow,
      'SELECT runs, engine, created FROM evaluations WHERE study = (SELECT id FROM studies WHERE name = :study)',
    )
  }

  /** The study's evaluation, or null before it. */
  of(study: string): Evaluation | null {
    return this.#ofStudy.get({ study }) ?? null
  }

  /**
   * Records that the study was evaluated, and what its runs measured; a run that has a test result keeps it. All or nothing.
   * Throws a LabError `usage` without such a study, `failed` where it was evaluated already.
   */
  record(study: string, engine: string, results: ReadonlyMap<number, TestResult>): Evaluation {
    return this.#connection.atomically(() => {
      if (this.of(study) !== null) throw new LabError('failed', `study ${study} was evaluated meanwhile; that stands`)
      const runs = [...results.keys()]
      const created = this.#connection.timestamp()
      const { changes } = this.#insert.run({ study, runs: JSON.stringify(runs), engine, created })
      if (changes === 0) throw new LabError('usage', `no study named ${study}; 'mri-lab studies' shows what there is`)
      const before = this.#results.of(runs)
      for (const [run, result] of results) if (!before.has(run)) this.#results.insert(run, result)
      return { runs, engine, created }
    })
  }
}
