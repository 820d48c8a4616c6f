import { z } from 'zod'
import { RUN_STATUSES, type Run, type RunResult, type RunStatus, type TestResult } from '../core/study/run.ts'
import type { Connection } from './connection.ts'

/** Which runs to list; what is left out doesn't restrict. */
export interface RunFilter {
  /** All runs that this study uses, in study order. */
  readonly study?: string | undefined
  readonly model?: string | undefined
  readonly policy?: string | undefined
  readonly scenario?: string | undefined
  readonly status?: RunStatus | undefined
}

const runRow = z.object({
  id: z.int(),
  key: z.string(),
  study: z.string(),
  model: z.string(),
  policy: z.string(),
  scenario: z.string(),
  index: z.int().nonnegative(),
  seed: z.int(),
  status: z.enum(RUN_STATUSES),
  error: z.string().nullable(),
  engine: z.string().nullable(),
  created: z.string(),
  finished: z.string().nullable(),
})
export type RunRow = z.infer<typeof runRow>

const SOURCE = { table: 'runs', key: ['id'] }

const SELECT = `
  SELECT runs.id, runs.key, studies.name AS study, runs.model, runs.policy, runs.scenario, runs."index", runs.seed,
    runs.status, runs.error, runs.engine, runs.created, runs.finished
  FROM runs JOIN studies ON studies.id = runs.study`

const FILTER = `(:model IS NULL OR runs.model = :model) AND (:policy IS NULL OR runs.policy = :policy)
  AND (:scenario IS NULL OR runs.scenario = :scenario) AND (:status IS NULL OR runs.status = :status)`

/** The rows of table `runs`, without what finished runs have elsewhere. */
export class RunRows {
  readonly #connection: Connection
  readonly #byId
  readonly #byKey
  readonly #all
  readonly #ofStudy
  readonly #ids

  constructor(connection: Connection) {
    this.#connection = connection
    this.#byId = connection.query(SOURCE, runRow, `${SELECT} WHERE runs.id = :id`)
    this.#byKey = connection.query(SOURCE, runRow, `${SELECT} WHERE runs.key = :key`)
    this.#all = connection.query(SOURCE, runRow, `${SELECT} WHERE ${FILTER} ORDER BY runs.id`)
    this.#ofStudy = connection.query(
      SOURCE,
      runRow,
      `${SELECT} JOIN study_runs ON study_runs.run = runs.id
       WHERE study_runs.study = (SELECT id FROM studies WHERE name = :study) AND ${FILTER} ORDER BY study_runs.position`,
    )
    this.#ids = connection.query(SOURCE, z.object({ id: z.int() }), 'SELECT id FROM runs ORDER BY id')
  }

  ids(): number[] {
    return this.#ids.all().map(({ id }) => id)
  }

  byId(id: number): RunRow | undefined {
    return this.#byId.get({ id })
  }

  byKey(key: string): RunRow | undefined {
    return this.#byKey.get({ key })
  }

  list(filter: RunFilter): RunRow[] {
    const { study = null, model = null, policy = null, scenario = null, status = null } = filter
    const values = { model, policy, scenario, status }
    return study === null ? this.#all.all(values) : this.#ofStudy.all({ ...values, study })
  }

  /** The run a row and its results make; throws a LabError `data` where the one says done and the other isn't there. */
  complete(row: RunRow, result: RunResult | null, test: TestResult | null): Run {
    if ((row.status === 'done') !== (result !== null)) {
      throw this.#connection.damaged(SOURCE, row, `it is ${row.status} with${result === null ? 'out' : ''} a result`)
    }
    const { model, policy, scenario, ...rest } = row
    return { ...rest, cell: { model, policy, scenario }, result, test }
  }
}
