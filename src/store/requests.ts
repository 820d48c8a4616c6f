import { z } from 'zod'
import { LabError } from '../core/shared/errors.ts'
import type { Connection } from './connection.ts'
import { jsonText } from './json.ts'

export const REQUEST_KINDS = ['pause', 'resume', 'stop', 'retry'] as const
export type RequestKind = (typeof REQUEST_KINDS)[number]

/** Something asked of the runner, applied once, whenever it next lives. */
export interface RunnerRequest {
  readonly id: number
  readonly kind: RequestKind
  /** Null: the study in work. */
  readonly study: string | null
  /** For `retry`: which runs; null is all failed ones. */
  readonly runs: readonly number[] | null
}

const requestRow = z.object({
  id: z.int(),
  kind: z.enum(REQUEST_KINDS),
  study: z.string().nullable(),
  runs: jsonText(z.array(z.int())).nullable(),
})

export class Requests {
  readonly #connection: Connection
  readonly #insert
  readonly #studyId
  readonly #open
  readonly #apply
  readonly #isApplied
  readonly #supersede

  constructor(connection: Connection) {
    const source = { table: 'requests', key: ['id'] }
    this.#connection = connection
    this.#insert = connection.command(
      'INSERT INTO requests (kind, study, runs, created) VALUES (:kind, :study, :runs, :created)',
    )
    this.#studyId = connection.query(
      { table: 'studies', key: ['name'] },
      z.object({ id: z.int() }),
      'SELECT id, name FROM studies WHERE name = :study',
    )
    this.#open = connection.query(
      source,
      requestRow,
      `SELECT requests.id, kind, studies.name AS study, runs FROM requests LEFT JOIN studies ON studies.id = requests.study
       WHERE applied IS NULL ORDER BY requests.id`,
    )
    this.#apply = connection.command('UPDATE requests SET applied = :applied WHERE id = :id AND applied IS NULL')
    this.#isApplied = connection.query(
      source,
      z.object({ applied: z.string().nullable() }),
      'SELECT id, applied FROM requests WHERE id = :id',
    )
    this.#supersede = connection.command(
      `UPDATE requests SET applied = :applied WHERE applied IS NULL AND kind IN ('pause', 'stop')
         AND study = (SELECT id FROM studies WHERE name = :study)`,
    )
  }

  /** Writes a request and returns its id. Throws a LabError `usage` for a study that is not there. */
  add(request: Pick<RunnerRequest, 'kind' | 'study' | 'runs'>): number {
    return this.#connection.atomically(() => {
      const { kind, study, runs } = request
      const row = study === null ? null : this.#studyId.get({ study })
      if (row === undefined) throw new LabError('usage', `no study named ${study}; 'mri-lab studies' shows what there is`)
      const created = this.#connection.timestamp()
      return this.#insert.run({ kind, study: row?.id ?? null, runs: runs === null ? null : JSON.stringify(runs), created })
        .id
    })
  }

  /** Those not applied yet, oldest first. */
  open(): RunnerRequest[] {
    return this.#open.all()
  }

  /** Runs `effect` and marks the request applied, in one transaction; a request that was applied already is left alone. */
  apply(id: number, effect: () => void): void {
    this.#connection.atomically(() => {
      if (this.#apply.run({ id, applied: this.#connection.timestamp() }).changes === 1) effect()
    })
  }

  /** Takes back what would pause or stop a study: somebody starts it after that was asked. */
  supersede(study: string): void {
    this.#supersede.run({ study, applied: this.#connection.timestamp() })
  }

  isApplied(id: number): boolean {
    return this.#isApplied.get({ id })?.applied != null
  }
}
