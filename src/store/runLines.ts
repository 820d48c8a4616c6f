import { z } from 'zod'
import { RUN_STATUSES, type RunStatus } from '../core/study/run.ts'
import type { Connection } from './connection.ts'
import { measured } from './measured.ts'

/** A run in a list: what fits on a line. Numbers that it has not are null; of one that diverged they are NaN or infinite. */
export interface RunLine {
  readonly id: number
  /** The study that it was first planned for. */
  readonly study: string
  readonly model: string
  readonly policy: string
  readonly scenario: string
  readonly index: number
  readonly status: RunStatus
  readonly engine: string | null
  readonly epochs: number | null
  readonly loss: number | null
  readonly accuracy: number | null
  readonly balancedAccuracy: number | null
  readonly seconds: number | null
}

const lineRow = z.object({
  id: z.int(),
  study: z.string(),
  model: z.string(),
  policy: z.string(),
  scenario: z.string(),
  index: z.int(),
  status: z.enum(RUN_STATUSES),
  engine: z.string().nullable(),
  measuredEpochs: z.int().nullable(),
  loss: measured,
  accuracy: measured,
  balancedAccuracy: z.number().nullable(),
  seconds: measured,
})

const SOURCE = { table: 'runs', key: ['id'] }
const SELECT = `
  SELECT runs.id, studies.name AS study, runs.model, runs.policy, runs.scenario, runs."index", runs.status, runs.engine,
    results.epochs AS measuredEpochs, validation_loss AS loss, accuracy, balanced_accuracy AS balancedAccuracy, seconds
  FROM runs JOIN studies ON studies.id = runs.study LEFT JOIN results ON results.run = runs.id`

/** Runs as lists show them, in one query: ten thousand of them in a fraction of what whole runs take. */
export class RunLines {
  readonly #all
  readonly #ofStudy
  readonly #newest

  constructor(connection: Connection) {
    this.#all = connection.query(SOURCE, lineRow, `${SELECT} ORDER BY runs.id`)
    this.#ofStudy = connection.query(
      SOURCE,
      lineRow,
      `${SELECT} JOIN study_runs ON study_runs.run = runs.id
       WHERE study_runs.study = (SELECT id FROM studies WHERE name = :study) ORDER BY study_runs.position`,
    )
    this.#newest = connection.query(
      SOURCE,
      lineRow,
      `${SELECT} WHERE runs.status = 'done' AND runs.model = :model ORDER BY runs.id DESC LIMIT :most`,
    )
  }

  /** Every run, the oldest first; or all that a study uses, in study order. */
  list(study: string | null = null): RunLine[] {
    return (study === null ? this.#all.all() : this.#ofStudy.all({ study })).map(lineOf)
  }

  /** The runs of a model that are done, the newest first, so many at most. */
  newest(model: string, most: number): RunLine[] {
    return this.#newest.all({ model, most }).map(lineOf)
  }
}

/** A run without a result has no numbers; in one that has, NULL is NaN. */
function lineOf({ measuredEpochs: epochs, ...row }: z.infer<typeof lineRow>): RunLine {
  return epochs === null ? { ...row, epochs, loss: null, accuracy: null, seconds: null } : { ...row, epochs }
}
