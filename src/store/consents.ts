import { z } from 'zod'
import { LabError } from '../core/shared/errors.ts'
import type { Connection } from './connection.ts'

/** That images of a dataset may go to a service's host. */
export interface Consent {
  readonly dataset: string
  readonly host: string
  /** What was said would be sent. */
  readonly sends: string
  /** ISO 8601, UTC. */
  readonly created: string
  /** When it was taken back, or null. */
  readonly withdrawn: string | null
}

const consentRow = z.object({
  dataset: z.string(),
  host: z.string(),
  sends: z.string(),
  created: z.string(),
  withdrawn: z.string().nullable(),
})

/** Who agreed to what leaves the machine: at most one in force for a dataset and a host. */
export class Consents {
  readonly #connection: Connection
  readonly #insert
  readonly #withdraw
  readonly #list
  readonly #dataset

  constructor(connection: Connection) {
    this.#connection = connection
    this.#insert = connection.command(
      `INSERT INTO consents (dataset, host, sends, created) VALUES (:id, :host, :sends, :created)
       ON CONFLICT (dataset, host) WHERE withdrawn IS NULL DO NOTHING`,
    )
    this.#withdraw = connection.command(
      `UPDATE consents SET withdrawn = :withdrawn
       WHERE host = :host AND withdrawn IS NULL AND dataset = (SELECT id FROM datasets WHERE name = :dataset)`,
    )
    this.#list = connection.query<Consent>(
      { table: 'consents', key: ['dataset', 'host'] },
      consentRow,
      `SELECT name AS dataset, host, sends, consents.created, withdrawn FROM consents JOIN datasets ON datasets.id = consents.dataset
       ORDER BY consents.id`,
    )
    this.#dataset = connection.query(
      { table: 'datasets', key: ['name'] },
      z.object({ id: z.int() }),
      'SELECT id, name FROM datasets WHERE name = :name',
    )
  }

  /** Records consent; one in force stays as it is. Returns whether it is new. Throws a LabError `usage` without such a dataset. */
  give({ dataset: name, host, sends }: Pick<Consent, 'dataset' | 'host' | 'sends'>): boolean {
    return this.#connection.atomically(() => {
      const id = this.#dataset.get({ name })?.id
      if (id === undefined) throw new LabError('usage', `no dataset named ${name}; 'mri-lab data list' shows what there is`)
      return this.#insert.run({ id, host, sends, created: this.#connection.timestamp() }).changes === 1
    })
  }

  /** Takes it back; returns whether there was one. */
  withdraw(dataset: string, host: string): boolean {
    return this.#withdraw.run({ dataset, host, withdrawn: this.#connection.timestamp() }).changes === 1
  }

  /** The one in force, or null. */
  get(dataset: string, host: string): Consent | null {
    return this.list().find(one => one.dataset === dataset && one.host === host && one.withdrawn === null) ?? null
  }

  /** All that were ever given, oldest first. */
  list(): Consent[] {
    return this.#list.all()
  }
}
