import { z } from 'zod'
import { LabError } from '../core/shared/errors.ts'
import type { Connection } from './connection.ts'

const modelRow = z.object({
  key: z.string(),
  dataset: z.string(),
  generator: z.string(),
  step: z.int().nonnegative(),
  steps: z.int().positive(),
  sha256: z.string(),
})

/** A network of a generator that learns: trained where `step` is `steps`, else a state of training. */
export type GeneratorModel = z.infer<typeof modelRow>

const SELECT = `
  SELECT key, datasets.name AS dataset, generator, step, steps, sha256
  FROM generator_models JOIN datasets ON datasets.id = generator_models.dataset`

/** Networks of generators, a row a key; weights and states lie in the content files. */
export class GeneratorModels {
  readonly #connection: Connection
  readonly #put
  readonly #dataset
  readonly #byKey
  readonly #ofDataset
  readonly #users

  constructor(connection: Connection) {
    const source = { table: 'generator_models', key: ['key'] }
    this.#connection = connection
    this.#put = connection.command(
      `INSERT INTO generator_models (key, dataset, generator, step, steps, sha256, created, changed)
       VALUES (:key, :dataset, :generator, :step, :steps, :sha256, :now, :now)
       ON CONFLICT (key) DO UPDATE SET step = excluded.step, steps = excluded.steps, sha256 = excluded.sha256, changed = excluded.changed`,
    )
    this.#dataset = connection.query(
      { table: 'datasets', key: ['id'] },
      z.object({ id: z.int() }),
      'SELECT id FROM datasets WHERE name = :name',
    )
    this.#byKey = connection.query<GeneratorModel>(source, modelRow, `${SELECT} WHERE key = :key`)
    this.#ofDataset = connection.query<GeneratorModel>(
      source,
      modelRow,
      `${SELECT} WHERE datasets.name = :name ORDER BY key`,
    )
    this.#users = connection.query(
      source,
      z.object({ key: z.string() }),
      'SELECT key FROM generator_models WHERE sha256 = :sha256 LIMIT 1',
    )
  }

  get(key: string): GeneratorModel | null {
    return this.#byKey.get({ key }) ?? null
  }

  /** In order of their keys. */
  of(dataset: string): GeneratorModel[] {
    return this.#ofDataset.all({ name: dataset })
  }

  /**
   * Keeps a model, whose content file is there already, in place of an earlier one of its key; one that took more steps stays. Returns the SHA-256 of the file that
   * nothing needs any more, for the caller to remove; else null. Throws a LabError `usage` without such a dataset.
   */
  put({ dataset: name, ...model }: GeneratorModel): string | null {
    return this.#connection.atomically(() => {
      const dataset = this.#dataset.get({ name })?.id
      if (dataset === undefined)
        throw new LabError('usage', `no dataset named ${name}; 'mri-lab data list' shows what there is`)
      const before = this.get(model.key)
      if (before !== null && before.step > model.step) return before.sha256 === model.sha256 ? null : model.sha256
      this.#put.run({ ...model, dataset, now: this.#connection.timestamp() })
      if (before === null || before.sha256 === model.sha256) return null
      return this.#users.get({ sha256: before.sha256 }) === undefined ? before.sha256 : null
    })
  }
}
